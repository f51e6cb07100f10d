"""Compares lme4's stored fits of richer models with dense REML, which shares nothing with them.

    python3 verify_rich.py

Prints, for each table of random_parts and for weights, the largest differences over its pairs.
"""

import os

import numpy as np

from dense_reml import Cohort, Model, Term, read_tsv

here = os.path.dirname(os.path.abspath(__file__))
cohort = Cohort(os.path.join(here, "cohort_structured"))
one, t = np.ones(len(cohort.time)), cohort.time
line = {"intercept": one, "time": t}
square = {**line, "time2": t**2}
raw = t + cohort.time_center
donor = Term("donor", line, cohort.donor)
single = lambda column: Term(column, {"intercept": one}, cohort.sheet[column])
models = {
    "random_parts/expected_batch": [donor, single("batch")],
    "random_parts/expected_batch_site": [donor, single("batch"), single("site")],
    "random_parts/expected_family": [donor, single("family")],
    "random_parts/expected_nested": [Term("donor:family", line, cohort.donor),
                                     Term("family", line, cohort.sheet["family"])],
    "random_parts/expected_quadratic": [Term("donor", square, cohort.donor)],
    "random_parts/expected_quadratic_uncorrelated": [
        Term("donor", {name: column}, cohort.donor)
        for name, column in (("intercept", one), ("time", raw), ("time2", raw**2))],
    "weights/expected": [donor],
}
bed = read_tsv(os.path.join(here, "weights", "weights.bed"))
weights = {row[3]: dict(zip(bed[0][4:], map(float, row[4:]))) for row in bed[1:]}
samples = read_tsv(os.path.join(here, "cohort_structured", "expression.bed"))[0][4:]
for path, terms in models.items():
    table = read_tsv(os.path.join(here, path + ".tsv"))
    worst = {}
    for cells in table[1:]:
        stored = dict(zip(table[0], cells))
        gene, variant = stored["phenotype_id"], stored["variant_id"]
        w = np.array([weights[gene][s] for s in samples]) if path.startswith("weights") else None
        x = cohort.design(variant)
        if path.endswith("uncorrelated"):
            kept = cohort.time
            cohort.time = raw
            x = cohort.design(variant)
            cohort.time = kept
        fit = Model(cohort.expression[gene], x, terms, weights=w).fit(starts=3)
        found = {"deviance": fit.deviance, **fit.tests(cohort.names), **fit.components()}
        for name, value in found.items():
            key = "df_fine_" + name[3:] if name.startswith("df_") else name
            scale = 1 if name == "deviance" or name.startswith(("var", "cov")) else abs(value)
            signed = value - float(stored[key])
            if abs(signed) / scale > abs(worst.get(name, 0)):
                worst[name] = signed / scale
    print(path, " ".join(f"{k} {v:.1g}" for k, v in worst.items()), flush=True)
