#!/usr/bin/env bash
# What `slopeqtl query` takes on a large result.
#
#   bash reference/benchmarks/query.sh [REPEATS] > reference/benchmarks/query.txt
#
# A simulated cis scan: 5,200 genes and 500,000 variants, a kilobase apart, on 10 chromosomes, all pairs
# within 1 Mb: 20 genes a variant.
# Every question is asked REPEATS times (default 20) of files that the system has in memory, ids drawn at
# random from the tables; numbers are medians over the whole process, from start to exit. Needs a release
# build (swift build -c release) and 4 GB of disk.
set -euo pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
repeats=${1:-20}
slopeqtl=$root/.build/release/slopeqtl
[ -x "$slopeqtl" ] || { echo "no $slopeqtl: build first with swift build -c release" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$slopeqtl" simulate --out cohort --donors 60 --times 4 --genes 5200 --variants 500000 \
  --spacing 1000 --chromosomes 10 --seed 31 --quiet
"$slopeqtl" scan --vcf cohort.vcf.gz --bed cohort.bed.gz --samples cohort.samples.tsv \
  --cov cohort.covariates.txt --out scan --quiet
rows=$(sed -n 's/^  "rows" : \([0-9]*\),*$/\1/p' scan.manifest.json)

# The same result as an earlier version made it, without the files that find rows.
python3 - << 'EOF'
import json, os
manifest = json.load(open("scan.manifest.json"))
manifest["outputs"] = [o for o in manifest["outputs"] if o["suffix"] not in (".top.tsv.gz", ".pairs.idx")]
json.dump(manifest, open("old.manifest.json", "w"))
for suffix in (".pairs.tsv.gz", ".pairs.tsv.gz.tbi", ".genes.tsv.gz"):
    os.link("scan" + suffix, "old" + suffix)
EOF

"$slopeqtl" query scan --region chr7 | awk -F '\t' 'NR % 997 == 0 { print $3, $2 }' \
  | shuf --random-source=<(yes) -n "$repeats" > variants
zcat scan.genes.tsv.gz | tail -n +2 | cut -f 1 | shuf --random-source=<(yes) -n "$repeats" > genes

# Prints medians of wall time, CPU time and rows, and the largest wall time.
measure() {
  local name=$1 count=$2 variant position gene
  local TIMEFORMAT='%3R %3U %3S'
  shift 2
  for ((i = 1; i <= count; i++)); do
    read -r variant position < <(sed -n "$(((i - 1) % repeats + 1))p" variants)
    gene=$(sed -n "$(((i - 1) % repeats + 1))p" genes)
    local words=("${@//GENE/$gene}")
    words=("${words[@]//VARIANT/$variant}")
    words=("${words[@]//REGION/chr7:$position-$((position + 100000))}")
    { time "$slopeqtl" query "${words[@]}" --quiet > rows.tsv; } 2> times
    echo "$(cat times) $(($(wc -l < rows.tsv) - 1))"
  done | python3 -c '
import statistics, sys
wall, cpu, rows = zip(*((float(w), float(u) + float(s), int(r)) for w, u, s, r in map(str.split, sys.stdin)))
median = statistics.median
print(f"{sys.argv[1]:36} {1e3 * median(wall):7.0f} ({1e3 * max(wall):.0f}) {1e3 * median(cpu):9.0f} {median(rows):11.0f}")
' "$name"
}

echo "$("$slopeqtl" --version), $(date -u +%F), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
echo "bash reference/benchmarks/query.sh $repeats"
echo "$rows rows, $(stat -c %s scan.pairs.tsv.gz) bytes; scan.pairs.idx $(stat -c %s scan.pairs.idx) bytes,"
echo "scan.top.tsv.gz $(stat -c %s scan.top.tsv.gz) bytes"
echo
echo "load $(cut -d " " -f 1-3 /proc/loadavg) on $(nproc) processors"
echo
echo "question                           wall ms (largest)   CPU ms        rows"
measure "--gene" "$repeats" scan --gene GENE
measure "--region of 100 kb" "$repeats" scan --region REGION
measure "--variant" "$repeats" scan --variant VARIANT
measure "--gene --region of 100 kb" "$repeats" scan --gene GENE --region REGION
measure "--top 10" "$repeats" scan --top 10
measure "--top 10000" "$repeats" scan --top 10000
measure "--top 10001: the table is read" 3 scan --top 10001
measure "--variant without pairs.idx" 3 old --variant VARIANT
measure "--top 10 without top.tsv.gz" 3 old --top 10
