"""What `slopeqtl lag` concludes on simulated data with a known direction, and how its intervals cover.

    python3 calibrate.py --slopeqtl PROGRAM [--sets 200] [--jobs 2] [--only NAME,NAME] [--out results.tsv]
    python3 calibrate.py --slopeqtl PROGRAM --variants [--sets 200] [--out variants.tsv]

README.md says what is counted. Python 3 with numpy. Same seed, same data, whatever the number of jobs.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np

# a: what x and y take of x and y at the visit before, rows the outcomes. Residual SDs are 1 and 1.
X_LEADS = [[0.4, 0.0], [0.3, 0.3]]
Y_LEADS = [[0.3, 0.3], [0.0, 0.4]]
NEITHER = [[0.4, 0.0], [0.0, 0.3]]
EQUAL = [[0.35, 0.25], [0.25, 0.35]]
DIRECTIONS = {"x_leads": X_LEADS, "y_leads": Y_LEADS, "neither": NEITHER, "equal": EQUAL}
DEFAULTS = dict(subjects=200, visits=10, rho=0.3, between=0.5, deviation=1.0, missed=0.0, absent=0.0,
                start="stationary", tails=0, error=0.0, slope=0.0)


def scenarios():
    """Name: (coefficients, what differs from DEFAULTS)."""
    found = {}
    for name, a in DIRECTIONS.items():
        found[f"{name}_balanced"] = (a, {})
    for name, a in DIRECTIONS.items():
        found[f"{name}_gaps"] = (a, dict(subjects=300, missed=0.1, absent=0.055))
    found["x_leads_four_visits"] = (X_LEADS, dict(subjects=300, visits=4))
    found["neither_four_visits"] = (NEITHER, dict(subjects=300, visits=4))
    found["neither_40_subjects"] = (NEITHER, dict(subjects=40))
    found["x_leads_away_from_mean"] = (X_LEADS, dict(start="zero", missed=0.15))
    found["neither_rho_-0.5"] = (NEITHER, dict(rho=-0.5, between=0.8, missed=0.15))
    found["neither_rho_0.6"] = (NEITHER, dict(rho=0.6, between=-0.3, deviation=2.0))
    found["neither_t5"] = (NEITHER, dict(tails=5))
    for name in ("x_leads", "neither"):
        found[f"{name}_many_gaps"] = (DIRECTIONS[name], dict(missed=0.15, absent=0.15))
    found["x_leads_error"] = (X_LEADS, dict(error=0.5))
    found["neither_error"] = (NEITHER, dict(error=0.5))
    found["simulate_cross_lag"] = ([[0.4, 0.0], [-0.3, 0.3]], "simulate")
    for name in ("x_leads", "neither"):
        found[f"{name}_own_trends"] = (DIRECTIONS[name], dict(slope=0.15))
    return found


def draw(a, options, rng):
    """Subjects × visits × 2, NaN where missing."""
    o = dict(DEFAULTS, **options)
    a = np.array(a)
    n = o["subjects"]
    def correlated(r, shape):
        z = rng.standard_normal(shape + (2,))
        if o["tails"] and shape:
            z = z * np.sqrt((o["tails"] - 2) / rng.chisquare(o["tails"], shape))[..., None]
        return np.stack([z[..., 0], r * z[..., 0] + np.sqrt(1 - r * r) * z[..., 1]], axis=-1)
    own = o["deviation"] * correlated(o["between"], (n,))
    mean = own @ np.linalg.inv(np.eye(2) - a).T
    z = mean.copy() if o["start"] == "stationary" else rng.standard_normal((n, 2))
    if o["start"] == "stationary":
        for _ in range(50):
            z = z @ a.T + own + correlated(o["rho"], (n,))
    series = [z]
    for _ in range(o["visits"] - 1):
        series.append(series[-1] @ a.T + own + correlated(o["rho"], (n,)))
    values = np.stack(series, axis=1)
    trend = np.arange(o["visits"]) - (o["visits"] - 1) / 2
    values = values + o["slope"] * correlated(0.5, (n,))[:, None, :] * trend[None, :, None] if o["slope"] else values
    values = values + o["error"] * rng.standard_normal(values.shape)
    values[rng.random((n, o["visits"])) < o["missed"]] = np.nan
    values[rng.random(values.shape) < o["absent"]] = np.nan
    return values


def write(values, path):
    def cell(value):
        return "NA" if np.isnan(value) else f"{value:.6f}"
    with open(path, "w") as file:
        file.write("subject\ttime\tx\ty\n")
        for i, series in enumerate(values):
            for t, (x, y) in enumerate(series):
                file.write(f"s{i:04d}\t{t}\t{cell(x)}\t{cell(y)}\n")


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def lag(program, values, path, names=("x", "y")):
    """values: None where the file is there."""
    if values is not None:
        write(values, path)
    return run([program, "lag", path, "--x", names[0], "--y", names[1], "--subject", "subject",
                "--time", "time", "--json", "-", "--quiet"])


def scenario(program, index, prefix):
    """What `slopeqtl simulate --scenario cross-lag` draws with a seed of its own."""
    subprocess.run([program, "simulate", "--scenario", "cross-lag", "--out", prefix, "--quiet", "--seed",
                    str(1 + index)], check=True)
    return lag(program, None, prefix + ".tsv", ("sleep", "pain"))


NAMED = {"x leads": {"x"}, "both, x stronger": {"x", "y", "x stronger"}, "y leads": {"y"},
         "both, y stronger": {"x", "y", "y stronger"}, "both, no difference shown": {"x", "y"},
         "x to y, no difference shown": {"x"}, "y to x, no difference shown": {"y"}, "neither": set()}


def judge(a, conclusion):
    """Whether the planted direction is found, and whether one is claimed that is not there."""
    yx, xy = a[0][1], a[1][0]
    claims = set(NAMED[conclusion])
    if conclusion in ("x leads", "y leads"):
        claims.add(conclusion[0] + " stronger")
    true = {name for name, value in (("x", xy), ("y", yx)) if value != 0}
    if abs(xy) != abs(yx):
        true.add("x stronger" if abs(xy) > abs(yx) else "y stronger")
    leader = {n for n in true if n.endswith("stronger")}
    found = leader <= claims if leader else claims == true
    wrong = claims - true
    return found, bool(wrong), any(n.endswith("stronger") for n in wrong)


def calibrate(program, sets, jobs, only, out):
    chosen = {n: s for n, s in scenarios().items() if not only or n in only}
    order = list(scenarios())
    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor(jobs) as pool:
        print("\t".join("scenario sets found wrong wrong_leader cover_x_to_y cover_y_to_x cover_difference mean_x_to_y "
                        "se_ratio_x_to_y mean_y_to_x se_ratio_y_to_x pairs not_ok conclusions".split()), file=out)
        for name, (a, options) in chosen.items():
            def one(index):
                if options == "simulate":
                    return scenario(program, index, os.path.join(work, f"{name}.{index}"))
                rng = np.random.default_rng([17, order.index(name), index])
                return lag(program, draw(a, options, rng), os.path.join(work, f"{name}.{index}.tsv"))
            results = list(pool.map(one, range(sets)))
            judged = [judge(a, r["conclusion"]) for r in results]
            row = [name, sets] + [f"{np.mean([j[k] for j in judged]):.3f}" for k in (0, 1, 2)]
            truth = {"x_to_y": a[1][0], "y_to_x": a[0][1]}
            for key, value in truth.items():
                row.append(f"{np.mean([p['lower'] <= value <= p['upper'] for p in (r['paths'][key] for r in results)]):.3f}")
            # Of balanced residuals and SDs within subjects: exact where both coefficients are equal only.
            is_symmetric = a[0][0] == a[1][1] and a[0][1] == a[1][0]
            row.append(f"{np.mean([r['comparison']['lower'] <= 0 <= r['comparison']['upper'] for r in results]):.3f}"
                       if is_symmetric else "NA")
            for key in truth:
                estimates = [r["paths"][key]["estimate"] for r in results]
                errors = [r["paths"][key]["se"] for r in results]
                row += [f"{np.mean(estimates):.4f}", f"{np.mean(errors) / np.std(estimates, ddof=1):.3f}"]
            row += [f"{np.mean([r['pairs_used'] for r in results]):.0f}",
                    sum(r["status"] != "ok" for r in results)]
            counts = {}
            for r in results:
                counts[r["conclusion"]] = counts.get(r["conclusion"], 0) + 1
            row.append("; ".join(f"{k}: {v}" for k, v in sorted(counts.items(), key=lambda i: -i[1])))
            print("\t".join(map(str, row)), file=out, flush=True)


FITS = {
    "naive": ("", "(0 + in_x + in_y | subject)"),
    "first values": (" + in_x:fx + in_x:fy + in_y:fx + in_y:fy", "(0 + in_x + in_y | subject)"),
    "first values, correlated residuals": (
        " + in_x:fx + in_x:fy + in_y:fx + in_y:fy + now_x", "(0 + in_x + in_y | subject)"),
}


def stacked(values, path):
    """Pairs of complete visits as `slopeqtl fit` needs them; first values are the subject's."""
    with open(path, "w") as file:
        file.write("subject process value in_x in_y lx ly fx fy now_x\n".replace(" ", "\t"))
        for i, series in enumerate(values):
            complete = ~np.isnan(series).any(axis=1)
            if not complete.any():
                continue
            first = series[np.argmax(complete)]
            for t in range(1, len(series)):
                if complete[t] and complete[t - 1]:
                    for k in (0, 1):
                        row = [series[t, k], 1 - k, k, *series[t - 1], *first, k * series[t, 0]]
                        file.write(f"s{i}\t{'xy'[k]}\t" + "\t".join(f"{v:.6f}" for v in row) + "\n")


