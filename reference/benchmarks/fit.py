"""CPU time of `slopeqtl fit` beside lmer: makes the data, runs both, prints a table.

    python3 fit.py SLOPEQTL [REPEATS] [DESIGN ...]

Called by fit.sh. `ours` and `lme4` are CPU seconds of the fit alone, data loaded: the program's own
`timing.fit_cpu_seconds` and lmer's user and system time (`first`: of the first call in a
fresh R, in which it still compiles and loads). `process` is the whole program from its start: reading,
degrees of freedom, intervals and the JSON. Medians of REPEATS (5). `d deviance` is ours minus lmer's.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))


def visits(rng, subjects, rows):
    """The subject of every row: each has at least two, the other rows fall at random."""
    counts = 2 + rng.multinomial(rows - 2 * subjects, np.full(subjects, 1 / subjects))
    return np.repeat(np.arange(subjects), counts)


def visit_times(rng, subject):
    """Half a year from visit to visit, each some days early or late."""
    order = np.zeros(len(subject))
    for i in range(1, len(subject)):
        order[i] = order[i - 1] + 1 if subject[i] == subject[i - 1] else 0
    return np.round(np.maximum(0, order / 2 + rng.normal(0, 0.04, len(subject))), 3)


def effects(rng, levels, sds, correlation):
    """Random intercepts and slopes."""
    draws = rng.standard_normal((levels, 2))
    draws[:, 1] = correlation * draws[:, 0] + np.sqrt(1 - correlation ** 2) * draws[:, 1]
    return draws * np.array(sds)


def longitudinal(rng):
    subject = visits(rng, 1200, 7000)
    time_ = visit_times(rng, subject)
    treated = rng.permutation(np.arange(1200) % 2)[subject]
    b = effects(rng, 1200, (1.0, 0.3), -0.2)[subject]
    y = 3 + b[:, 0] + (-0.2 + 0.1 * treated + b[:, 1]) * time_ + rng.normal(0, 0.5, len(subject))
    return {"y": y, "time": time_, "arm": np.where(treated == 1, "treated", "control"),
            "subject": np.char.add("s", subject.astype(str))}


def crossed(subjects, items):
    def make(rng):
        subject = rng.integers(subjects, size=10000)
        item = rng.integers(items, size=10000)
        x = np.round(rng.standard_normal(10000), 4)
        y = (1 + 0.3 * x + rng.normal(0, 0.8, subjects)[subject] + rng.normal(0, 0.5, items)[item]
             + rng.standard_normal(10000))
        return {"y": y, "x": x, "subject": np.char.add("s", subject.astype(str)),
                "item": np.char.add("i", item.astype(str))}
    return make


def nested(rng):
    subject = visits(rng, 900, 5400)
    time_ = visit_times(rng, subject)
    centre = rng.integers(40, size=900)[subject]
    b = effects(rng, 900, (1.0, 0.3), -0.2)[subject] + effects(rng, 40, (0.5, 0.15), 0.3)[centre]
    y = 3 + b[:, 0] + (-0.2 + b[:, 1]) * time_ + rng.normal(0, 0.5, len(subject))
    return {"y": y, "time": time_, "centre": np.char.add("c", centre.astype(str)),
            "subject": np.char.add("s", subject.astype(str))}


DESIGNS = {
    "longitudinal": ("7,000 rows of 1,200 subjects", "y ~ time * arm + (1 + time | subject)", longitudinal),
    "crossed": ("10,000 rows, 1,000 x 200 levels", "y ~ x + (1 | subject) + (1 | item)", crossed(1000, 200)),
    "crossed_few": ("10,000 rows, 500 x 20 levels", "y ~ x + (1 | subject) + (1 | item)", crossed(500, 20)),
    "nested": ("5,400 rows of 900 subjects in 40 centres", "y ~ time + (1 + time | centre/subject)", nested),
}


def write(columns, path):
    values = [[f"{v:.6g}" if isinstance(v, float) else str(v) for v in column.tolist()]
              for column in columns.values()]
    with open(path, "w") as file:
        file.write("\t".join(columns) + "\n")
        file.writelines("\t".join(row) + "\n" for row in zip(*values))


def ours(program, path, formula, repeats):
    fit, process, deviance, status = [], [], None, None
    for _ in range(repeats):
        child = subprocess.Popen([program, "fit", path, "--formula", formula, "--json", "fit.json"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        errors = child.stderr.read().decode()
        _, code, used = os.wait4(child.pid, 0)
        if code != 0:
            sys.exit(f"{program} fit {path} ended with {code >> 8}: {errors}")
        process.append(used.ru_utime + used.ru_stime)
        with open("fit.json") as file:
            result = json.load(file)
        fit.append(result["timing"]["fit_cpu_seconds"])
        deviance, status = result["deviance"], result["status"]
    return statistics.median(fit), statistics.median(process), deviance, status


def main():
    program = os.path.abspath(sys.argv[1])
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    names = sys.argv[3:] or list(DESIGNS)
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"{version}, {time.strftime('%Y-%m-%d')}, {model}, {os.cpu_count()} cores; medians of {repeats}")
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    header = "lme4 first s\tlme4 s\tours s\tratio\tprocess s\td deviance\tstatus\tdesign"
    print(header)
    for index, name in enumerate(DESIGNS):
        if name not in names:
            continue
        size, formula, make = DESIGNS[name]
        write(make(np.random.default_rng(20260 + index)), f"{name}.tsv")
        theirs = json.loads(subprocess.run(
            ["Rscript", os.path.join(here, "fit_lme4.R"), f"{name}.tsv", formula, str(repeats)],
            check=True, capture_output=True, text=True).stdout)
        fit, process, deviance, status = ours(program, f"{name}.tsv", formula, repeats)
        print(f"{theirs['first']:.3f}\t{theirs['cpu_seconds']:.3f}\t{fit:.5f}\t{theirs['cpu_seconds'] / fit:.1f}\t{process:.3f}\t"
              f"{deviance - theirs['deviance']:+.1e}\t{status}\t{size}: {formula}", flush=True)
    for file in os.listdir(folder):
        os.remove(file)
    os.chdir("/")
    os.rmdir(folder)


main()
