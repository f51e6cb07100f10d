"""Type-I error and power of the tests of genotype x time on simulated cohorts.

See README.md beside this file. Every test of every scenario is a small file in the work folder, and
what is there is not made again.
"""

import argparse
import hashlib
import json
import math
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy import stats

import least_squares
import tables
from scenarios import DESIGNS, SCENARIOS

ALPHAS = [0.05, 0.01, 0.001, 0.0001]
# Levels of the part `tails`, of which scans write only the rows below the first.
TAIL_ALPHAS = [0.0001, 0.00001, 0.000001]
TAIL_TESTS = ["satterthwaite", "kenward_roger", "intercept"]
# Share of a null cohort's p-values that is kept, the smallest ones.
KEPT = 0.011
# Scans: name, flags beyond the default, and what of the help text shows that the program has them.
SCANS = {
    "satterthwaite": ([], ""),
    "kenward_roger": (["--df", "kenward-roger"], "kenward-roger"),
    "ml": (["--criterion", "ml"], "--criterion"),
    "intercept": (["--random", "(1 | donor)"], "--random"),
    "null_variances": (["--refit", "none"], "--refit"),
    "residual_time": (["--residual-variance", "exp:time"], "--residual-variance"),
    "residual_sex": (["--residual-variance", "by:sex"], "--residual-variance"),
    "pc_main": (["--covariate-by-time", "none"], "--covariate-by-time"),
    "pc_none": ([], ""),
}
EVERYWHERE = ["satterthwaite", "kenward_roger", "ml", "intercept", "null_variances", "ols"]
GENE_COLUMNS = {
    "acat": "pval_acat", "emt": "pval_emt", "bootstrap": "pval_boot", "permutation": "pval_perm"}


def main():
    options = arguments()
    runner = Runner(options)
    chosen = [scenario for scenario in SCENARIOS
              if not options.scenarios or scenario.name in options.scenarios]
    # All scenarios of one cohort before the next: the table is complete early and then sharpens.
    for cohort in range(options.cohorts):
        for donors in options.donors:
            for scenario in chosen:
                for part in options.parts:
                    runner.run(part, scenario, DESIGNS[donors], cohort)
        runner.write_results()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slopeqtl", default="slopeqtl", help="the program")
    parser.add_argument("--work", type=Path, required=True, help="folder of data and finished parts")
    parser.add_argument("--out", type=Path, help="table to write (default: results.tsv in --work)")
    parser.add_argument("--parts", default="pairs,power", help="of pairs,power,tails,genes,gene_power")
    parser.add_argument("--donors", default="19,50,100")
    parser.add_argument("--scenarios", default="", help="names with commas (default: all)")
    parser.add_argument("--tests", default=",".join(EVERYWHERE), help="tests that every scenario gets")
    parser.add_argument("--cohorts", type=int, default=4, help="cohorts of each scenario")
    parser.add_argument("--pair-genes", type=int, default=5000, help="of each cohort, as all sizes")
    parser.add_argument("--pair-variants", type=int, default=25, help="variants near each gene")
    parser.add_argument("--power-genes", type=int, default=1000)
    parser.add_argument("--gene-genes", type=int, default=5000)
    parser.add_argument("--gene-power-genes", type=int, default=500)
    parser.add_argument("--gene-variants", type=int, default=40)
    parser.add_argument("--gene-pvalue", default="acat", help="as scan's flag")
    parser.add_argument("--screen", type=float, default=1, help="replicates only below this pval_emt")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", default="1")
    parser.add_argument("--quick", action="store_true", help="a smoke run of a minute or two")
    options = parser.parse_args()
    if options.quick:
        options.pair_genes, options.power_genes = 200, 50
        options.gene_genes, options.gene_power_genes = 100, 50
        options.cohorts = 1
    options.parts = options.parts.split(",")
    options.donors = [int(text) for text in options.donors.split(",")]
    options.scenarios = [name for name in options.scenarios.split(",") if name]
    options.tests = options.tests.split(",")
    return options


