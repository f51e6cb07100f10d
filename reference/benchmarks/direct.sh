#!/usr/bin/env bash
# Direct charts: genes that lack samples, each with a design of its own, and where stored forms pay.
#
#   bash reference/benchmarks/direct.sh [PAIRS] > reference/benchmarks/direct.md
#
# 100 donors x 8 times with 12 covariates, and 19 x 16 with 8; every gene lacks 15 % of its samples, drawn
# by themselves. Rates are of `slopeqtl scan --trans --threads 1 --pval-threshold 1e-3` on the first 60
# genes and 4,400 variants, whole process, CPU time, medians of 3; accuracy is that of PAIRS (default
# 2000) random pairs against the scalar exact kernel, columns as in accuracy.md. Real data where
# $SLOPEQTL_TEST_DATA (default ../shared/data) has them. Needs Python 3 and a release build.
set -euo pipefail
export LC_ALL=C.UTF-8 OPENBLAS_NUM_THREADS=1

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
pairs=${1:-2000}
slopeqtl=$root/.build/release/slopeqtl
benchmarks=$root/.build/release/Benchmarks
for program in "$slopeqtl" "$benchmarks"; do
  [ -x "$program" ] || { echo "no $program: build first with swift build -c release" >&2; exit 1; }
done
data=$(cd "${SLOPEQTL_TEST_DATA:-$root/../shared/data}" 2> /dev/null && pwd || true)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# Replaces 15 % of the cells of a simulated BED by NA.
blank() {
  python3 -c '
import gzip, random, sys
random.seed(int(sys.argv[2]))
with gzip.open(sys.argv[1] + ".bed.gz", "rt") as lines, open(sys.argv[1] + ".bed", "w") as out:
    out.write(next(lines))
    for line in lines:
        cells = line.rstrip("\n").split("\t")
        cells[4:] = ["NA" if random.random() < 0.15 else cell for cell in cells[4:]]
        out.write("\t".join(cells) + "\n")
' "$1" "$2"
}

simulate() {
  local name=$1 seed=$2
  shift 2
  "$slopeqtl" simulate --out "$name" --genes 300 --variants 4400 --chromosomes 1 --sd-slope 0.015 \
    --dynamic-fraction 0.33 --dynamic-effect 0.4 --main-fraction 0.33 --main-effect 0.6 \
    --seed "$seed" --quiet "$@"
  blank "$name" "$seed"
}

rate() {
  local name=$1
  shift
  python3 -c '
import os, statistics, subprocess, sys
seconds = []
for _ in range(3):
    child = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    assert status == 0, sys.argv
    seconds.append(used.ru_utime + used.ru_stime)
import json
pairs = json.load(open("scan.manifest.json"))["pairs"]
median = statistics.median(seconds)
print(f"| {sys.argv[1]} | {pairs:,} | {median:.2f} | {1e6 * median / pairs:.1f} |")
' "$name" "$slopeqtl" scan --trans --threads 1 --pval-threshold 1e-3 --quiet --force --out scan "$@"
}

row() {
  local name=$1 files=$2
  shift 2
  "$benchmarks" accuracy --name "$name" --pairs "$pairs" --trans --vcf "$files.vcf.gz" \
    --bed "$files.bed" --samples "$files.samples.tsv" --cov "$files.covariates.txt" "$@"
}

simulate L 31 --donors 100 --times 8 --covariates 11
simulate S 32 --donors 19 --times 16 --covariates 7
genes=$(sed -n '2,61p' L.bed | cut -f 4 | paste -sd ,)
cat << EOF
# Direct charts

$("$slopeqtl" --version), $(date -u +%F), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1),
load average $(cut -d ' ' -f 1-3 /proc/loadavg). Made by \`bash reference/benchmarks/direct.sh $pairs\`, which says
what is measured.

## Genes that lack samples

| scan | pairs | CPU s | µs a pair |
|---|---|---|---|
EOF
for crossed in none donor; do
  rate "100 donors, --covariate-by-time $crossed" --vcf L.vcf.gz --bed L.bed --samples L.samples.tsv \
    --cov L.covariates.txt --genes "$genes" --covariate-by-time "$crossed"
done
if [ -n "$data" ] && [ -d "$data/mouse_f2_growth" ]; then
  real=$data/mouse_f2_growth
  rate "mouse_f2_growth, reading it included" --vcf "$real/genotypes.vcf.gz" \
    --bed "$real/expression.bed.gz" --samples "$real/samples.tsv"
else
  echo "| mouse_f2_growth: skipped, not at \$SLOPEQTL_TEST_DATA | | | |"
fi
cat << EOF

| cohort | pairs | boundary | status differs | in charts | median Δt | max Δt | max Δlog₁₀ p | max Δdeviance | exact (p < 1e-3) | max Δt | max Δdeviance |
|---|---|---|---|---|---|---|---|---|---|---|---|
EOF
for crossed in none donor; do
  row "100 donors, --covariate-by-time $crossed" L --covariate-by-time "$crossed"
  row "19 donors, --covariate-by-time $crossed" S --covariate-by-time "$crossed"
done
cat << EOF

## Where stored forms pay

\`Benchmarks --filter block/ --repeats 3 --seconds 0.05\`: charts built a second, and pairs a second by the number of genes
over one block of 256 variants, its preparation included. A scan stores forms where genes per variant exceed
basis points over coefficients.

\`\`\`
EOF
"$benchmarks" --filter block/ --repeats 3 --seconds 0.05
echo '```'
