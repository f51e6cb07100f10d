#!/usr/bin/env bash
# Runs the CWL workflow and compares what it makes with a scan that is not in parts; checks what can be checked of the
# WDL and Nextflow workflows without running them.
#
#   SLOPEQTL_BINARY=PATH bash workflows/cluster/test_cwl.sh
#
# cwltool, and miniwdl if there is one, are taken from the PATH. Exit code 77: skipped. A line is printed for every check.
set -euo pipefail
export LC_ALL=C

workflows=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cwl=$workflows/cwl

if ! command -v cwltool > /dev/null; then
  echo "skipped: cwltool is not on the PATH"
  exit 77
fi
if [ ! -x "${SLOPEQTL_BINARY:-}" ]; then
  echo "test_cwl: error: SLOPEQTL_BINARY names no program" >&2
  exit 64
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin" "$scratch/in" "$scratch/tmp"
export TMPDIR=$scratch/tmp
ln -s "$(realpath "$SLOPEQTL_BINARY")" "$scratch/bin/slopeqtl"
path=$PATH
export PATH=$scratch/bin:$path
cd "$scratch/in"

failures=0
passed() { printf 'ok       %s\n' "$*"; }
failed() {
  printf 'FAILED   %s\n' "$*"
  failures=$((failures + 1))
}

# check TITLE COMMAND...: the end of its output is shown where it fails.
check() {
  local title=$1
  shift
  if "$@" > "$scratch/output" 2>&1; then
    passed "$title"
  else
    failed "$title"
    tail -n 15 "$scratch/output" | sed 's/^/         /'
  fi
}

valid() {
  cwltool --validate "$1" > "$scratch/validation" 2>&1 || { cat "$scratch/validation"; return 1; }
  ! grep -E 'WARNING|ERROR' "$scratch/validation"
}

# run NAME JOB: results go to $scratch/NAME, messages to $scratch/NAME.log.
run() {
  cwltool --outdir "$scratch/$1" "$cwl/slopeqtl.cwl" "$2" > "$scratch/$1.json" 2> "$scratch/$1.log" || {
    cat "$scratch/$1.log"
    return 1
  }
}

# same PREFIX PREFIX: all files but the manifest, which has dates and paths.
same() {
  local end
  for end in pairs.tsv.gz pairs.tsv.gz.tbi genes.tsv.gz top.tsv.gz pairs.idx; do
    cmp "$1.$end" "$2.$end" || return 1
  done
  [ "$(zcat "$1.pairs.tsv.gz" | wc -l)" -gt 100 ]
}

parts_run() { [ "$(grep -c -- '--shard' "$scratch/$1.log")" = "$2" ]; }
# whole_page PREFIX: a complete page, about all rows of the table.
whole_page() {
  local rows
  rows=$(zcat "$1.pairs.tsv.gz" | tail -n +2 | wc -l)
  [ "$(tail -n 1 "$1.html")" = '</html>' ] && grep -q "<dt>Pairs tested</dt><dd>$rows</dd>" "$1.html"
}

# ended LOG STATUS: one attempt of one tool ended so.
ended() {
  local attempts
  attempts=$(grep -c '\[job [^]]*\] /' "$1")
  if [ "$attempts" != 1 ] || ! grep -q "Final process status is $2" "$1"; then
    cat "$1"
    return 1
  fi
}

