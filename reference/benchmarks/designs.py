"""Scans the designs of designs.sh: python3 designs.py PROGRAMS FOLDER REPEATS."""

import gzip
import itertools
import json
import os
import sys
from dataclasses import dataclass, field

from rates import (REFERENCE_GFLOPS, dgemm_rate, median, print_command, print_machine,
                   print_table, run, spread)

# Pairs per second to be reached, all rows written and with the threshold.
TARGETS = {
    "A": (350_000, 1_200_000), "B": (300_000, 1_000_000), "C": (220_000, 450_000),
    "D": (300_000, 900_000), "chr22": (200_000, 600_000),
}
# slopeqtl simulate has one covariate more than --covariates, sex. With 19 donors, five minor
# alleles (--mac-donors) are a frequency of 0.132. Random slopes are so small that about a third of
# the fits are singular, as in real time courses: singular pairs may cost more.
SIMULATED = {
    "A": "--donors 100 --times 8 --covariates 11 --sd-slope 0.015 --seed 11",
    "B": "--donors 100 --times 8 --covariates 11 --sd-slope 0.015 --seed 12 --missing 0.15",
    "C": "--donors 19 --times 16 --covariates 7 --sd-slope 0.015 --seed 13 --missing 0.05"
         " --maf 0.14,0.5",
    "D": "--donors 500 --times 4 --covariates 11 --sd-slope 0.03 --seed 14",
}
ALL_ROWS, THRESHOLD = "all rows", "p <= 1e-3"
MODES = {ALL_ROWS: ["--pval-threshold", "1"], THRESHOLD: ["--pval-threshold", "1e-3"]}
FORMULAS = {"default": [], "main effects": ["--covariate-by-time", "none"]}


@dataclass
class Case:
    """One way to scan one design, and what its repeats gave."""

    design: str
    formula: str
    mode: str
    arguments: list
    target: int
    threads: int = 1
    manifest: dict = None
    usages: list = field(default_factory=list)
    dgemms: list = field(default_factory=list)
    loads: list = field(default_factory=list)

    @property
    def pairs(self):
        return self.manifest["pairs"]

    @property
    def scaled(self):
        return [self.pairs / usage.cpu * REFERENCE_GFLOPS / dgemm
                for usage, dgemm in zip(self.usages, self.dgemms)]

    def row(self):
        cpu = median([usage.cpu for usage in self.usages])
        rate = median(self.scaled)
        return [
            self.design, self.formula, self.mode, f"{self.pairs:,}", f"{cpu:.2f}",
            f"{median([self.pairs / usage.cpu for usage in self.usages]):,.0f}",
            f"{median(self.dgemms):.1f}", f"{rate:,.0f}",
            f"{min(self.scaled):,.0f}", f"{max(self.scaled):,.0f}", f"{self.target:,}",
            f"{rate / self.target:.3f}",
            f"{self.manifest['resources']['peak_memory_mib']:.0f}",
        ]


def files(prefix, suffixes):
    flags = ("--vcf", "--bed", "--samples", "--cov")
    return list(itertools.chain(*zip(flags, (prefix + suffix for suffix in suffixes))))


def simulated_inputs(slopeqtl, folder, name, genes, variants):
    prefix = os.path.join(folder, name)
    run([slopeqtl, "simulate", "--out", prefix, "--genes", str(genes), "--variants",
         str(variants), "--chromosomes", "1", "--quiet"] + SIMULATED[name].split())
    suffixes = (".vcf.gz", ".bed.gz", ".samples.tsv", ".covariates.txt")
    return files(prefix, suffixes) + ["--trans"]


def real_inputs(data, genes):
    """Arguments for timecourse_chr22, its first genes alone where `genes` is not None."""
    names = ("genotypes.vcf.gz", "expression.bed.gz", "samples.tsv", "covariates.txt")
    arguments = files(os.path.join(data, ""), names)
    if genes is None:
        return arguments
    with gzip.open(os.path.join(data, names[1]), "rt") as lines:
        ids = [line.split("\t", 4)[3] for line in itertools.islice(lines, 1, genes + 1)]
    return arguments + ["--genes", ",".join(ids)]


