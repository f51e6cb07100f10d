"""CPU time of `slopeqtl fit --family` beside glmer on lme4's own data sets, and a table of both.

    python3 glmm.py SLOPEQTL FOLDER [REPEATS] [MODEL ...]

Called by glmm.sh; FOLDER holds VerbAgg.csv, cbpp.csv and grouseticks.csv. `ours` and `lme4` are CPU seconds of the fit
alone, data loaded: the program's own `timing.fit_cpu_seconds`, and glmer's user and system time with its default
settings, the first call in a fresh R left out (`first`). Medians of REPEATS (5) with the least and the largest; `process`
is the whole program from its start. `d deviance` is ours minus glmer's; `lme4 ends` says whether glmer reports
convergence.
"""
import json
import os
import statistics
import subprocess
import sys
import time

here = os.path.dirname(os.path.abspath(__file__))

# name: file, formula, family, columns that R must be told are factors.
VERBAL = "Anger + Gender + btype + situ"
MODELS = {
    "verbagg": ("VerbAgg.csv", f"r2 ~ {VERBAL} + (1 | id) + (1 | item)", "binomial", ["id", "item"]),
    "verbagg_squared": ("VerbAgg.csv", f"r2 ~ ({VERBAL})^2 + (1 | id) + (1 | item)", "binomial", ["id", "item"]),
    "cbpp": ("cbpp.csv", "cbind(incidence, size - incidence) ~ factor(period) + (1 | herd)", "binomial", ["herd"]),
    "grouseticks": ("grouseticks.csv",
                    "TICKS ~ factor(YEAR) + scale(HEIGHT) + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION)", "poisson",
                    ["BROOD", "INDEX", "LOCATION"]),
}


def ours(program, path, formula, family, repeats):
    fit, process = [], []
    for _ in range(repeats):
        child = subprocess.Popen([program, "fit", path, "--formula", formula, "--family", family, "--quiet", "--json", "-"],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        text = child.stdout.read()
        errors = child.stderr.read().decode()
        _, code, used = os.wait4(child.pid, 0)
        if code != 0:
            sys.exit(f"{program} fit {path} ended with {code >> 8}: {errors}")
        process.append(used.ru_utime + used.ru_stime)
        result = json.loads(text)
        fit.append(result["timing"]["fit_cpu_seconds"])
    return fit, process, result["deviance"], result["status"]


def spread(seconds, digits):
    return f"{statistics.median(seconds):.{digits}f} ({min(seconds):.{digits}f}-{max(seconds):.{digits}f})"


def main():
    program = os.path.abspath(sys.argv[1])
    folder = sys.argv[2]
    repeats = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    names = sys.argv[4:] or list(MODELS)
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"{version}, {time.strftime('%Y-%m-%d')}, {model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
          f"medians of {repeats} and ranges")
    print("lme4 first s\tlme4 s\tours s\tratio\tprocess s\td deviance\tstatus\tlme4 ends\tmodel", flush=True)
    for name in names:
        data, formula, family, grouping = MODELS[name]
        path = os.path.join(folder, data)
        theirs = json.loads(subprocess.run(
            ["Rscript", os.path.join(here, "glmer_rate.R"), path, formula, family, str(repeats), *grouping],
            check=True, capture_output=True, text=True).stdout)
        fit, process, deviance, status = ours(program, path, formula, family, repeats)
        ratio = statistics.median(theirs["seconds"]) / statistics.median(fit)
        print(f"{theirs['first']:.2f}\t{spread(theirs['seconds'], 2)}\t{spread(fit, 4)}\t{ratio:.1f}\t"
              f"{statistics.median(process):.3f}\t{deviance - theirs['deviance']:+.1e}\t{status}\t"
              f"{'converged' if theirs['converged'] else 'does not converge'}\t{name}: {formula}", flush=True)


main()
