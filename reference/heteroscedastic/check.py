"""The models of heteroscedastic/fit.R by dense REML (see dense_reml.py): nlme's optima, refined.

    python3 heteroscedastic/check.py

Writes check_homogeneous.tsv, check_by_site.tsv and check_exp_time.tsv, with the columns of nlme's
tables and Satterthwaite's degrees of freedom, and prints by how much nlme's values differ. The
deviance has the constant of lme4.
"""

import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, ".."))
from dense_reml import Cohort, Model, Term, read_tsv, write_tsv  # noqa: E402

import numpy as np  # noqa: E402

cohort = Cohort(os.path.join(here, "..", "cohort_structured"))
site = cohort.sheet["site"]
donor = Term("donor", {"intercept": np.ones(len(site)), "time": cohort.time}, cohort.donor)
designs = {"homogeneous": (None, []),
           "by_site": (np.column_stack([site == "s2", site == "s3"]).astype(float),
                       ["ratio:s2", "ratio:s3"]),
           "exp_time": (cohort.time[:, None], ["exp"])}
for name, (h, labels) in designs.items():
    path = os.path.join(here, f"expected_{name}.tsv")
    stored = read_tsv(path)
    rows, worst = [], {}
    for cells in stored[1:]:
        nlme = dict(zip(stored[0], cells))
        gene, variant = nlme["phenotype_id"], nlme["variant_id"]
        fit = Model(cohort.expression[gene], cohort.design(variant), [donor], h).fit()
        extra = fit.model.split(fit.phi)[1][1:]
        row = {"phenotype_id": gene, "variant_id": variant, "deviance": fit.deviance,
               **fit.tests(cohort.names), **fit.components(),
               **dict(zip(labels, np.exp(extra) if name == "by_site" else extra)),
               **fit.findings()}
        rows.append({k: float(v) if isinstance(v, np.floating) else v for k, v in row.items()})
        for key in nlme:
            if key in row and isinstance(rows[-1][key], float):
                difference = float(nlme[key]) - rows[-1][key]
                if abs(difference) > abs(worst.get(key, 0)):
                    worst[key] = difference
    write_tsv(rows, os.path.join(here, f"check_{name}.tsv"))
    print(name, " ".join(f"{k} {v:.1g}" for k, v in worst.items()),
          "searches at optimum", min(r["searches_at_optimum"] for r in rows), flush=True)
