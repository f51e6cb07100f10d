# Sourced by the tests of this folder: a cohort, single-machine results, and checks that are counted.
# shellcheck shell=bash
#
# SLOPEQTL_BINARY is the program. Everything lies in a temporary folder, which is removed at the end.
set -euo pipefail
export LC_ALL=C.UTF-8

# For the scripts that source this.
# shellcheck disable=SC2034
workflows=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
slopeqtl=$(realpath "${SLOPEQTL_BINARY:?the path of the program}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

# The tables of a result; the manifest has times and paths.
tables=(pairs.tsv.gz pairs.tsv.gz.tbi genes.tsv.gz top.tsv.gz pairs.idx)
# What makes a scan slow enough to be stopped in its middle.
slow=(--residual-variance exp:time)

# `check NAME COMMAND…`: counts whether a command succeeds.
check() {
  local name=$1
  shift
  if "$@"; then
    printf 'ok      %s\n' "$name"
    passed=$((passed + 1))
  else
    printf 'FAILED  %s\n' "$name"
    failed=$((failed + 1))
  fi
}

# Prints the counts; the exit code of a test.
finish() {
  printf '%s: %d passed, %d failed\n' "$(basename "$0" .sh)" "$passed" "$failed"
  [ "$failed" -eq 0 ]
}

skip() {
  printf '%s: skipped: %s\n' "$(basename "$0" .sh)" "$*"
  exit 77
}

# The flags of the cohort in the folder above.
inputs=(--vcf ../cohort.vcf.gz --bed ../cohort.bed.gz --samples ../cohort.samples.tsv
  --cov ../cohort.covariates.txt)

# A cohort, and the results `fast` and `slow` of single scans.
make_cohort() {
  cd "$scratch"
  "$slopeqtl" simulate --out cohort --donors 60 --times 6 --missing 0.1 --genes 80 --variants 8000 \
    --chromosomes 2 --seed 5 --quiet
  mkdir single
  cd single
  "$slopeqtl" scan "${inputs[@]}" --out fast --quiet
  "$slopeqtl" scan "${inputs[@]}" "${slow[@]}" --out slow --quiet
  cd ..
}

# `same RESULT NAME`: whether a result has the bytes of the single scan of that name.
same() {
  local table
  for table in "${tables[@]}"; do
    cmp "$1.$table" "$scratch/single/$2.$table" || return 1
  done
}

# `wait_for SECONDS COMMAND…`: until a command succeeds.
wait_for() {
  local tenths=$(($1 * 10))
  shift
  until "$@" > /dev/null 2>&1; do
    tenths=$((tenths - 1))
    [ $tenths -gt 0 ] || return 1
    sleep 0.1
  done
}

no_jobs() { [ -z "$(squeue --noheader)" ]; }

# A folder of a case's own, which becomes the current one.
begin() {
  mkdir "$scratch/$1"
  cd "$scratch/$1"
}

# A program in place of slopeqtl whose scans are refused; every one leaves a line in `scans`.
make_refusing_program() {
  cat > refusing << END
#!/usr/bin/env bash
[ "\$1" = scan ] || exec "$slopeqtl" "\$@"
echo "\$*" >> "$PWD/scans"
echo "slopeqtl: error: cohort.vcf.gz:12: refused" >&2
exit 65
END
  chmod +x refusing
}

# A copy of the cohort's genotypes whose last record is cut.
make_bad_genotypes() {
  zcat ../cohort.vcf.gz | head -c -40 | gzip > bad.vcf.gz
}
