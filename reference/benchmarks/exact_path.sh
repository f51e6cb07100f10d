#!/usr/bin/env bash
# Pairs per CPU second of the exact path and of lme4, on one cohort in one run.
#
#   bash reference/benchmarks/exact_path.sh [REPEATS]
#
# Simulates a balanced cohort of 100 donors × 8 times with 12 donor-level covariates (11 numeric and
# sex), then alternates between a scan of 20 genes × 4,000 variants on one thread and 60 pairs by
# lme4 and by lmerTest with the same formula (reference/benchmarks/lme4_rate.R), REPEATS times
# (default 3). CPU time is user + system; for the scan it covers the whole program, reading and
# writing included. Needs R with lme4 and lmerTest, and a release build.
set -euo pipefail
export LC_ALL=C OPENBLAS_NUM_THREADS=1

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
repeats=${1:-3}
slopeqtl=$root/.build/release/slopeqtl
[ -x "$slopeqtl" ] || { echo "build first: swift build -c release" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$slopeqtl" simulate --out cohort --donors 100 --times 8 --genes 20 --variants 4000 \
  --chromosomes 1 --covariates 11 --seed 3 --quiet
mkdir lme4
cp cohort.vcf.gz lme4/genotypes.vcf.gz
cp cohort.bed.gz lme4/expression.bed.gz
cp cohort.samples.tsv lme4/samples.tsv
cp cohort.covariates.txt lme4/covariates.txt

echo "date: $(date -u +%F)"
echo "processor: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores"
echo "program: $("$slopeqtl" --version)"
for ((i = 1; i <= repeats; i++)); do
  before=$(awk '{print $16 + $17}' /proc/$$/stat)
  "$slopeqtl" scan --vcf cohort.vcf.gz --bed cohort.bed.gz --samples cohort.samples.tsv \
    --cov cohort.covariates.txt --covariate-by-time none --trans --pval-threshold 1 --threads 1 \
    --quiet --force --out scan
  after=$(awk '{print $16 + $17}' /proc/$$/stat)
  pairs=$(zcat scan.pairs.tsv.gz | grep -vc '^#')
  ours=$(awk -v n="$pairs" -v t="$((after - before))" -v hz="$(getconf CLK_TCK)" \
    'BEGIN { printf "%.0f", n * hz / t }')
  theirs=$(Rscript "$root/reference/benchmarks/lme4_rate.R" lme4 60)
  [ "$i" -gt 1 ] || echo "lme4's formula: ${theirs#*formula }" | head -1
  echo "$theirs" | awk -F, -v ours="$ours" -v pairs="$pairs" -v i="$i" '
    /pairs per CPU second/ {
      split($0, name, ":"); split($NF, word, " ")
      if (name[1] == "lme4") printf "repeat %d: slopeqtl %d pairs, %d pairs per CPU second\n", i, pairs, ours
      printf "repeat %d: %s %s pairs per CPU second: ratio %.0f\n", i, name[1], word[1], ours / word[1]
    }'
done
