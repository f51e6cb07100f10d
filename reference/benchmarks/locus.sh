#!/usr/bin/env bash
# CPU and wall time of `slopeqtl locus` with its figure: one gene of timecourse_chr22.
#
#   bash reference/benchmarks/locus.sh SLOPEQTL DATA [REPEATS]
#
# DATA is the folder timecourse_chr22. Prints medians.
set -euo pipefail
export LC_ALL=C
program=$1 data=$2 repeats=${3:-11}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for variant in summary plot json; do
  case $variant in
    summary) extra=() ;;
    plot) extra=(--plot "$folder/locus.svg") ;;
    json) extra=(--json "$folder/locus.json") ;;
  esac
  for _ in $(seq "$repeats"); do
    TIMEFORMAT='%U %S %R'
    { time "$program" locus --gene ENSG00000183066.10 --vcf "$data/genotypes.vcf.gz" \
      --bed "$data/expression.bed.gz" --samples "$data/samples.tsv" --cov "$data/covariates.txt" \
      "${extra[@]}" > /dev/null; } 2>&1
  done | awk -v what="$variant" '
    { cpu[NR] = $1 + $2; wall[NR] = $3 }
    END {
      for (i = 2; i <= NR; i++) for (j = i; j > 1 && cpu[j] < cpu[j-1]; j--) { t = cpu[j]; cpu[j] = cpu[j-1]; cpu[j-1] = t }
      for (i = 2; i <= NR; i++) for (j = i; j > 1 && wall[j] < wall[j-1]; j--) { t = wall[j]; wall[j] = wall[j-1]; wall[j-1] = t }
      m = int((NR + 1) / 2)
      printf "%-8s %.2f s of CPU, %.2f s of wall time (%d repeats)\n", what, cpu[m], wall[m], NR
    }'
done
