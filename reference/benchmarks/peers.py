"""Compares rates of slopeqtl and its peers: python3 peers.py PROGRAMS FOLDER REPEATS."""

import json
import os
import re
import shutil
import subprocess
import sys

from designs import simulated_inputs
from rates import dgemm_rate, median, print_command, print_machine, run, spread

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = "slopeqtl"
# How many times as fast slopeqtl is to be; None where no aim is set.
AIMS = {"lme4": 20_000, "lmerTest": 50_000, "tensorQTL cis": 10, "tensorQTL trans": None}
PAIRS_OF_LME4 = 40


def scan_rate(slopeqtl, inputs, folder):
    output = os.path.join(folder, "scan")
    usage = run([slopeqtl, "scan", *inputs, "--covariate-by-time", "none", "--pval-threshold",
                 "1e-3", "--threads", "1", "--quiet", "--force", "--out", output])
    with open(output + ".manifest.json") as file:
        manifest = json.load(file)
    return manifest["pairs"] / usage.cpu, manifest


def output_of(command, **settings):
    answer = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **settings})
    if answer.returncode != 0:
        sys.stderr.write(answer.stdout + answer.stderr)
        sys.exit(f"failed ({answer.returncode}): {' '.join(command)}")
    return answer.stdout


def succeeds(command):
    return shutil.which(command[0]) is not None and subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def rates_in(text, names):
    """The rates of lines `label: … X pairs per CPU second`, under the names wanted."""
    found = {}
    for label, name in names.items():
        line = re.search(rf"^{label}: .*?([0-9.]+) pairs per CPU second", text, re.MULTILINE)
        if line is not None:
            found[name] = float(line.group(1))
        elif AIMS[name] is not None:
            sys.exit(f"no rate of {label} in:\n{text}")
    return found


def lme4_rates(cohort):
    text = output_of(
        ["Rscript", os.path.join(HERE, "lme4_rate.R"), cohort, str(PAIRS_OF_LME4)])
    return rates_in(text, {"lme4": "lme4", "lmerTest": "lmerTest"}), text


def tensorqtl_rates(python, prefix):
    # Large arrays are kept by the allocator instead of going back to the system after every gene.
    text = output_of(
        [python, os.path.join(HERE, "tensorqtl_rate.py"), prefix], OMP_NUM_THREADS="1",
        MALLOC_MMAP_THRESHOLD_=str(2**32), MALLOC_TRIM_THRESHOLD_=str(2**33))
    return rates_in(text, {"best cis": "tensorQTL cis", "trans": "tensorQTL trans"}), text


def peers(folder):
    """The installed peers, as functions that measure them; says which are skipped."""
    found = []
    packages = 'for (p in c("lme4", "lmerTest")) library(p, character.only = TRUE)'
    if succeeds(["Rscript", "-e", packages]):
        cohort = os.path.join(folder, "cohort")
        os.mkdir(cohort)
        for name, link in (("A.vcf.gz", "genotypes.vcf.gz"), ("A.bed.gz", "expression.bed.gz"),
                           ("A.samples.tsv", "samples.tsv"),
                           ("A.covariates.txt", "covariates.txt")):
            os.symlink(os.path.join(folder, name), os.path.join(cohort, link))
        found.append(lambda: lme4_rates(cohort))
    else:
        print("lme4, lmerTest: skipped, not installed")
    python = os.path.join(os.environ["PEERS_VENV"], "bin", "python")
    if succeeds([python, "-c", "import tensorqtl"]):
        found.append(lambda: tensorqtl_rates(python, os.path.join(folder, "A")))
    else:
        print("tensorQTL: skipped, not installed (bash reference/benchmarks/peers.sh install)")
    return found


def main():
    programs, folder, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])
    slopeqtl, benchmarks = (os.path.join(programs, name) for name in ("slopeqtl", "Benchmarks"))
    genes, variants = (int(os.environ.get(name, default))
                       for name, default in (("GENES", "300"), ("VARIANTS", "4096")))
    print_command("peers.sh", repeats, ("GENES", "VARIANTS"))
    print_machine(slopeqtl)
    inputs = simulated_inputs(slopeqtl, folder, "A", genes, variants)
    measured = peers(folder)
    rates = {}
    for repeat in range(1, repeats + 1):
        rate, manifest = scan_rate(slopeqtl, inputs, folder)
        found = {OURS: rate}
        texts = []
        for peer in measured:
            more, text = peer()
            found.update(more)
            texts.append(text)
        for name, value in found.items():
            rates.setdefault(name, []).append(value)
        if repeat == 1:
            print(f"slopeqtl: {manifest['pairs']:,} pairs, {manifest['formula']}")
            print("".join(texts), end="")
        print(f"repeat {repeat}: dgemm {dgemm_rate(benchmarks):.1f} Gflop/s, "
              + ", ".join(f"{name} {value:,.1f}" for name, value in found.items()), flush=True)
    print(f"pairs per CPU second, medians of {repeats} (lowest to highest)")
    for name, values in rates.items():
        form = "{:,.1f}" if median(values) < 100 else "{:,.0f}"
        line = f"{name}: {spread(values, form)}"
        if name != OURS:
            ratios = [ours / value for ours, value in zip(rates[OURS], values)]
            aim = AIMS[name]
            # A small ratio keeps a digit behind the point.
            form = "{:,.2f}" if median(ratios) < 100 else "{:,.0f}"
            line += f"; slopeqtl is {spread(ratios, form)} times as fast"
            line += f" (aim: {aim:,})" if aim else ""
        print(line)


if __name__ == "__main__":
    main()
