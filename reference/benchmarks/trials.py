"""CPU time and memory of `slopeqtl fit` on trial-by-trial data: makes the data, runs all, prints a table.

    python3 trials.py SLOPEQTL [REPEATS] [DESIGN ...]

Called by trials.sh. 60 subjects, two conditions, some 2,000 trials each, unbalanced: `simulate --scenario
reaction-times`, and the same with 100 items that cross subjects. `ours` and `theirs` are CPU seconds of the
fit alone, data loaded: the program's own `timing.fit_cpu_seconds`, and user and system time of lme (with
varIdent, where the design has a residual SD per condition) or lmer (where not; lme4 has no residual
variances). `process` and `MB` are the whole program: reading, tests, --compare-averaged, JSON; `their MB`
is R's peak, data included. Medians of REPEATS (3). `d deviance` is ours minus theirs.
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
SLOPE = "rt ~ condition + minute + (1 + condition | subject)"
BY = ["--residual-variance", "by:condition"]
DESIGNS = {
    "by": (SLOPE, BY, "lme", False),
    "equal": (SLOPE, [], "lmer", False),
    "items_by": (SLOPE + " + (1 | item)", BY, None, True),
    "items_equal": (SLOPE + " + (1 | item)", [], "lmer", True),
}


def add_items(source, target):
    """An item of 100 at every trial, with effects of SD 20."""
    rng = np.random.default_rng(11)
    effects = rng.normal(0, 20, 100)
    with open(source) as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    items = rng.integers(100, size=len(rows))
    with open(target, "w") as file:
        file.write("\t".join(rows[0] + ["item"]) + "\n")
        for row, item in zip(rows[1:], items):
            value = float(row[3]) + effects[item]
            file.write("\t".join(row[:3] + [f"{value:.1f}", f"i{item}"]) + "\n")


def ours(program, path, formula, flags, repeats):
    fit, process, memory = [], [], []
    for _ in range(repeats):
        child = subprocess.Popen(
            [program, "fit", path, "--formula", formula, "--compare-averaged", "--json", "fit.json"] + flags,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        errors = child.stderr.read().decode()
        _, code, used = os.wait4(child.pid, 0)
        if code != 0:
            sys.exit(f"{program} fit {path} ended with {code >> 8}: {errors}")
        process.append(used.ru_utime + used.ru_stime)
        memory.append(used.ru_maxrss / 1024)
        with open("fit.json") as file:
            result = json.load(file)
        fit.append(result["timing"]["fit_cpu_seconds"])
    return (statistics.median(fit), statistics.median(process), statistics.median(memory),
            result["deviance"], result["status"])


def theirs(kind, path, formula, repeats):
    if kind is None:
        return None
    command = (["trials_nlme.R", path] if kind == "lme" else ["fit_lme4.R", path, formula]) + [str(repeats)]
    child = subprocess.Popen(["Rscript", os.path.join(here, command[0])] + command[1:],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    result = json.loads(child.stdout.read())
    _, code, used = os.wait4(child.pid, 0)
    if code != 0:
        sys.exit(f"{command} ended with {code >> 8}")
    return result["cpu_seconds"], used.ru_maxrss / 1024, result["deviance"]


def main():
    program = os.path.abspath(sys.argv[1])
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    names = sys.argv[3:] or list(DESIGNS)
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"{version}, {time.strftime('%Y-%m-%d')}, {model}, {os.cpu_count()} cores; medians of {repeats}")
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    subprocess.run([program, "simulate", "--scenario", "reaction-times", "--out", "trials", "--donors", "60",
                    "--trials", "3340", "--seed", "2", "--quiet"], check=True)
    add_items("trials.tsv", "items.tsv")
    with open("trials.tsv") as file:
        print(f"{sum(1 for _ in file) - 1} rows of 60 subjects")
    print("program\ttheir s\tours s\tratio\tprocess s\tMB\ttheir MB\td deviance\tstatus\tmodel")
    for name in names:
        formula, flags, kind, has_items = DESIGNS[name]
        path = "items.tsv" if has_items else "trials.tsv"
        other = theirs(kind, path, formula, repeats)
        fit, process, memory, deviance, status = ours(program, path, formula, flags, repeats)
        columns = (f"{other[0]:.2f}\t{fit:.3f}\t{other[0] / fit:.1f}" if other else f"-\t{fit:.3f}\t-",
                   f"{other[1]:.0f}\t{deviance - other[2]:+.1e}" if other else "-\t-")
        print(f"{kind or '-'}\t{columns[0]}\t{process:.2f}\t{memory:.0f}\t{columns[1]}\t{status}\t"
              f"{formula} {' '.join(flags)}".rstrip(), flush=True)
    for file in os.listdir(folder):
        os.remove(file)
    os.chdir("/")
    os.rmdir(folder)


main()
