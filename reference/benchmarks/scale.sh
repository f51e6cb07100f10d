#!/usr/bin/env bash
# Rates that costs of large scans are made of, and those of 20,000 genes × 10 million variants.
#
#   bash reference/benchmarks/scale.sh [REPEATS] > reference/benchmarks/scale.txt
#
# 19, 100 and 1,000 donors at 6 times, a tenth of the samples missing; 120 genes and 60,000 variants, 310
# bases apart as 10 million in a genome are, so that a variant lies near 13 genes; 10,000 donors with a
# tenth of the genes and variants, for what grows with donors. One thread, medians of
# REPEATS (default 3) of the process's CPU time. Needs a release build (swift build -c release)
# and 2 GB of disk. Figures are of whole commands, from start to exit.
set -euo pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
repeats=${1:-3}
slopeqtl=$root/.build/release/slopeqtl
[ -x "$slopeqtl" ] || { echo "no $slopeqtl: build first with swift build -c release" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# `measure NAME COMMAND…`: a line "NAME seconds MiB", the median of CPU seconds and the most memory.
measure() {
  local name=$1
  shift
  for _ in $(seq "$repeats"); do
    python3 - "$name" "$@" << 'EOF'
import resource, subprocess, sys
name, *command = sys.argv[1:]
subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
use = resource.getrusage(resource.RUSAGE_CHILDREN)
print(name, use.ru_utime + use.ru_stime, use.ru_maxrss / 1024)
EOF
  done >> measured
}

echo "# bash reference/benchmarks/scale.sh $repeats"
echo "date: $(date +%F)"
echo "processor: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1 | cut -c 1-40), $(nproc) cores"
echo "load average: $(cut -d ' ' -f 1-3 /proc/loadavg)"
echo "program: $("$slopeqtl" --version), commit $(git -C "$root" rev-parse --short HEAD)"
for donors in 19 100 1000 10000; do
  part=$((donors > 1000 ? 10 : 1))
  "$slopeqtl" simulate --out cohort --donors $donors --times 6 --missing 0.1 --genes $((120 / part)) \
    --variants $((60000 / part)) --spacing 310 --chromosomes 1 --seed 9 --quiet
  inputs=(--vcf cohort.vcf.gz --bed cohort.bed.gz --samples cohort.samples.tsv
    --cov cohort.covariates.txt --threads 1 --quiet)
  : > measured
  measure read "$slopeqtl" check --vcf cohort.vcf.gz --quiet
  measure cis "$slopeqtl" scan "${inputs[@]}" --out cis --force
  measure cis_small "$slopeqtl" scan "${inputs[@]}" --out small --force --pval-threshold 1e-3
  measure trans "$slopeqtl" scan "${inputs[@]}" --out trans --force --trans
  for k in 1 2 3 4; do "$slopeqtl" scan "${inputs[@]}" --out part.$k --shard $k/4 --force; done
  measure merge "$slopeqtl" merge --out merged --force --quiet part.1 part.2 part.3 part.4
  python3 "$root/reference/benchmarks/scale.py" $donors \
    "$(stat -c %s cohort.vcf.gz)" "$(stat -c %s cis.pairs.tsv.gz)"
  rm -f ./*.gz ./*.json ./*.idx ./*.tbi
done
