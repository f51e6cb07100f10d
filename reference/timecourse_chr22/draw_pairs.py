"""Draws 200 gene-variant pairs, uniformly over all tested pairs.

    python3 draw_pairs.py [DATA_FOLDER]

DATA_FOLDER defaults to ${SLOPEQTL_TEST_DATA:-../shared/data}/timecourse_chr22.
Writes pairs.tsv beside this script. A pair is tested when the variant's
position (1-based) lies in [start + 1 - 1e6, end + 1e6] of the gene (BED start
and end), and, over the donors that have samples of the gene, its minor allele
frequency is at least 0.05, its minor allele count at least 5 and its dosage
not constant.
"""

import gzip
import os
import random
import sys

import numpy as np

SEED = 20220501
DRAWN = 200
WINDOW = 1_000_000
MIN_MAF = 0.05
MIN_MAC = 5

here = os.path.dirname(os.path.abspath(__file__))
if len(sys.argv) > 1:
    folder = sys.argv[1]
else:
    root = os.environ.get("SLOPEQTL_TEST_DATA", "../shared/data")
    folder = os.path.join(root, "timecourse_chr22")


def lines(name):
    with gzip.open(os.path.join(folder, name), "rt") as handle:
        for line in handle:
            yield line.rstrip("\n").split("\t")


with open(os.path.join(folder, "samples.tsv")) as handle:
    header = handle.readline().rstrip("\n").split("\t")
    table = [line.rstrip("\n").split("\t") for line in handle]
donor_of = {row[header.index("sample_id")]: row[header.index("donor_id")] for row in table}

chroms, positions, variants, counts = [], [], [], []
for row in lines("genotypes.vcf.gz"):
    if row[0].startswith("##"):
        continue
    if row[0] == "#CHROM":
        donors = row[9:]
        continue
    assert row[8] == "GT"
    chroms.append(row[0])
    positions.append(int(row[1]))
    variants.append(row[2])
    counts.append([int(gt[0]) + int(gt[2]) for gt in row[9:]])
chroms = np.array(chroms)
positions = np.array(positions)
counts = np.array(counts, dtype=np.int8)
column_of = {donor: i for i, donor in enumerate(donors)}

# One entry per gene: its id and the rows of its tested variants.
genes, tested = [], []
for row in lines("expression.bed.gz"):
    if row[0].startswith("#"):
        samples = row[4:]
        continue
    present = {donor_of[s] for s, value in zip(samples, row[4:]) if value != "NA"}
    columns = sorted(column_of[donor] for donor in present)
    near = np.flatnonzero((chroms == row[0])
                          & (positions >= int(row[1]) + 1 - WINDOW)
                          & (positions <= int(row[2]) + WINDOW))
    dosage = counts[near][:, columns].astype(int)
    total = dosage.sum(axis=1)
    minor = np.minimum(total, 2 * len(columns) - total)
    keep = ((minor >= MIN_MAC)
            & (minor >= MIN_MAF * 2 * len(columns) - 1e-9)
            & (dosage.min(axis=1, initial=2) < dosage.max(axis=1, initial=0)))
    genes.append(row[3])
    tested.append(near[keep])

ends = np.cumsum([len(t) for t in tested])
drawn = sorted(random.Random(SEED).sample(range(int(ends[-1])), DRAWN))
with open(os.path.join(here, "pairs.tsv"), "w") as out:
    out.write("phenotype_id\tvariant_id\n")
    for number in drawn:
        g = int(np.searchsorted(ends, number, side="right"))
        v = tested[g][number - (ends[g] - len(tested[g]))]
        out.write(f"{genes[g]}\t{variants[v]}\n")
print(f"{len(genes)} genes, {ends[-1]} tested pairs, {DRAWN} drawn")
