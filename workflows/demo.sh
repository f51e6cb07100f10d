#!/usr/bin/env bash
# Simulates a small cohort with known dynamic eQTLs, scans it, prints what was found beside the
# truth, and writes a report to look at.
#
#   bash workflows/demo.sh [DIR]     results go to DIR (default ./demo-output)
#
# Steps: workflows/setup.sh, a release build, `slopeqtl simulate`, `slopeqtl scan`,
# `slopeqtl report`.
# 80 donors × 6 times with 10 % of the samples missing, 40 genes, 2,000 variants.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
directory=${1:-./demo-output}

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'demo: error: %s\n' "$*" >&2
  exit 1
}

[ $# -le 1 ] || fail "usage: bash workflows/demo.sh [DIR]"
mkdir -p "$directory" || fail "cannot make the folder $directory"
directory=$(cd "$directory" && pwd)

# shellcheck source=workflows/setup.sh
source "$root/workflows/setup.sh"

say "Building the release binary"
swift build -c release --package-path "$root" --product slopeqtl
slopeqtl=$(swift build -c release --package-path "$root" --show-bin-path)/slopeqtl

say "Simulating a cohort: $directory/cohort.*"
"$slopeqtl" simulate --out "$directory/cohort" --donors 80 --times 6 --genes 40 --variants 2000 \
  --missing 0.1 --dynamic-fraction 0.25 --seed 7

say "Scanning: $directory/scan.*"
"$slopeqtl" scan --vcf "$directory/cohort.vcf.gz" --bed "$directory/cohort.bed.gz" \
  --samples "$directory/cohort.samples.tsv" --cov "$directory/cohort.covariates.txt" \
  --out "$directory/scan"

[ -s "$directory/scan.pairs.tsv.gz" ] || fail "the scan left no $directory/scan.pairs.tsv.gz"

# One line per gene, its pair with the smallest pval_gi, beside the truth:
# p, gene, lead variant, b_gi, its SE, true variant, true b_gi, pairs tested for the gene.
genes=$(
  zcat "$directory/scan.pairs.tsv.gz" | awk -F '\t' -v truth="$directory/cohort.truth.tsv" '
    function need(name) {
      if (!(name in column)) {
        print "demo: error: no column " name > "/dev/stderr"
        failed = 1
        exit 1
      }
      return column[name]
    }
    BEGIN {
      while ((status = (getline line < truth)) > 0) {
        count = split(line, field, "\t")
        if (!rows++) {
          for (i = 1; i <= count; i++) position[field[i]] = i
          continue
        }
        gene = field[position["phenotype_id"]]
        true_variant[gene] = field[position["variant_id"]]
        true_effect[gene] = field[position["b_gi"]]
      }
      if (rows < 2) {
        print "demo: error: cannot read " truth > "/dev/stderr"
        failed = 1
        exit 1
      }
    }
    NR == 1 {
      for (i = 1; i <= NF; i++) column[$i] = i
      gene_column = need("phenotype_id")
      variant_column = need("variant_id")
      effect_column = need("b_gi")
      error_column = need("b_gi_se")
      p_column = need("pval_gi")
      next
    }
    {
      gene = $gene_column
      tested[gene]++
      if ($p_column == "NA") next
      if (!(gene in best) || $p_column + 0 < best[gene] + 0) {
        best[gene] = $p_column
        lead[gene] = $variant_column "\t" $effect_column "\t" $error_column
      }
    }
    END {
      if (failed) exit 1
      for (gene in best) {
        if (!(gene in true_variant)) {
          print "demo: error: no truth for gene " gene > "/dev/stderr"
          exit 1
        }
        print best[gene] "\t" gene "\t" lead[gene] "\t" true_variant[gene] "\t" true_effect[gene] \
          "\t" tested[gene]
      }
    }' | sort -t "$(printf '\t')" -k1,1g -k2,2
)
[ -n "$genes" ] || fail "the scan has no row with a P-value"

say "Genes with the smallest P-values of genotype × time, beside the truth"
printf '%s\n' "$genes" | awk -F '\t' '
  BEGIN {
    format = "%-9s %-18s %8s %8s %10s   %-18s %9s\n"
    printf format, "gene", "lead variant", "b_gi", "se", "pval_gi", "true variant", "true b_gi"
  }
  NR <= 15 {
    printf format, $2, $3, sprintf("%.4f", $4), sprintf("%.4f", $5), sprintf("%.2e", $1), $6, $7
  }'

say "In short"
printf '%s\n' "$genes" | awk -F '\t' '
  { pairs += $8; p[NR] = $1 + 0; dynamic[NR] = ($7 + 0 != 0); hit[NR] = ($3 == $6) }
  END {
    for (i = 1; i <= NR; i++) {
      if (dynamic[i]) planted++
      if (p[i] >= 0.05 / pairs) continue
      if (dynamic[i]) { found++; exact += hit[i] } else other++
    }
    printf "%d genes, %d pairs; Bonferroni threshold %.2e\n", NR, pairs, 0.05 / pairs
    printf "found %d of %d planted dynamic eQTLs, %d of them led by the causal variant itself\n",
      found, planted, exact
    printf "and %d of the %d other genes\n", other, NR - planted
  }'

say "Report"
"$slopeqtl" report "$directory/scan" --out "$directory/scan.html" --quiet

say "Files"
ls -l "$directory"/cohort.* "$directory"/scan.*

say "Look at the report in a browser"
printf '%s\n' "$directory/scan.html"
