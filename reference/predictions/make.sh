#!/usr/bin/env bash
# Makes every number of this folder again: bash make.sh, with slopeqtl, Python (numpy, scipy) and R
# (lme4, lmerTest, pbkrtest, nlme, emmeans, jsonlite) on the path.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
simulate() {
  slopeqtl simulate --scenario "$1" --donors "$2" --seed 3 --out "$folder/$1" --quiet
}
simulate trial 20
simulate trial-variances 36
simulate centres 40
simulate variance-time 20
simulate progression 16
python3 prepare.py "$folder"
python3 oracle.py > expected.json
Rscript questions.R > questions.json
