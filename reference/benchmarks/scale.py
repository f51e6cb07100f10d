"""What 20,000 genes × 10 million variants cost, from the rates of scale.sh.

    python3 scale.py DONORS BYTES_OF_VCF BYTES_OF_TABLE

reads `measured`, `cis.manifest.json` and `trans.manifest.json` in the current folder.
"""

import json
import statistics
import sys

GENES = 20_000
VARIANTS = 10_000_000
# Of a window of 2 Mb in a genome of 3.1 Gb.
CIS_PAIRS = int(GENES * VARIANTS * 2e6 / 3.1e9)
TRANS_PAIRS = GENES * VARIANTS
# Parts of trans read all genotypes: a part has so many genes.
TRANS_GENES_A_PART = 200


def median(name):
    rows = [line.split() for line in open("measured") if line.split()[0] == name]
    return (
        statistics.median(float(row[1]) for row in rows),
        max(float(row[2]) for row in rows),
    )


def pairs(name):
    with open(f"{name}.manifest.json") as file:
        manifest = json.load(file)
    return manifest["pairs"], manifest["rows"], sum(
        count for count in manifest["variants_by_verdict"].values()
    )


donors, vcf_bytes, table_bytes = map(int, sys.argv[1:])
(read, _), (cis, cis_memory) = median("read"), median("cis")
(small, _), (trans, trans_memory) = median("cis_small"), median("trans")
(merge, merge_memory) = median("merge")
cis_pairs, cis_rows, variants = pairs("cis")
trans_pairs, _, _ = pairs("trans")
read_rate = variants / read
# Reading is a part of every scan; what is left is the fits' and the rows'.
cis_rate = cis_pairs / (cis - read)
small_rate = cis_pairs / (small - read)
trans_rate = trans_pairs / (trans - read)
merge_rate = cis_rows / merge
print(f"\n{donors} donors: {vcf_bytes / variants:.0f} bytes a variant (VCF, GT and DS), "
      f"{table_bytes / cis_rows:.0f} bytes a row")
print(f"  variants read and tested for use   {read_rate:12,.0f} a CPU second")
print(f"  cis, all rows                      {cis_rate:12,.0f} pairs a CPU second, {cis_memory:.0f} MiB")
print(f"  cis, p up to 1e-3                  {small_rate:12,.0f} pairs a CPU second")
print(f"  trans, p up to 1e-5                {trans_rate:12,.0f} pairs a CPU second, {trans_memory:.0f} MiB")
print(f"  merge                              {merge_rate:12,.0f} rows a CPU second, {merge_memory:.0f} MiB")
read_hours = VARIANTS / read_rate / 3600
parts = GENES // TRANS_GENES_A_PART
print(f"20,000 genes x 10,000,000 variants, {donors} donors, core hours:")
print(f"  cis    {CIS_PAIRS:,} pairs: fits and rows {CIS_PAIRS / cis_rate / 3600:.2f}, "
      f"reading {read_hours * 1.1:.2f}, merge {CIS_PAIRS / merge_rate / 3600:.2f}; "
      f"table {CIS_PAIRS * table_bytes / cis_rows / 1e9:.1f} GB")
print(f"  trans  {TRANS_PAIRS:,} pairs: fits {TRANS_PAIRS / trans_rate / 3600:.0f}, "
      f"reading in {parts} parts {parts * read_hours:.1f}; "
      f"genotypes {VARIANTS * vcf_bytes / variants / 1e9:.1f} GB, read {parts} times")