def centred(values):
    """Least squares within subjects: all variables less their subject's mean."""
    rows = []
    for series in values:
        complete = ~np.isnan(series).any(axis=1)
        use = [t for t in range(1, len(series)) if complete[t] and complete[t - 1]]
        if len(use) > 1:
            block = np.hstack([series[use], series[[t - 1 for t in use]]])
            rows.append(block - block.mean(axis=0))
    rows = np.vstack(rows)
    beta = np.linalg.lstsq(rows[:, 2:], rows[:, :2], rcond=None)[0]
    return beta[0, 1], beta[1, 0]


def variants(program, sets, jobs, out):
    cases = {"x_leads_balanced": {}, "x_leads_rho_0": dict(rho=0.0), "x_leads_gaps": dict(subjects=300, missed=0.1, absent=0.055),
             "x_leads_four_visits": dict(subjects=300, visits=4)}
    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor(jobs) as pool:
        print("scenario\tvariant\tsets\tbias_x_to_y\tbias_y_to_x\tsd_x_to_y\tsd_y_to_x", file=out)
        for number, (name, options) in enumerate(cases.items()):
            def one(index):
                values = draw(X_LEADS, options, np.random.default_rng([13, number, index]))
                path = os.path.join(work, f"{number}.{index}.tsv")
                paths = lag(program, values, path)["paths"]
                found = {"slopeqtl lag": (paths["x_to_y"]["estimate"], paths["y_to_x"]["estimate"]),
                         "within-centred least squares": centred(values)}
                stacked(values, path)
                for variant, (columns, random) in FITS.items():
                    fit = run([program, "fit", path, "--criterion", "ml", "--residual-variance", "by:process",
                               "--json", "-", "--quiet", "--df", "infinite", "--formula",
                               "value ~ 0 + in_x + in_y + in_x:lx + in_x:ly + in_y:lx + in_y:ly"
                               + columns + " + " + random])
                    beta = {e["term"]: e["estimate"] for e in fit["fixed_effects"]}
                    gamma = beta.get("now_x", 0)
                    found[variant] = (beta["in_y:lx"] + gamma * beta["in_x:lx"], beta["in_x:ly"])
                return found
            results = list(pool.map(one, range(sets)))
            for variant in ["naive", "within-centred least squares", "first values",
                            "first values, correlated residuals", "slopeqtl lag"]:
                both = np.array([r[variant] for r in results]) - [X_LEADS[1][0], X_LEADS[0][1]]
                row = [name, variant, sets, *(f"{v:+.4f}" for v in both.mean(axis=0)),
                       *(f"{v:.4f}" for v in both.std(axis=0, ddof=1))]
                print("\t".join(map(str, row)), file=out, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--slopeqtl", required=True)
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--variants", action="store_true")
    parser.add_argument("--out", default="-")
    arguments = parser.parse_args()
    out = sys.stdout if arguments.out == "-" else open(arguments.out, "w")
    if arguments.variants:
        variants(arguments.slopeqtl, arguments.sets, arguments.jobs, out)
    else:
        only = [n for n in arguments.only.split(",") if n]
        calibrate(arguments.slopeqtl, arguments.sets, arguments.jobs, only, out)


if __name__ == "__main__":
    main()
