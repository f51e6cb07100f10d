"""Coverage of the intervals of `slopeqtl fit` on simulated trials.

    python3 simulate.py --slopeqtl PROGRAM [--sets 1000] [--jobs 2] [--out results.tsv]

README.md says what is counted. Python 3 with numpy. Same seed, same data, whatever the number of jobs.
"""
import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np

SUBJECTS, VISITS = 50, 6
BETA = {"(Intercept)": 10.0, "time": -0.5, "armtreated": 0.5, "time:armtreated": 0.3}
FORMULA = "y ~ time * arm + (1 + time | subject)"
# SDs of intercepts, slopes and residuals, and the correlation of the first two. A subject's own slope
# has a standard error of 0.239 residual SDs from six visits at times 0 to 5.
SCENARIOS = {
    "large_slopes": (1.0, 0.5, 0.5, 0.2),
    "small_slopes": (1.0, 0.1, 1.0, 0.0),
    "icc_0.2": (0.5, 0.05, 1.0, -0.3),
}
# The time at which is predicted; thresholds of P(y > V) in marginal SDs from the mean of both arms.
LATER = 7.0
PREDICTED = 20
THRESHOLDS = np.linspace(-2.2, 2.2, 9)
EDGES = [0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 1]


def mean(time, treated):
    return (BETA["(Intercept)"] + BETA["time"] * time
            + (BETA["armtreated"] + BETA["time:armtreated"] * time) * treated)


class Trial:
    """One data set, the rows to predict, and the truth of these."""

    def __init__(self, scenario, index):
        intercept, slope, residual, correlation = SCENARIOS[scenario]
        rng = np.random.default_rng([7, list(SCENARIOS).index(scenario), index])
        people = SUBJECTS + 2 * PREDICTED
        draws = rng.standard_normal((people, 2))
        draws[:, 1] = correlation * draws[:, 0] + math.sqrt(1 - correlation ** 2) * draws[:, 1]
        effects = draws * [intercept, slope]
        treated = np.arange(people) % 2

        def line(person, time):
            return mean(time, treated[person]) + effects[person, 0] + effects[person, 1] * time

        def observe(person, time):
            return line(person, time) + residual * rng.standard_normal()

        def row(person, time, y):
            arm = "treated" if treated[person] else "control"
            return f"s{person:03d}\t{arm}\t{time:g}\t{'NA' if y is None else repr(float(y))}\n"

        header = "subject\tarm\ttime\ty\n"
        self.data = header + "".join(row(person, time, observe(person, time))
                                     for person in range(SUBJECTS) for time in range(VISITS))
        lines, self.rows = [], []
        first = SUBJECTS + PREDICTED
        for kind, persons in (("known", range(PREDICTED)), ("measured", range(SUBJECTS, first)),
                              ("unmeasured", range(first, first + PREDICTED))):
            for person in persons:
                if kind == "measured":
                    lines += [row(person, time, observe(person, time)) for time in (0, 1)]
                lines.append(row(person, LATER, None))
                self.rows.append((kind, f"s{person:03d}", line(person, LATER), observe(person, LATER)))
        self.new = header + "".join(lines)
        spread = math.sqrt(intercept ** 2 + 2 * correlation * intercept * slope * LATER
                           + (slope * LATER) ** 2 + residual ** 2)
        centre = (mean(LATER, 0) + mean(LATER, 1)) / 2
        self.thresholds = [round(float(centre + spread * z), 6) for z in THRESHOLDS]


def table(path):
    with open(path) as file:
        header, *rows = [line.rstrip("\n").split("\t") for line in file]
    return [dict(zip(header, row)) for row in rows]


