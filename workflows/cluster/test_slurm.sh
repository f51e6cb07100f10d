#!/usr/bin/env bash
# Scans in parts by Slurm alone (workflows/slurm/submit.sh): the bytes of a single scan, whatever is
# evicted, killed or stopped on the way, and no work twice.
#
#   SLOPEQTL_BINARY=PATH bash workflows/cluster/test_slurm.sh
#
# Needs a Slurm that answers, with partitions as workflows/cluster/slurm_node.sh makes them.
# shellcheck source=workflows/cluster/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
sinfo > /dev/null 2>&1 || skip "no Slurm answers"

# `configure NAME=VALUE…`: the shipped configuration with the cohort's files and some lines added.
configure() {
  sed -e 's#cohort\.#../cohort.#' -e "s#^slopeqtl=.*#slopeqtl=$slopeqtl#" -e 's/^parts=.*/parts=3/' \
    "$workflows/slurm/scan.conf" > scan.conf
  printf '%s\n' "$@" >> scan.conf
  # Checked again where the configuration is younger than the check.
  touch -d '1 minute ago' scan.conf
}

submit() { bash "$workflows/slurm/submit.sh" > out 2>&1; }
said() { grep -q -- "$1" out || { cat out && return 1; }; }
exits() {
  local code=$1 status=0
  shift
  "$@" || status=$?
  [ $status -eq "$code" ] || { echo "exit code $status" && return 1; }
}
ended() { wait_for 300 no_jobs; }
# The scans that ran, by their logs.
starts() { cat results/scan.logs/part.*.log | grep -c 'samples, .* visit patterns'; }
# Whether an unfinished part has chunks.
begun() { [ -n "$(find results -name '*.ckpt' -size +20k)" ]; }

# Slurm lets jobs that were queued again wait for two minutes. Some seconds must pass: credentials of the
# first start are void for that long, and a job that is started with them fails.
start_again() {
  wait_for 300 waits_again "$1" && scontrol update "JobId=$1" StartTime=now+5
}
waits_again() { scontrol show job "$1" | tr '\n' ' ' | grep -q 'JobState=PENDING.* Restarts=1 '; }

plain() {
  begin plain
  configure
  check "slurm: submitted" submit
  check "slurm: a second submission waits" exits 75 submit
  ended
  check "slurm: the tables" same results/scan fast
  check "slurm: a page" test -s results/scan.html
  check "slurm: a finished scan is left alone" submit
  check "slurm: which it says" said 'nothing to do'
  rm results/scan.html
  check "slurm: a page that is missing is made again" submit
  ended
  check "slurm: without another scan" test "$(starts)" = 3
  check "slurm: by a job" test -s results/scan.html
  rm results/scan.manifest.json results/scan.parts/2of3.*
  check "slurm: what is missing is submitted" submit
  check "slurm: and nothing else" said 'parts 2 of 3 '
  ended
  check "slurm: the tables again" same results/scan fast
  check "slurm: by one more scan" test "$(starts)" = 4
}

evicted() {
  begin evicted
  configure "scan+=(${slow[*]})" 'sbatch=(--partition=spot)' 'parts=1'
  submit
  check "evicted: a part is in its middle" wait_for 300 begun
  # More important work takes all cores.
  sbatch --parsable --partition=main --exclusive --output=/dev/null --wrap='sleep 1' > important
  check "evicted: the part makes room" wait_for 300 grep -qs 'CANCELLED.*PREEMPTION' -r results/scan.logs
  check "evicted: the part waits for a second start" start_again "$(sed -n 2p results/scan.parts/jobs)_1"
  ended
  check "evicted: the tables" same results/scan slow
  check "evicted: from the chunks that were there" \
    grep -q 'finished by an earlier run' results/scan.logs/part.1of1.log
}

near_the_limit() {
  begin limit
  configure "scan+=(${slow[*]})" 'parts=1'
  submit
  check "time limit: a part is in its middle" wait_for 300 begun
  # What Slurm sends two minutes before the limit.
  scancel --batch --signal=USR1 "$(sed -n 2p results/scan.parts/jobs)_1"
  check "time limit: the part stops and is queued again" wait_for 300 \
    grep -qs 'interrupted\|SIGTERM' results/scan.logs/part.1of1.log
  check "time limit: it waits for a second start" start_again "$(sed -n 2p results/scan.parts/jobs)_1"
  ended
  check "time limit: the tables" same results/scan slow
  check "time limit: from the chunks that were there" \
    grep -q 'finished by an earlier run' results/scan.logs/part.1of1.log
}

memory() {
  begin memory
  configure "scan+=(${slow[*]})" 'memory_mb=25'
  submit
  ended
  check "memory: parts that take more than they may are killed" test ! -e results/scan.manifest.json
  local attempts=1
  while [ ! -e results/scan.manifest.json ] && [ $attempts -lt 4 ]; do
    submit
    ended
    attempts=$((attempts + 1))
  done
  check "memory: and go on with more" said 'with \(50\|100\|200\) MiB'
  check "memory: the tables" same results/scan slow
}

bad_input() {
  begin bad
  make_bad_genotypes
  configure 'scan[1]=bad.vcf.gz'
  submit
  ended
  check "bad input: its name is said" grep -q 'bad.vcf.gz' results/scan.logs/check.log
  check "bad input: no part was started" test -z "$(find results -name 'part.*')"
  begin refused
  make_refusing_program
  configure "slopeqtl=$PWD/refusing"
  submit
  ended
  check "input refused by parts: once each" test "$(wc -l < scans)" = 3
  check "input refused by parts: not submitted again" exits 65 submit
  check "input refused by parts: but named" said 'cohort.vcf.gz:12: refused'
  check "input refused by parts: nothing more ran" test "$(wc -l < scans)" = 3
}

make_cohort
for case in plain evicted near_the_limit memory bad_input; do
  [ $# -eq 0 ] || [[ " $* " == *" $case "* ]] || continue
  $case
done
finish
