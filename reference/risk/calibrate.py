"""Coverage and bias of `slopeqtl risk` over simulated data sets.

    calibrate.py run BINARY FIRST LAST REPLICATES OUT    data sets of seeds FIRST to LAST
    calibrate.py summary OUT...                          their summary, to standard output

`results.tsv` is the summary of seeds 1001 to 2000 with 119 replicates each (about 20 CPU minutes).
`bias_corrected` is what the program reports; `_alone` are normal intervals by the errors of the
second stage alone. `below` and `above` are shares of intervals that lie there.

A row of OUT is one interval of one coefficient of one data set, or (`subject_risk`) the share of
patients whose true risk lies between subject_lower and subject_upper.
"""
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

COMMAND = ["--formula", "marker ~ time + (1 + time | patient)", "--outcome", "event",
           "--predictors", "slope", "--covariates", "age", "--folds", "0", "--threads", "1"]
NORMAL = statistics.NormalDist()


def table(path):
    with open(path) as file:
        names = file.readline().rstrip("\n").split("\t")
        return [dict(zip(names, line.rstrip("\n").split("\t"))) for line in file]


def quantile(ordered, p):
    place = min(max(p * (len(ordered) + 1), 1), len(ordered))
    below = int(place)
    above = min(below + 1, len(ordered))
    return ordered[below - 1] + (place - below) * (ordered[above - 1] - ordered[below - 1])


def intervals(estimate, draws):
    """Of one coefficient, from its replicates, by kind."""
    draws = sorted(draws)
    share = sum(d < estimate for d in draws) + 0.5 * sum(d == estimate for d in draws)
    shift = NORMAL.inv_cdf(min(max(share / len(draws), 0.5 / len(draws)), 1 - 0.5 / len(draws)))
    z = NORMAL.inv_cdf(0.975)
    low, high = quantile(draws, 0.025), quantile(draws, 0.975)
    sd = statistics.stdev(draws)
    robust = (quantile(draws, NORMAL.cdf(1)) - quantile(draws, NORMAL.cdf(-1))) / 2
    return {
        "percentile": (low, high),
        "bias_corrected": (quantile(draws, NORMAL.cdf(2 * shift - z)),
                           quantile(draws, NORMAL.cdf(2 * shift + z))),
        "basic": (2 * estimate - high, 2 * estimate - low),
        "normal": (estimate - z * sd, estimate + z * sd),
        "normal_quantiles": (estimate - z * robust, estimate + z * robust),
    }


def one(binary, seed, replicates, folder):
    data = os.path.join(folder, "data")
    subprocess.run([binary, "simulate", "--scenario", "risk", "--out", data, "--seed", str(seed),
                    "--quiet"], check=True)
    result = subprocess.run(
        [binary, "risk", data + ".tsv", "--outcomes", data + ".outcomes.tsv", *COMMAND,
         "--bootstrap", str(replicates), "--replicates", data + ".reps", "--risks",
         data + ".risks", "--json", "-"], capture_output=True, text=True)
    if result.returncode != 0:
        return [(seed, "slope", "refused", math.nan, math.nan, math.nan, math.nan)]
    model = json.loads(result.stdout)
    draws = table(data + ".reps")
    truth = {row["parameter"]: row["value"] for row in table(data + ".truth.tsv")}
    rows = []
    for term in ["slope", "age"]:
        value = float(truth["outcome:" + term])
        own = [r for r in model["coefficients"] if r["term"] == term][0]["estimate"]
        for kind, (low, high) in intervals(own, [float(d[term]) for d in draws]).items():
            rows.append((seed, term, kind, value, own, low, high))
        for name, stage in model["comparison"].items():
            found = [r for r in stage["coefficients"] if r["term"] == term][0]
            rows.append((seed, term, name + "_alone", value, found["estimate"], found["lower"],
                         found["upper"]))
    slopes = {r["level"]: float(r["effect"]) for r in table(data + ".subjects.tsv")
              if r["term"] == "time"}
    ages = {r["patient"]: float(r["age"]) for r in table(data + ".outcomes.tsv")}
    inside = 0
    risks = table(data + ".risks")
    for row in risks:
        eta = (float(truth["outcome:(Intercept)"]) + float(truth["outcome:age"]) * ages[row["patient"]]
               + float(truth["outcome:slope"]) * (float(truth["time"]) + slopes[row["patient"]]))
        risk = 1 / (1 + math.exp(-eta))
        inside += float(row["subject_lower"]) <= risk <= float(row["subject_upper"])
    rows.append((seed, "subject_risk", "share", 0.95, inside / len(risks), math.nan, math.nan))
    return rows


def run(binary, first, last, replicates, out):
    with tempfile.TemporaryDirectory() as folder, open(out, "w") as file:
        for seed in range(int(first), int(last) + 1):
            for row in one(binary, seed, int(replicates), folder):
                file.write("\t".join(str(v) for v in row) + "\n")
            file.flush()


def summary(paths):
    groups = {}
    for path in paths:
        for line in open(path):
            seed, term, kind, *values = line.rstrip("\n").split("\t")
            groups.setdefault((term, kind), []).append([float(v) for v in values])
    print("term\tinterval\tn\ttruth\tmean\tmedian\tbias_se\tcoverage\tcoverage_se\tbelow\tabove\twidth")
    for (term, kind), rows in sorted(groups.items()):
        n = len(rows)
        estimates = [r[1] for r in rows]
        truth = rows[0][0]
        if kind in ("share", "refused"):
            print(term, kind, n, truth, round(statistics.mean(estimates), 4),
                  round(statistics.median(estimates), 4), *["NA"] * 6, sep="\t")
            continue
        covered = sum(r[2] <= truth <= r[3] for r in rows) / n
        print(term, kind, n, truth, round(statistics.mean(estimates), 4),
              round(statistics.median(estimates), 4),
              round(statistics.stdev(estimates) / math.sqrt(n), 4), round(covered, 4),
              round(math.sqrt(covered * (1 - covered) / n), 4),
              round(sum(r[3] < truth for r in rows) / n, 4),
              round(sum(r[2] > truth for r in rows) / n, 4),
              round(statistics.median(r[3] - r[2] for r in rows), 4), sep="\t")


if __name__ == "__main__":
    {"run": lambda a: run(*a), "summary": summary}[sys.argv[1]](sys.argv[2:])