def run(program, folder, *flags):
    done = subprocess.run([program, "fit", "data.tsv", "--formula", FORMULA, "--quiet", *flags],
                          cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{folder}: fit {' '.join(flags)} ended with {done.returncode}: {done.stderr}")


def measure(program, scenario, index, work):
    """Counts of one data set: {quantity: (hits, cases)}, exceedances [(p, hit)], and the status."""
    trial = Trial(scenario, index)
    folder = os.path.join(work, f"{scenario}.{index}")
    os.makedirs(folder)
    for name, text in (("data.tsv", trial.data), ("new.tsv", trial.new)):
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    counts, exceeded = {}, {}

    def count(quantity, lower, value, upper):
        hits, cases = counts.get(quantity, (0, 0))
        counts[quantity] = (hits + (lower <= value <= upper), cases + 1)

    def count_fixed(df):
        with open(os.path.join(folder, "fit.json")) as file:
            fit = json.load(file)
        for effect in fit["fixed_effects"]:
            count(f"fixed {effect['term']} {df}", effect["lower"], BETA[effect["term"]], effect["upper"])
        return fit

    run(program, folder, "--df", "kenward-roger", "--json", "fit.json")
    count_fixed("kenward-roger")
    for threshold in trial.thresholds:
        run(program, folder, "--predict", "new.tsv", "--predictions", "predicted.tsv",
            f"--exceed={threshold!r}", "--json", "fit.json")
        found = {row["subject"]: row for row in table(os.path.join(folder, "predicted.tsv"))
                 if float(row["time"]) == LATER}
        for kind, subject, line, observed in trial.rows:
            row = found[subject]
            exceeded.setdefault((kind, subject), []).append((float(row["p_exceed"]), observed > threshold))
            if threshold == trial.thresholds[0]:
                count(f"mean {kind}", float(row["lower"]), line, float(row["upper"]))
                count(f"new {kind}", float(row["lower_new"]), observed, float(row["upper_new"]))
    fit = count_fixed("satterthwaite")
    shutil.rmtree(folder)
    # Of every row the threshold whose probability is nearest to 0.95 and to 0.05.
    for (kind, _), cases in exceeded.items():
        for target in (0.95, 0.05):
            p, hit = min(cases, key=lambda case: abs(case[0] - target))
            if abs(p - target) <= 0.03:
                hits, total, summed = counts.get(f"exceed {target} {kind}", (0, 0, 0.0))
                counts[f"exceed {target} {kind}"] = (hits + hit, total + 1, summed + p)
    return counts, [(kind, p, hit) for (kind, _), cases in exceeded.items() for p, hit in cases], fit["status"]


def summarise(scenario, results, out):
    """Shares, with standard errors over data sets, whose rows share a fit."""
    statuses = [status for _, _, status in results]
    quantities = sorted({name for counts, _, _ in results for name in counts})
    for name in quantities:
        cells = [counts[name] for counts, _, _ in results if name in counts]
        hits = np.array([cell[0] for cell in cells], float)
        cases = np.array([cell[1] for cell in cells], float)
        share = hits.sum() / cases.sum()
        error = math.sqrt(((hits - share * cases) ** 2).sum()) / cases.sum()
        nominal = sum(cell[2] for cell in cells) / cases.sum() if len(cells[0]) > 2 else 0.95
        out.write(f"{scenario}\t{name}\t{len(results)}\t{int(cases.sum())}\t{nominal:.4f}\t{share:.4f}"
                  f"\t{error:.4f}\n")
    for kind in ("known", "measured", "unmeasured"):
        for low, high in zip(EDGES, EDGES[1:]):
            sums = []
            for _, exceeded, _ in results:
                chosen = [(p, hit) for k, p, hit in exceeded
                          if k == kind and low <= p and (p < high or high == 1)]
                sums.append((sum(hit for _, hit in chosen), len(chosen), sum(p for p, _ in chosen)))
            hits, cases, summed = np.array(sums, float).T
            if cases.sum() == 0:
                continue
            share = hits.sum() / cases.sum()
            error = math.sqrt(((hits - share * cases) ** 2).sum()) / cases.sum()
            out.write(f"{scenario}\tp_exceed {low:g} to {high:g} {kind}\t{len(results)}\t{int(cases.sum())}"
                      f"\t{summed.sum() / cases.sum():.4f}\t{share:.4f}\t{error:.4f}\n")
    for status in sorted(set(statuses)):
        share = statuses.count(status) / len(statuses)
        out.write(f"{scenario}\tstatus {status}\t{len(results)}\t{len(results)}\tNA\t{share:.4f}"
                  f"\t{math.sqrt(share * (1 - share) / len(results)):.4f}\n")
    out.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--slopeqtl", required=True)
    parser.add_argument("--sets", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--scenarios", default=",".join(SCENARIOS))
    parser.add_argument("--out", default="results.tsv")
    options = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    program = os.path.abspath(options.slopeqtl)
    with open(options.out, "w") as out, tempfile.TemporaryDirectory() as work:
        out.write("scenario\tquantity\tdata_sets\tcases\tnominal\tshare\tse\n")
        for scenario in options.scenarios.split(","):
            # Threads only wait for the program.
            with ThreadPoolExecutor(options.jobs) as pool:
                results = list(pool.map(lambda i: measure(program, scenario, i, work), range(options.sets)))
            summarise(scenario, results, out)
            print(f"{scenario}: {options.sets} data sets", file=sys.stderr)


main()
