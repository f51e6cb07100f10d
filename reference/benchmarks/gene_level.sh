#!/usr/bin/env bash
# p-values of genes: what replicates cost, and how often they are below a level where nothing has an effect.
#
#   bash reference/benchmarks/gene_level.sh speed
#   bash reference/benchmarks/gene_level.sh calibration [GENES] [METHODS]
#
# Speed: one gene with a strong effect, so that all replicates are made, and 4,000 variants; CPU seconds of
# `slopeqtl scan --threads 1`, the whole process, medians of 3.
# Calibration: GENES (default 2000) genes without genotype x time effects, 30 % of them with a main effect, ten
# variants a gene and those of its neighbours within 250 kb, random slopes of SD 0.5 beside a residual of SD 1:
# 19 donors x 16 times with 10 % of the samples missing, and 100 x 8 with 15 %. Needs Python 3 and a release
# build.
set -euo pipefail
export LC_ALL=C.UTF-8 OPENBLAS_NUM_THREADS=1

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
slopeqtl=$root/.build/release/slopeqtl
[ -x "$slopeqtl" ] || { echo "no $slopeqtl: build first with swift build -c release" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

inputs() {
  echo "--vcf $1.vcf.gz --bed $1.bed.gz --samples $1.samples.tsv --cov $1.covariates.txt"
}

seconds() {
  python3 -c '
import os, statistics, subprocess, sys
seconds = []
for _ in range(3):
    child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    assert status == 0, sys.argv
    seconds.append(used.ru_utime + used.ru_stime)
print(f"{statistics.median(seconds):.2f}")
' "$slopeqtl" scan --threads 1 --pval-threshold 1e-3 --window 100000000 --quiet --force --out scan "$@"
}

speed() {
  echo "| donors × times | variants | acat | emt | bootstrap | permutation | signals |"
  echo "|---|---|---|---|---|---|---|"
  local donors times
  for shape in "100 8 0.15" "19 16 0.1"; do
    set -- $shape
    donors=$1 times=$2
    "$slopeqtl" simulate --out "$donors" --donors "$donors" --times "$times" --genes 1 \
      --variants 4000 --chromosomes 1 --spacing 400 --missing "$3" --dynamic-fraction 1 \
      --dynamic-effect 0.3 --seed 3 --quiet
    local row="| $donors × $times |"
    local base count
    base=$(seconds $(inputs "$donors"))
    count=$(python3 -c 'import json; print(json.load(open("scan.manifest.json"))["pairs"])')
    row+=" $count | $base |"
    for method in emt bootstrap permutation; do
      row+=" $(seconds $(inputs "$donors") --gene-pvalue "$method") |"
    done
    row+=" $(seconds $(inputs "$donors") --conditional) |"
    echo "$row"
  done
}

calibration() {
  local genes=$1 methods=$2
  for shape in "19 16 0.1 31" "100 8 0.15 32"; do
    set -- $shape
    "$slopeqtl" simulate --out "$1" --donors "$1" --times "$2" --genes "$genes" \
      --variants $((10 * genes)) --chromosomes 20 --spacing 5000 --missing "$3" \
      --dynamic-fraction 0 --sd-slope 0.5 --sd-residual 1 --seed "$4" --quiet
    "$slopeqtl" scan $(inputs "$1") --out "$1" --pval-threshold 1e-6 --window 250000 --quiet \
      --gene-pvalue "$methods"
  done
  python3 "$here/gene_level.py" 19 100
}

case "${1:-}" in
  speed) speed ;;
  calibration) calibration "${2:-2000}" "${3:-bootstrap,acat,emt}" ;;
  *) echo "expected speed or calibration" >&2; exit 64 ;;
esac