for tool in "$cwl"/*.cwl; do
  check "cwl: $(basename "$tool") is valid, without a warning" valid "$tool"
done
no_scripts() { ! grep -l 'InlineJavascript' "$cwl"/*.cwl; }
check "cwl: nothing needs JavaScript" no_scripts

slopeqtl simulate --out cohort --donors 30 --genes 12 --variants 200 --missing 0.1 --seed 7 --quiet
inputs=(--bed cohort.bed.gz --samples cohort.samples.tsv --cov cohort.covariates.txt --quiet)

# The file that users edit, as it is.
cp "$cwl/inputs.yml" .
slopeqtl scan --vcf cohort.vcf.gz "${inputs[@]}" --out "$scratch/whole" 2> "$scratch/whole.log"
check "cwl: inputs.yml runs as it is" run one inputs.yml
check "cwl: it ran in 8 parts" parts_run one 8
check "cwl: one VCF: the bytes of one scan" same "$scratch/whole" "$scratch/one/scan"
check "cwl: one VCF: a page of the whole result" whole_page "$scratch/one/scan"

# Chromosomes in files of their own, without indexes, and a file that an option names.
for chromosome in chr1 chr2; do
  zcat cohort.vcf.gz | awk -v c=$chromosome '/^#/ || $1 == c' > $chromosome.vcf
done
gzip chr2.vcf
mkdir lists
zcat cohort.vcf.gz | awk '/^#CHROM/ { for (i = 10; i < 35; i++) print $i }' > lists/donors.txt
cat > by_chromosome.yml << 'END'
vcf: [{class: File, path: chr1.vcf}, {class: File, path: chr2.vcf.gz}]
bed: {class: File, path: cohort.bed.gz}
samples: {class: File, path: cohort.samples.tsv}
covariates: {class: File, path: cohort.covariates.txt}
files: [{class: File, path: lists/donors.txt}]
options: [--keep-donors, donors.txt]
scan_options: [--digits, "17", --conditional]
name: by_chromosome
shards: 3
memory_mb: 500
END
slopeqtl scan --vcf chr1.vcf --vcf chr2.vcf.gz "${inputs[@]}" --keep-donors lists/donors.txt --digits 17 \
  --conditional --out "$scratch/chromosomes" 2> "$scratch/chromosomes.log"
check "cwl: VCFs by chromosome, options and a file they name" run by_chromosome by_chromosome.yml
check "cwl: VCFs by chromosome: the bytes of one scan" \
  same "$scratch/chromosomes" "$scratch/by_chromosome/by_chromosome"
check "cwl: VCFs by chromosome: signals, too" \
  cmp "$scratch/chromosomes.signals.tsv.gz" "$scratch/by_chromosome/by_chromosome.signals.tsv.gz"
check "cwl: VCFs by chromosome: a page" whole_page "$scratch/by_chromosome/by_chromosome"

# Bad input ends the run at the check, at once.
awk -F '\t' -v OFS='\t' 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "time") time = i } NR == 2 { $time = "soon" } 1' \
  cohort.samples.tsv > bad.tsv
sed 's/cohort.samples.tsv/bad.tsv/' inputs.yml > bad.yml
refused() {
  local status=0
  slopeqtl check --vcf cohort.vcf.gz --bed cohort.bed.gz --samples bad.tsv || status=$?
  [ $status = 65 ]
}
bad_ends() {
  ! run bad bad.yml > "$scratch/bad.output" || return 1
  ended "$scratch/bad.log" permanentFail && grep -q 'bad.tsv:2:' "$scratch/bad.log"
}
check "cwl: the program refuses bad input with 65" refused
check "cwl: bad input is a permanent failure, of one attempt" bad_ends

# What engines are told by the other exit codes, of a program that does nothing else.
mkdir "$scratch/fake"
# shellcheck disable=SC2016
printf '#!/bin/sh\nexit "$(cat "%s/status")"\n' "$scratch" > "$scratch/fake/slopeqtl"
chmod +x "$scratch/fake/slopeqtl"
grep -E '^(vcf|  -|bed|samples)' inputs.yml > check.yml
code_means() {
  echo "$1" > "$scratch/status"
  # Of a tool whose output is there in any case: where one is missing, cwltool calls all failures permanent.
  ! PATH=$scratch/fake:$path cwltool --outdir "$scratch/code" "$cwl/check.cwl" check.yml \
    > "$scratch/code.json" 2> "$scratch/code.log" || return 1
  ended "$scratch/code.log" "$2"
}
check "cwl: exit code 66 is a permanent failure" code_means 66 permanentFail
check "cwl: exit code 74 is a temporary failure" code_means 74 temporaryFail
check "cwl: exit code 75 is a temporary failure" code_means 75 temporaryFail

if command -v miniwdl > /dev/null; then
  check "wdl: miniwdl check --strict finds nothing" miniwdl check --strict "$workflows/wdl/slopeqtl.wdl"
else
  echo "skipped  wdl: miniwdl is not on the PATH"
fi

# Lines of the form of this script's own.
python3 "$workflows/cluster/check_files.py" "$(slopeqtl --version)" || failures=$((failures + 1))

[ $failures = 0 ]
