"""Fits of cohort_structured with donors' kinship, by dense REML (see dense_reml.py).

    python3 kinship/fit.py

expected_intercept.tsv: (1 + time | donor), donors independent, and an intercept with covariance K
times var_kinship_intercept. expected_slope.tsv: besides, a slope; kinship's intercept and slope
have an unstructured 2 x 2 covariance, the Kronecker product of which with K is that of all donors.
K is cohort_structured/kinship.tsv as it is. All pairs, time centred at the samples' mean.
"""

import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, ".."))
from dense_reml import Cohort, Model, Term, write_tsv  # noqa: E402

import numpy as np  # noqa: E402

folder = os.path.join(here, "..", "cohort_structured")
cohort = Cohort(folder)
kinship = cohort.kinship(folder)
one = np.ones(len(cohort.time))
line = {"intercept": one, "time": cohort.time}
for name, columns in (("intercept", {"intercept": one}), ("slope", line)):
    terms = [Term("donor", line, cohort.donor), Term("kinship", columns, cohort.donor, kinship)]
    rows = []
    for gene, variant in cohort.pairs:
        fit = Model(cohort.expression[gene], cohort.design(variant), terms).fit()
        rows.append({"phenotype_id": gene, "variant_id": variant, "deviance": float(fit.deviance),
                     **fit.tests(cohort.names), **fit.components(), **fit.findings()})
    rows = [{k: float(v) if isinstance(v, np.floating) else v for k, v in r.items()} for r in rows]
    write_tsv(rows, os.path.join(here, f"expected_{name}.tsv"))
    print(name, [round(r["deviance"], 4) for r in rows], [r["searches_at_optimum"] for r in rows],
          max(r["gradient"] for r in rows))
