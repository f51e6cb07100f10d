"""Type-I error of the Wald and likelihood-ratio tests of `slopeqtl fit --family`, by simulation.

    python3 calibrate.py SLOPEQTL 0-1999 [CELL ...] > p.tsv      (seeds of the data sets, numbers of CELLS)
    python3 calibrate.py summary p.tsv > results.tsv             (several tables one after the other are one)

Every data set has subjects of two arms (a between-subject effect) and rows of two conditions (a within-subject one),
neither of which does anything. A cell is a design and a fit; its data sets are those of its design, so that cells of one
design differ by the fit alone. Rates are shares of the fits that ended, with sqrt(rate (1 - rate) / fits) beside.
`refused` counts data sets that separate or cannot be fitted, `flat` fits that did not converge, which are counted as fits.
"""
import json
import math
import os
import subprocess
import sys
import tempfile

import numpy as np

FORMULA = "y ~ arm + condition + (1 | subject)"
# name: family, subjects, rows each, mean on the scale of the link, SD of subjects, of subjects' effects of the condition,
# of rows; then formula and nodes of the fits.
DESIGNS = {
    "bernoulli_60x8": ("binomial", 60, 8, -0.5, 1.0, 0.0, 0.0),
    "bernoulli_20x8": ("binomial", 20, 8, -0.5, 1.0, 0.0, 0.0),
    "bernoulli_100x4": ("binomial", 100, 4, -0.5, 2.0, 0.0, 0.0),
    "bernoulli_slopes_60x8": ("binomial", 60, 8, -0.5, 1.0, 1.0, 0.0),
    "poisson_60x8": ("poisson", 60, 8, 0.7, 0.5, 0.0, 0.0),
    "poisson_20x8": ("poisson", 20, 8, 0.7, 0.5, 0.0, 0.0),
    "overdispersed_60x8": ("poisson", 60, 8, 0.7, 0.5, 0.0, 0.6),
    "bernoulli_150x10": ("binomial", 150, 10, -0.5, 1.0, 0.0, 0.0),
    "poisson_150x10": ("poisson", 150, 10, 0.7, 0.5, 0.0, 0.0),
}
SLOPES = "y ~ arm + condition + (1 + condition | subject)"
TESTS = ["wald_between", "lrt_between", "wald_within", "lrt_within"]
ROWS = "y ~ arm + condition + (1 | subject) + (1 | row)"
CELLS = [
    ("bernoulli_60x8", FORMULA, 1), ("bernoulli_60x8", FORMULA, 9),
    ("poisson_60x8", FORMULA, 1), ("poisson_60x8", FORMULA, 9),
    ("bernoulli_20x8", FORMULA, 1), ("bernoulli_20x8", FORMULA, 9),
    ("poisson_20x8", FORMULA, 1), ("poisson_20x8", FORMULA, 9),
    ("bernoulli_100x4", FORMULA, 1), ("bernoulli_100x4", FORMULA, 9),
    ("bernoulli_slopes_60x8", SLOPES, 1), ("bernoulli_slopes_60x8", FORMULA, 1),
    ("overdispersed_60x8", ROWS, 1), ("overdispersed_60x8", FORMULA, 1),
    ("bernoulli_150x10", FORMULA, 1), ("poisson_150x10", FORMULA, 1),
]


def draw(design, seed):
    """The table of one data set."""
    family, subjects, rows, mean, sd, sd_slope, sd_row = DESIGNS[design]
    rng = np.random.default_rng([list(DESIGNS).index(design), seed])
    subject = np.repeat(np.arange(subjects), rows)
    arm = subject % 2
    condition = np.tile(np.arange(rows) % 2, subjects)
    eta = (mean + sd * rng.standard_normal(subjects)[subject]
           + sd_slope * rng.standard_normal(subjects)[subject] * condition
           + sd_row * rng.standard_normal(len(subject)))
    y = rng.poisson(np.exp(eta)) if family == "poisson" else (rng.random(len(eta)) < 1 / (1 + np.exp(-eta))).astype(int)
    lines = ["subject\trow\tarm\tcondition\ty"]
    lines += [f"s{s}\tr{i}\t{'ab'[a]}\t{'xy'[c]}\t{v}" for i, (s, a, c, v) in enumerate(zip(subject, arm, condition, y))]
    return "\n".join(lines) + "\n"


def fit(program, family, formula, nodes):
    """p-values by test and effect, and the status; None where the data are refused."""
    result = subprocess.run(
        [program, "fit", "data.tsv", "--formula", formula, "--family", family, "--agq", str(nodes), "--lrt", "--quiet",
         "--json", "-"], capture_output=True, text=True)
    if result.returncode == 65:
        return None
    result.check_returncode()
    report = json.loads(result.stdout)
    wald = {row["term"]: row["p"] for row in report["fixed_effects"]}
    ratio = {row["term"]: row["p"] for row in report["likelihood_ratio_tests"]}
    return {"wald_between": wald["armb"], "wald_within": wald["conditiony"], "lrt_between": ratio["arm"],
            "lrt_within": ratio["condition"], "status": report["status"]}


def summary(path):
    """One line a cell of the tables of p-values, in the order of CELLS."""
    cells = {}
    with open(path) as file:
        names = next(file).rstrip("\n").split("\t")
        for line in file:
            row = dict(zip(names, line.rstrip("\n").split("\t")))
            if row["cell"] != "cell":
                cells.setdefault(int(row["cell"]), {})[int(row["seed"])] = row
    print("design", "formula", "agq", "datasets", "refused", "boundary", "flat",
          *(f"{name}{end}" for name in TESTS for end in ("", "_se")), sep="\t")
    for index in sorted(cells):
        rows = list(cells[index].values())
        ended = [row for row in rows if row["status"] != "refused"]
        rates = []
        for name in TESTS:
            p = [float(row[name]) for row in ended if row[name] != "NA"]
            rate = sum(value < 0.05 for value in p) / len(p)
            rates += [f"{rate:.4f}", f"{math.sqrt(rate * (1 - rate) / len(p)):.4f}"]
        print(*CELLS[index], len(rows), len(rows) - len(ended), sum(row["status"] == "boundary" for row in ended),
              sum(row["status"] not in ("ok", "boundary") for row in ended), *rates, sep="\t")


def main():
    if sys.argv[1] == "summary":
        return summary(sys.argv[2])
    program = os.path.abspath(sys.argv[1])
    first, last = (int(text) for text in sys.argv[2].split("-"))
    wanted = [int(text) for text in sys.argv[3:]] or range(len(CELLS))
    print("cell", "seed", "status", *TESTS, sep="\t", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for index in wanted:
            design, formula, nodes = CELLS[index]
            for seed in range(first, last + 1):
                with open("data.tsv", "w") as file:
                    file.write(draw(design, seed))
                row = fit(program, DESIGNS[design][0], formula, nodes) or {"status": "refused"}
                values = ["NA" if row.get(name) is None else f"{row[name]:.6g}" for name in TESTS]
                print(index, seed, row["status"], *values, sep="\t", flush=True)
        os.chdir("/")


main()
