#!/usr/bin/env bash
# Kills scans at random moments until they end, and compares what they made.
#
#   bash workflows/kill_cycles.sh [KILLS] [SEED]
#
# Simulates a cohort, scans it undisturbed, then scans it again and again: every run is killed
# (SIGKILL) after a random time and started again with the same command until one ends, which must have
# made the same bytes and left nothing else. Goes on until KILLS (default 200) runs have been killed.
# The binary is that of the release build, or $SLOPEQTL_BINARY.
set -euo pipefail

kills=${1:-200}
RANDOM=${2:-1}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
binary=${SLOPEQTL_BINARY:-$root/.build/release/slopeqtl}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$binary" simulate --out cohort --donors 60 --times 6 --genes 60 --variants 4000 --chromosomes 3 \
  --missing 0.05 --seed 4 --quiet
# To be run in a process of its own, which becomes the scan.
scan() {
  exec "$binary" scan --vcf cohort.vcf.gz --bed cohort.bed.gz --samples cohort.samples.tsv \
    --cov cohort.covariates.txt --out "$@"
}
started=$(date +%s%N)
(scan whole --quiet)
duration=$((($(date +%s%N) - started) / 1000000))

killed=0
resumed=0
finished=0
wrong=0
while [ "$killed" -lt "$kills" ]; do
  rm -f killed.*
  while :; do
    scan killed --threads $((1 + RANDOM % 2)) 2> log &
    run=$!
    # Up to 1.1 times the undisturbed scan: early, late and in the middle of publishing.
    milliseconds=$((RANDOM % (duration * 11 / 10 + 1)))
    sleep "$(printf '%d.%03d' $((milliseconds / 1000)) $((milliseconds % 1000)))"
    kill -KILL "$run" 2> /dev/null || true
    status=0
    wait "$run" 2> /dev/null || status=$?
    if grep -q "finished by an earlier run" log; then resumed=$((resumed + 1)); fi
    if [ "$status" -eq 0 ]; then break; fi
    if [ "$status" -ne 137 ]; then
      echo "a run ended with $status:" && cat log
      wrong=$((wrong + 1))
      break
    fi
    killed=$((killed + 1))
  done
  finished=$((finished + 1))
  for table in pairs.tsv.gz pairs.tsv.gz.tbi top.tsv.gz pairs.idx genes.tsv.gz; do
    cmp "whole.$table" "killed.$table" || wrong=$((wrong + 1))
  done
  [ "$(find . -name 'killed.*' | wc -l)" -eq 4 ] || wrong=$((wrong + 1))
done
echo "$killed runs killed, $resumed went on from finished chunks, $finished scans ended, $wrong differences"
[ "$wrong" -eq 0 ]
