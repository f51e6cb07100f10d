"""Reading of the tables that slopeqtl writes and reads."""

import gzip

import numpy as np


def columns(path, names):
    """The named columns of a gzipped table with a header, each as a list of texts.

    Columns that the table lacks are None.
    """
    with gzip.open(path, "rt") as file:
        header = file.readline().lstrip("#").rstrip("\n").split("\t")
        places = [header.index(name) if name in header else None for name in names]
        found = [[] if place is not None else None for place in places]
        for line in file:
            fields = line.rstrip("\n").split("\t")
            for values, place in zip(found, places):
                if place is not None:
                    values.append(fields[place])
    return found


def numbers(texts):
    """Numbers, with NaN for NA."""
    return np.array([float("nan") if text == "NA" else float(text) for text in texts])


def text_rows(path):
    with open(path) as file:
        return [line.rstrip("\n").split("\t") for line in file]


class Cohort:
    """A simulated cohort, read whole: what least squares needs."""

    def __init__(self, prefix):
        sheet = text_rows(prefix + ".samples.tsv")
        covariates = text_rows(prefix + ".covariates.txt")
        donors = covariates[0][1:]
        place = {donor: index for index, donor in enumerate(donors)}
        name = sheet[0]
        self.donor = np.array([place[row[name.index("donor_id")]] for row in sheet[1:]])
        self.time = np.array([float(row[name.index("time")]) for row in sheet[1:]])
        # Donor-level covariates, covariates x donors; sex is 1 for men.
        self.covariates = np.array(
            [[{"male": 1.0, "female": 0.0}.get(text) if row[0] == "sex" else float(text)
              for text in row[1:]] for row in covariates[1:]])
        with gzip.open(prefix + ".bed.gz", "rt") as file:
            samples = file.readline().rstrip("\n").split("\t")[4:]
            assert samples == [row[0] for row in sheet[1:]]
            rows = [line.rstrip("\n").split("\t") for line in file]
        self.genes = {row[3]: index for index, row in enumerate(rows)}
        self.expression = np.array([row[4:] for row in rows], dtype=float)
        self.variants = {}
        dosages = []
        with gzip.open(prefix + ".vcf.gz", "rt") as file:
            for line in file:
                if line[0] == "#":
                    continue
                fields = line.rstrip("\n").split("\t")
                self.variants[fields[2]] = len(dosages)
                dosages.append([float(call[4:]) for call in fields[9:]])
        self.dosages = np.array(dosages)


def causal_pairs(prefix):
    """The planted variant of each gene that has a genotype x time effect."""
    rows = text_rows(prefix + ".truth.tsv")
    name = rows[0]
    gene, variant, effect = (name.index(column) for column in ("phenotype_id", "variant_id", "b_gi"))
    return {row[gene]: row[variant] for row in rows[1:] if float(row[effect]) != 0}
