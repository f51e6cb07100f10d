"""Shares of null genes whose p-value is at or below a level, with their standard errors, by method.

    python3 gene_level.py PREFIX...

reads PREFIX.genes.tsv.gz.
"""

import gzip
import sys

LEVELS = (0.01, 0.05, 0.1, 0.5)


def table(prefix):
    with gzip.open(prefix + ".genes.tsv.gz", "rt") as lines:
        header = next(lines).rstrip("\n").split("\t")
        return [dict(zip(header, line.rstrip("\n").split("\t"))) for line in lines]


print("| scan | genes | variants a gene | method | " + " | ".join(f"≤ {a}" for a in LEVELS) + " |")
print("|" + "---|" * (4 + len(LEVELS)))
for prefix in sys.argv[1:]:
    rows = [row for row in table(prefix) if row["num_var"] != "0"]
    variants = sum(int(row["num_var"]) for row in rows) / len(rows)
    for method in ("pval_boot", "pval_perm", "pval_acat", "pval_emt"):
        if method not in rows[0]:
            continue
        values = [float(row[method]) for row in rows if row[method] != "NA"]
        cells = []
        for level in LEVELS:
            share = sum(value <= level for value in values) / len(values)
            error = (level * (1 - level) / len(values)) ** 0.5
            cells.append(f"{share:.4f} ± {error:.4f}")
        print(f"| {prefix} | {len(values)} | {variants:.0f} | {method} | " + " | ".join(cells) + " |")
