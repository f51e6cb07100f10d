#!/usr/bin/env bash
# What a pair of a structured model costs: CPU milliseconds of `slopeqtl scan --threads 1` over its pairs, null fits
# of genes and reading included, medians of 3.
#
#   bash reference/benchmarks/structured.sh
#
# 100 donors x 8 times with 15 % of the samples missing, 10 genes, 1,500 pairs (crossed batches: one gene, 150 pairs).
# Needs Python 3 and a release build.
set -euo pipefail
export LC_ALL=C.UTF-8 OPENBLAS_NUM_THREADS=1

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
slopeqtl=$here/../../.build/release/slopeqtl
[ -x "$slopeqtl" ] || { echo "no $slopeqtl: build first with swift build -c release" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
slopeqtl=$(realpath "$slopeqtl")
cd "$folder"
"$slopeqtl" simulate --out c --donors 100 --times 8 --genes 10 --variants 300 --missing 0.15 --seed 1 --quiet

measure() {
  printf '%s: ' "$*"
  python3 -c '
import gzip, os, statistics, subprocess, sys
seconds = []
for _ in range(3):
    child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    assert status == 0, sys.argv
    seconds.append(used.ru_utime + used.ru_stime)
with gzip.open("scan.pairs.tsv.gz") as table:
    pairs = sum(1 for _ in table) - 1
print(f"{pairs} pairs, {1000 * statistics.median(seconds) / pairs:.2f} ms each")
' "$slopeqtl" scan --vcf c.vcf.gz --bed c.bed.gz --samples c.samples.tsv --cov c.covariates.txt --threads 1 \
    --quiet --force --out scan "$@"
}

measure --time-basis poly:2
measure --time-basis poly:2 --df kenward-roger
measure --residual-variance exp:time
measure --random '(1 + time + I(time^2) | donor)'
measure --nested batch --genes GENE01
