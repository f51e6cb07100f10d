#!/usr/bin/env bash
# What a scan's numbers are off by, against the scalar exact kernel, on pairs drawn at random.
#
#   bash reference/benchmarks/accuracy.sh [PAIRS] > reference/benchmarks/accuracy.md
#
# The designs of designs.sh with strong effects planted in a third of the genes (--dynamic-effect
# 0.4, --main-effect 0.6), the same under maximum likelihood, rare variants (--maf 0.01), and, where
# $SLOPEQTL_TEST_DATA (default ../shared/data) has them, 200 pairs each of timecourse_chr22 and
# mouse_f2_growth. PAIRS (default 2000) a design. Needs a release build (swift build -c release).
set -euo pipefail
export LC_ALL=C.UTF-8 OPENBLAS_NUM_THREADS=1

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
pairs=${1:-2000}
slopeqtl=$root/.build/release/slopeqtl
benchmarks=$root/.build/release/Benchmarks
for program in "$slopeqtl" "$benchmarks"; do
  [ -x "$program" ] || { echo "no $program: build first with swift build -c release" >&2; exit 1; }
done
data=${SLOPEQTL_TEST_DATA:-$root/../shared/data}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

simulate() {
  local name=$1
  shift
  "$slopeqtl" simulate --out "$name" --genes 300 --variants 4400 --chromosomes 1 \
    --dynamic-fraction 0.33 --dynamic-effect 0.4 --main-fraction 0.33 --main-effect 0.6 \
    --quiet "$@"
}

row() {
  local name=$1 files=$2
  shift 2
  "$benchmarks" accuracy --name "$name" --pairs "$pairs" --trans --vcf "$files.vcf.gz" \
    --bed "$files.bed.gz" --samples "$files.samples.tsv" --cov "$files.covariates.txt" "$@"
}

cat << EOF
# Accuracy of scans

$("$slopeqtl" --version), $(date -u +%F), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1).
Made by \`bash reference/benchmarks/accuracy.sh $pairs\`: pairs drawn at random, fitted as a scan
fits them and by the scalar exact kernel, which is held to lme4 elsewhere. Left, pairs with p ≥ 1e-3
that a scan fits in their gene's chart; the contract allows |Δt| 5e-4 (2e-3 below 50 donors),
|Δlog₁₀ p| 1e-3 and 2e-3 in deviance. Right, pairs that a scan fits exactly; in brackets those
with p < 1e-3.

| design | pairs | boundary | status differs | in charts | median Δt | max Δt | max Δlog₁₀ p | max Δdeviance | exact (p < 1e-3) | max Δt | max Δdeviance |
|---|---|---|---|---|---|---|---|---|---|---|---|
EOF
simulate A --donors 100 --times 8 --covariates 11 --sd-slope 0.015 --seed 21
simulate B --donors 100 --times 8 --covariates 11 --sd-slope 0.015 --seed 22 --missing 0.15
simulate C --donors 19 --times 16 --covariates 7 --sd-slope 0.015 --seed 23 --missing 0.05
simulate D --donors 500 --times 4 --covariates 11 --sd-slope 0.03 --seed 24
for design in A B C D; do
  row "$design" "$design" --covariate-by-time none
  row "$design, covariates × time" "$design"
done
for design in A B C D; do
  row "$design, Kenward-Roger" "$design" --covariate-by-time none --df kenward-roger
  row "$design, covariates × time, Kenward-Roger" "$design" --df kenward-roger
done
row "B, maximum likelihood" B --ml
row "B, (1 \\| donor)" B --formula 'expression ~ time * genotype + sex + (1 | donor)'
row "B, (1 + time \\|\\| donor)" B \
  --formula 'expression ~ time * genotype + sex + (1 + time || donor)'
row "B, MAF from 0.01" B --maf 0.01
if [ -d "$data/timecourse_chr22" ]; then
  real=$data/timecourse_chr22
  "$benchmarks" accuracy --name timecourse_chr22 --pairs 200 --vcf "$real/genotypes.vcf.gz" \
    --bed "$real/expression.bed.gz" --samples "$real/samples.tsv" --cov "$real/covariates.txt"
  "$benchmarks" accuracy --name "timecourse_chr22, 2,000 pairs" --pairs 2000 \
    --vcf "$real/genotypes.vcf.gz" --bed "$real/expression.bed.gz" \
    --samples "$real/samples.tsv" --cov "$real/covariates.txt"
else
  echo "| timecourse_chr22 | skipped: not at \$SLOPEQTL_TEST_DATA |"
fi
if [ -d "$data/mouse_f2_growth" ]; then
  real=$data/mouse_f2_growth
  "$benchmarks" accuracy --name mouse_f2_growth --pairs 200 --trans \
    --vcf "$real/genotypes.vcf.gz" --bed "$real/expression.bed.gz" --samples "$real/samples.tsv"
else
  echo "| mouse_f2_growth | skipped: not at \$SLOPEQTL_TEST_DATA |"
fi