def cases(slopeqtl, folder):
    genes = int(os.environ["GENES"]) if "GENES" in os.environ else None
    variants = int(os.environ.get("VARIANTS", "4096"))
    found = []
    for name in os.environ.get("DESIGNS", "A B C D chr22").split():
        formulas = FORMULAS
        if name == "chr22":
            data = os.path.join(os.environ["SLOPEQTL_TEST_DATA"], "timecourse_chr22")
            if not os.path.isdir(data):
                print(f"chr22: skipped, no {os.path.basename(data)} in $SLOPEQTL_TEST_DATA")
                continue
            inputs = real_inputs(data, genes)
            formulas = {"default": []}
        else:
            inputs = simulated_inputs(slopeqtl, folder, name, genes or 300, variants)
        inputs += ["--df", os.environ.get("DF", "satterthwaite")]
        for formula, flags in formulas.items():
            for (mode, threshold), target in zip(MODES.items(), TARGETS[name]):
                found.append(Case(name, formula, mode, inputs + flags + threshold, target))
        if name == "A":
            found.append(Case(name, "default", THRESHOLD, inputs + MODES[THRESHOLD],
                              TARGETS[name][1], threads=2))
    return found


def measure(case, slopeqtl, benchmarks, folder, dgemm_before):
    """Scans once; returns the dgemm rate after it, which is that before the next scan."""
    output = os.path.join(folder, "scan")
    case.loads.append(os.getloadavg()[0])
    case.usages.append(run([slopeqtl, "scan", *case.arguments, "--threads", str(case.threads),
                            "--quiet", "--force", "--out", output]))
    dgemm_after = dgemm_rate(benchmarks)
    case.dgemms.append((dgemm_before + dgemm_after) / 2)
    with open(output + ".manifest.json") as file:
        case.manifest = json.load(file)
    usage = case.usages[-1]
    print(f"{case.design}, {case.formula}, {case.mode}, {case.threads} thread(s): "
          f"{usage.cpu:.2f} CPU s, {usage.wall:.2f} s, dgemm {case.dgemms[-1]:.1f}",
          file=sys.stderr, flush=True)
    return dgemm_after


def describe(case):
    design, statuses = case.manifest["design"], case.manifest["pairs_by_status"]
    shares = ", ".join(f"{name} {100 * count / case.pairs:.1f} %"
                       for name, count in sorted(statuses.items()) if count)
    verdicts = case.manifest["variants_by_verdict"]
    return (f"{case.design}: {design['donors']} donors, {design['samples']} samples, "
            f"{design['visit_patterns']} visit patterns, {case.manifest['genes']} genes, "
            f"{verdicts.get('tested', 0):,} variants tested; {shares}")


def report_threads(one, two):
    ratios = [b.cpu / a.cpu for a, b in zip(one.usages, two.usages)]
    walls = [b.wall / a.wall for a, b in zip(one.usages, two.usages)]
    print(f"two threads against one, design A, {THRESHOLD}: "
          f"CPU {spread(ratios, '{:.2f}')} (aim: at most 1.10), wall {spread(walls, '{:.2f}')} "
          f"at a load average of {spread(two.loads, '{:.2f}')} before the scan")


def main():
    programs, folder, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])
    slopeqtl, benchmarks = (os.path.join(programs, name) for name in ("slopeqtl", "Benchmarks"))
    print_command("designs.sh", repeats, ("GENES", "VARIANTS", "DESIGNS", "DF"))
    print_machine(slopeqtl)
    chosen = cases(slopeqtl, folder)
    dgemm = dgemm_rate(benchmarks)
    for _ in range(repeats):
        for case in chosen:
            dgemm = measure(case, slopeqtl, benchmarks, folder, dgemm)
    for name in dict.fromkeys(case.design for case in chosen):
        print(describe(next(case for case in chosen if case.design == name)))
    print(f"one thread, medians of {repeats}; scaled to a dgemm of {REFERENCE_GFLOPS:.0f} Gflop/s")
    print_table(
        ["design", "covariates", "written", "pairs", "CPU s", "pairs/s", "dgemm", "scaled",
         "lowest", "highest", "target", "ratio", "MiB"],
        [case.row() for case in chosen if case.threads == 1])
    for two in (case for case in chosen if case.threads == 2):
        report_threads(next(case for case in chosen if case.mode == two.mode
                            and (case.design, case.formula) == (two.design, two.formula)), two)


if __name__ == "__main__":
    main()