class Runner:
    def __init__(self, options):
        self.options = options
        self.finished = options.work / "finished"
        self.finished.mkdir(parents=True, exist_ok=True)
        self.help = subprocess.run(
            [options.slopeqtl, "scan", "--help"], capture_output=True, text=True, check=True).stdout

    def run(self, part, scenario, design, cohort):
        """Makes what is missing of one cohort of one part of a scenario."""
        missing = [test for test in self.tests(part, scenario)
                   if not self.path(part, scenario, design, test, cohort).exists()]
        if not missing:
            return
        began = time.process_time() + os.times().children_user
        simulate, window = self.simulation(part, scenario, design, cohort)
        with tempfile.TemporaryDirectory(dir=self.options.work) as folder:
            prefix = folder + "/cohort"
            self.call([self.options.slopeqtl, "simulate", "--out", prefix, "--quiet", *simulate])
            for test in missing:
                found = self.measure(part, test, prefix, window)
                if not found:
                    continue
                path = self.path(part, scenario, design, test, cohort)
                path.with_suffix(".part").write_text(json.dumps(found))
                path.with_suffix(".part").rename(path)
        spent = time.process_time() + os.times().children_user - began
        log(f"{part} {scenario.name} {design.donors} cohort {cohort + 1}: {spent:.0f} CPU s")

    def tests(self, part, scenario):
        """Tests of this scenario that the program can make."""
        if part.startswith("gene"):
            return ["gene:" + method for method in self.options.gene_pvalue.split(",")]
        wanted = self.options.tests + list(scenario.tests)
        if part == "tails":
            wanted = [test for test in wanted if test in TAIL_TESTS]
        return [test for test in wanted if test == "ols" or SCANS[test][1] in self.help]

    def simulation(self, part, scenario, design, cohort):
        """Flags of simulate, and the window of the scan in base pairs."""
        options = self.options
        # Causal variants lie within 1 Mb, so the parts that have them have that window.
        genes, near, spacing, linkage, window = {
            "pairs": (options.pair_genes, options.pair_variants, 5000, 5000, None),
            "tails": (options.pair_genes, options.pair_variants, 5000, 5000, None),
            "power": (options.power_genes, 4, 500_000, 5000, 1_000_000),
            "genes": (options.gene_genes, options.gene_variants, None, None, 1_000_000),
            "gene_power": (options.gene_power_genes, options.gene_variants, None, None, 1_000_000),
        }[part]
        if window is None:
            window = near * spacing // 2
        if spacing is None:
            spacing = 2 * window // near
            linkage = 10 * spacing
        variants = max(2 * genes, 2 * near)
        seed = f"{options.seed} {part} {scenario.name} {design.donors} {cohort}".encode()
        flags = [
            "--donors", design.donors, "--times", design.visits, "--genes", genes,
            "--variants", variants, "--spacing", spacing, "--ld-length", linkage,
            "--chromosomes", math.ceil(variants * spacing / 4e8),
            "--seed", int.from_bytes(hashlib.sha256(seed).digest()[:6], "big")]
        power = part in ("power", "gene_power")
        flags += ["--dynamic-fraction", 1 if power else 0, "--maf", "0.25,0.5" if power else "0.05,0.5"]
        if power:
            effect = design.effect(scenario.slope * design.slope_error, 4.5)
            flags += ["--dynamic-effect", f"{effect:.6g}"]
        if "--main-fraction" not in scenario.flags:
            flags += ["--main-fraction", 0]
        return [str(flag) for flag in flags] + scenario.simulation(design), window

    def measure(self, part, test, prefix, window):
        if part.startswith("gene"):
            return self.measure_genes(part, test.removeprefix("gene:"), prefix, window)
        if part == "tails":
            return {test: self.measure_tails(test, prefix, window)}
        wanted = tables.causal_pairs(prefix) if part == "power" else None
        keep = 1.0 if part == "power" else KEPT
        table = self.scan("satterthwaite" if test == "ols" else test, prefix, window)
        names = ["phenotype_id", "variant_id", "status", "stat_gi", "pval_gi", "pval_lrt"]
        genes, variants, status, statistic, p, lrt = tables.columns(table, names)
        rows = [row for row in range(len(genes)) if wanted is None or wanted.get(genes[row]) == variants[row]]
        rows.sort(key=lambda row: genes[row])
        genes = [genes[row] for row in rows]
        variants = [variants[row] for row in rows]
        status = np.array(status)[rows]
        if test == "ols":
            p = least_squares.p_values(tables.Cohort(prefix), genes, variants)
            return {"ols": count(p, genes, status, keep)}
        p = tables.numbers(p)[rows]
        found = {"ml_t" if test == "ml" else test: count(p, genes, status, keep)}
        if test == "ml" and lrt:
            found["lrt"] = count(tables.numbers(lrt)[rows], genes, status, keep)
        if test == "satterthwaite":
            # The statistic of --df infinite is the same one.
            normal = 2 * stats.norm.sf(np.abs(tables.numbers(statistic)[rows]))
            found["normal"] = count(normal, genes, status, keep)
        return found

    def measure_tails(self, test, prefix, window):
        flags = ["--pval-threshold", str(TAIL_ALPHAS[0]), "--gene-pvalue", "none"]
        table = self.scan(test, prefix, window, flags)
        genes, p = tables.columns(table, ["phenotype_id", "pval_gi"])
        tested, = tables.columns(table.replace(".pairs.", ".genes."), ["num_var"])
        n = sum(map(int, tested))
        _, cluster = np.unique(genes, return_inverse=True)
        below = [np.bincount(cluster[tables.numbers(p) <= alpha]) for alpha in TAIL_ALPHAS]
        # At such rates the share of the sizes of genes in the standard error is below a thousandth.
        hits = [[float(count.sum()), float(count @ count), 0.0] for count in below]
        return {"total": n, "all": {"n": n, "size2": 0.0, "hits": hits}}

    def measure_genes(self, part, method, prefix, window):
        name = method.split(":")[0]
        if name in ("bootstrap", "permutation") and self.options.screen < 1:
            return self.measure_screened(part, method, prefix, window)
        genes, p, status = self.gene_values(method, prefix, window)
        if p is None:
            log(f"{GENE_COLUMNS[name]} is not in the table of genes: skipped")
            return {}
        keep = 1.0 if part == "gene_power" else KEPT
        return {name: count(tables.numbers(p), genes, np.array(status), keep)}

    def measure_screened(self, part, method, prefix, window):
        """Replicates for the genes of small pval_emt; the others count as above every level.

        A gene's replicates depend on its id alone, so that those that are made are the same.
        """
        genes, screen, status = self.gene_values("emt", prefix, window)
        p = np.where(np.isfinite(tables.numbers(screen)), 1.0, np.nan)
        chosen = np.flatnonzero(tables.numbers(screen) <= self.options.screen)
        path = prefix + ".chosen.txt"
        Path(path).write_text("".join(genes[row] + "\n" for row in chosen))
        found, values, _ = self.gene_values(method, prefix, window, ["--genes", path])
        assert found == [genes[row] for row in chosen]
        p[chosen] = tables.numbers(values)
        keep = 1.0 if part == "gene_power" else KEPT
        return {method.split(":")[0]: count(p, genes, np.array(status), keep)}

    def gene_values(self, method, prefix, window, flags=()):
        """Ids, p-values and statuses of the table of genes."""
        flags = ["--pval-threshold", "1e-6", *flags]
        if "--gene-pvalue" in self.help:
            flags += ["--gene-pvalue", method]
        table = self.scan("satterthwaite", prefix, window, flags)
        return tables.columns(table.replace(".pairs.", ".genes."),
                              ["phenotype_id", GENE_COLUMNS[method.split(":")[0]], "status"])

    def scan(self, test, prefix, window, flags=()):
        """Scans the cohort; returns the path of the table of pairs."""
        out = f"{prefix}.{test}"
        table = out + ".pairs.tsv.gz"
        if flags or not os.path.exists(table):
            covariates = prefix + ".covariates.txt"
            if test == "pc_none":
                covariates = prefix + ".without_pc1.txt"
                rows = tables.text_rows(prefix + ".covariates.txt")
                Path(covariates).write_text(
                    "".join("\t".join(row) + "\n" for row in rows if row[0] != "pc1"))
            self.call([
                self.options.slopeqtl, "scan", "--vcf", prefix + ".vcf.gz", "--bed", prefix + ".bed.gz",
                "--samples", prefix + ".samples.tsv", "--cov", covariates, "--out", out, "--force",
                "--window", str(window), "--threads", self.options.threads, "--quiet",
                *SCANS[test][0], *flags])
        return table

    def call(self, command):
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"{shlex.join(command)}\nexit code {result.returncode}: {result.stderr}")

    def path(self, part, scenario, design, test, cohort):
        """Where the counts of one test are kept: named after all that they depend on."""
        made = json.dumps([*self.simulation(part, scenario, design, cohort), SCANS.get(test)])
        digest = hashlib.sha256(made.encode()).hexdigest()[:10]
        name = test.replace(":", "_")
        return self.finished / f"{part}.{scenario.name}.{design.donors}.{name}.{cohort}.{digest}.json"

    def write_results(self):
        """One row for each test, class of rows and level, of all that is finished with these sizes."""
        records = []
        for donors, design in DESIGNS.items():
            for scenario in SCENARIOS:
                made = {}
                for part in ("pairs", "power", "tails", "genes", "gene_power"):
                    for test in self.tests(part, scenario):
                        paths = [self.path(part, scenario, design, test, cohort)
                                 for cohort in range(self.options.cohorts)]
                        for path in filter(Path.exists, paths):
                            for name, counts in json.loads(path.read_text()).items():
                                made.setdefault((part, name), []).append(counts)
                for (part, name), cohorts in made.items():
                    null = made.get(({"power": "pairs", "gene_power": "genes"}.get(part), name))
                    alphas = TAIL_ALPHAS if part == "tails" else ALPHAS
                    for record in rates(cohorts, null, alphas):
                        records.append(dict(
                            part=part, scenario=scenario.name, right=scenario.right, donors=donors,
                            visits=design.visits, test=name, cohorts=len(cohorts), **record))
        names = ["part", "scenario", "right", "donors", "visits", "test", "cohorts", "rows", "n", "share",
                 "alpha", "observed", "se", "ratio", "ratio_se", "adjusted", "adjusted_se"]
        out = self.options.out or self.options.work / "results.tsv"
        with open(out, "w") as file:
            print(*names, sep="\t", file=file)
            for record in records:
                print(*(text(record[name]) for name in names), sep="\t", file=file)
        log(f"wrote {out}")


