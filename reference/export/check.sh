#!/bin/bash
# Exports simulated scans and loads the files in R: bash check.sh [slopeqtl] > expected.txt
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
slopeqtl=${1:-slopeqtl}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
while read -r name donors times missing effect; do
  "$slopeqtl" simulate --out "$name" --donors "$donors" --times "$times" --missing "$missing" \
    --genes 200 --variants 12000 --dynamic-fraction 1 --dynamic-effect "$effect" --main-fraction 0.5 \
    --seed 9 --quiet
  "$slopeqtl" scan --vcf "$name.vcf.gz" --bed "$name.bed.gz" --samples "$name.samples.tsv" \
    --cov "$name.covariates.txt" --out "$name" --window 300000 --quiet
  for format in coloc eqtl-catalogue fastenloc tensorqtl; do
    "$slopeqtl" export "$name" --to "$format" --out "$name.$format.tsv" --quiet
  done
  "$slopeqtl" export "$name" --to mashr --times "0,$((times - 1))" --out "$name.mashr" --quiet
  "$slopeqtl" export "$name" --to susie --region chr1 --out "$name.susie" --quiet
  "$slopeqtl" export "$name" --to susie --region chr2 --out "$name.susie" --quiet
  Rscript "$here/check.R" "$name"
done <<'COHORTS'
few 24 10 0 0.25
many 100 6 0.1 0.15
COHORTS
