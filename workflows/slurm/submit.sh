#!/usr/bin/env bash
# Submits a scan in parts to Slurm: an array job, and a job that merges and reports when all of its
# tasks have succeeded.
#
#   bash workflows/slurm/submit.sh [CONF]     CONF is by default ./scan.conf
#
# First a job reads all input through (`slopeqtl check`); where it is refused nothing else starts. The same
# command again submits only what is missing: parts that were killed go on from the chunks they have
# finished, with twice the memory; parts whose input was refused later (exit codes 64 to 66) are named
# and left until their file RESULT.parts/K.refused is removed. A task that nears its time limit stops
# after the chunk in work and is queued again by itself, as is one that was preempted.
#
# RESULT.parts/ has the parts, RESULT.logs/ what was said.
set -euo pipefail
export LC_ALL=C.UTF-8

fail() {
  printf 'submit: error: %s\n' "$2" >&2
  exit "$1"
}

say() { printf 'submit: %s\n' "$*"; }

[ $# -le 1 ] || fail 64 "usage: bash workflows/slurm/submit.sh [CONF]"
conf=${1:-scan.conf}
[ -r "$conf" ] || fail 66 "$conf: cannot be read; copy workflows/slurm/scan.conf and edit it"
conf=$(realpath "$conf")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Names and defaults are those of the conf beside this script.
# shellcheck source=workflows/slurm/scan.conf
source "$conf"
for name in scan result slopeqtl parts at_once threads memory_mb time; do
  [ -n "${!name:-}" ] || fail 64 "$conf: no $name"
done
for name in parts at_once threads memory_mb; do
  [[ ${!name} =~ ^[1-9][0-9]*$ ]] || fail 64 "$conf: $name: found '${!name}', expected a whole number"
done
command -v "$slopeqtl" > /dev/null || fail 66 "$slopeqtl: no such program; set slopeqtl in $conf"
command -v sbatch > /dev/null || fail 66 "sbatch: no such program; start this where jobs are submitted"

mkdir -p "$result.parts" "$result.logs"
# One submission at a time; the kernel lets go of the lock.
exec 9> "$result.parts/lock"
flock -n 9 || fail 75 "$result.parts: another submission is at work"

if [ -e "$result.manifest.json" ] && [ -e "$result.html" ]; then
  say "nothing to do: $result.manifest.json and $result.html are there"
  exit 0
fi

# Jobs of earlier submissions that have not ended.
touch "$result.parts/jobs"
queued=$(squeue --noheader --array --user "$(id -un)" --format %F \
  | awk 'NR == FNR { own[$1]; next } $1 in own { n++ } END { print n + 0 }' "$result.parts/jobs" -)
[ "$queued" -eq 0 ] || fail 75 "$queued jobs of this scan are queued or running; try again later"

# Tasks by the memory they are given: each time that a part was killed doubles it.
declare -A tasks=()
missing=0
refused=()
for ((k = 1; k <= parts; k++)); do
  part=$result.parts/${k}of$parts
  if [ -e "$part.manifest.json" ] || [ -e "$result.manifest.json" ]; then continue; fi
  if [ -e "$part.refused" ]; then
    refused+=("$part.refused")
    continue
  fi
  killed=$(cat "$part.killed" 2> /dev/null || echo 0)
  memory=$((memory_mb << killed))
  tasks[$memory]+=" $k"
  missing=$((missing + 1))
done
if [ ${#refused[@]} -gt 0 ]; then
  tail -n 1 "$result.logs/part.$(basename "${refused[0]}" .refused).log" >&2 || true
  fail 65 "the input of ${#refused[@]} parts was refused: mend it and remove ${refused[*]}"
fi

# Numbers as sbatch has them: 1-3,7.
ranges() {
  tr ' ' '\n' | awk '
    function flush() { out = out (out == "" ? "" : ",") (from == to ? from : from "-" to) }
    $1 == "" { next }
    from == "" { from = to = $1; next }
    $1 == to + 1 { to = $1; next }
    { flush(); from = to = $1 }
    END { if (from != "") flush(); print out }'
}

submit() {
  sbatch --parsable --kill-on-invalid-dep=yes --chdir="$PWD" --time="$time" \
    ${sbatch[@]+"${sbatch[@]}"} "$@" | cut -d ';' -f 1 | tee -a "$result.parts/jobs"
}

after=()
if [ $missing -gt 0 ] && [ ! "$result.check.json" -nt "$conf" ]; then
  check=$(submit --job-name=slopeqtl-check --mem=2000M --output="$result.logs/check.log" \
    "$here/check.sh" "$conf")
  say "check is job $check; what it refuses is in $result.logs/check.log"
  after=(--dependency="afterok:$check")
fi

arrays=()
for memory in "${!tasks[@]}"; do
  numbers=$(ranges <<< "${tasks[$memory]}")
  array=$(submit ${after[@]+"${after[@]}"} --job-name=slopeqtl-part --array="$numbers%$at_once" \
    --cpus-per-task="$threads" --mem="${memory}M" --requeue --open-mode=append --signal=B:USR1@120 \
    --output="$result.logs/part.%a.slurm" "$here/part.sh" "$conf")
  say "parts $numbers of $parts with $memory MiB are job $array"
  arrays+=("$array")
done

[ $missing -eq 0 ] || after=(--dependency="afterok:$(IFS=:; echo "${arrays[*]}")")
merge=$(submit ${after[@]+"${after[@]}"} --job-name=slopeqtl-merge --mem=4000M \
  --output="$result.logs/merge.log" "$here/merge.sh" "$conf")
say "merge is job $merge; when it has ended: $result.pairs.tsv.gz, $result.html"