def count(p, genes, status, keep):
    """What is kept of a cohort: sums over genes of hits and rows, and the smallest p-values.

    Of interior and boundary rows apart and of all; `keep` is the share of the p-values kept.
    """
    fitted = np.isfinite(p)
    _, cluster = np.unique(genes, return_inverse=True)
    classes = {"all": fitted, "interior": fitted & (status == "ok"), "boundary": fitted & (status == "boundary")}
    counts = {"total": len(p)}
    for rows, chosen in classes.items():
        size = np.bincount(cluster[chosen], minlength=cluster.max() + 1).astype(float)
        found = {"n": int(size.sum()), "size2": float(size @ size), "hits": []}
        for alpha in ALPHAS:
            hits = np.bincount(cluster[chosen], weights=p[chosen] <= alpha, minlength=len(size))
            found["hits"].append([float(hits @ other) for other in (np.ones_like(size), hits, size)])
        counts[rows] = found
    counts["smallest"] = np.sort(p[fitted])[: math.ceil(keep * fitted.sum())].tolist()
    return counts


def rates(cohorts, null, alphas):
    """Rates of p <= alpha over cohorts, with standard errors clustered by gene.

    `adjusted` is the power at the threshold that gives the test its nominal size in `null`, cohorts
    of the same scenario without effect.
    """
    total = sum(counts["total"] for counts in cohorts)
    records = []
    for rows in ("all", "interior", "boundary"):
        n = sum(counts[rows]["n"] for counts in cohorts if rows in counts)
        if n == 0:
            continue
        size2 = sum(counts[rows]["size2"] for counts in cohorts)
        for index, alpha in enumerate(alphas):
            hits, hits2, product = np.sum([counts[rows]["hits"][index] for counts in cohorts], axis=0)
            observed = hits / n
            error = math.sqrt(max(0, hits2 - 2 * observed * product + observed**2 * size2)) / n
            record = dict(
                rows=rows, n=n, share=n / total, alpha=alpha, observed=observed, se=error,
                ratio=observed / alpha, ratio_se=error / alpha, adjusted=None, adjusted_se=None)
            if null:
                record["ratio"] = record["ratio_se"] = None
            if null and rows == "all" and alpha <= KEPT:
                threshold = quantile(null, alpha)
                power = sum((np.array(counts["smallest"]) <= threshold).sum() for counts in cohorts) / n
                record["adjusted"] = float(power)
                record["adjusted_se"] = math.sqrt(power * (1 - power) / n)
            records.append(record)
    return records


def quantile(cohorts, alpha):
    """The p-value below which a share alpha of all rows lies."""
    smallest = np.sort(np.concatenate([counts["smallest"] for counts in cohorts]))
    n = sum(counts["all"]["n"] for counts in cohorts)
    return smallest[max(0, min(len(smallest), round(alpha * n)) - 1)]


def text(value):
    return "NA" if value is None else f"{value:.5g}" if isinstance(value, float) else str(value)


def log(message):
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
