"""Rate of tensorQTL's interaction test, in gene-variant pairs per CPU second.

    OMP_NUM_THREADS=1 python tensorqtl_rate.py COHORT_PREFIX [GENES]

Reads PREFIX.vcf.gz (DS), PREFIX.bed.gz, PREFIX.samples.tsv and PREFIX.covariates.txt of slopeqtl
simulate, and runs cis.map_nominal with time as the interaction on the first GENES genes (default
50), on one thread. tensorQTL knows one sample per donor: it is given every donor's visits as if
they were independent people, genotypes and covariates repeated. That is not a valid test of
repeated samples, but what is done for want of a better one, and the fairest in speed.

Its best footing: CPU time (user + system) of the mapping call alone, without imports and reading;
one call beforehand; no table written, no p-values but those of the top associations
(write_stats=False), no filter (maf_threshold_interaction=0). The window decides how many variants
a call of its kernel gets; several are tried, and the fastest counts. map_trans with its threshold
is printed beside it.
"""

import contextlib
import gzip
import os
import sys
import time
import warnings

WINDOWS = [1_000_000, 4_000_000, 1_000_000_000]


def read_table(path):
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as lines:
        return [line.rstrip("\n").split("\t") for line in lines if not line.startswith("##")]


def read_cohort(prefix):
    """Genotypes, variants, phenotypes, their positions, covariates and time, by sample."""
    import numpy as np
    import pandas as pd

    samples = read_table(prefix + ".samples.tsv")
    header = samples[0]
    donor = {row[header.index("sample_id")]: row[header.index("donor_id")] for row in samples[1:]}
    visit = {row[header.index("sample_id")]: float(row[header.index("time")])
             for row in samples[1:]}

    bed = read_table(prefix + ".bed.gz")
    ids = bed[0][4:]
    phenotypes = pd.DataFrame(
        np.array([row[4:] for row in bed[1:]], dtype=np.float32),
        index=[row[3] for row in bed[1:]], columns=ids)
    positions = pd.DataFrame(
        {"chr": [row[0] for row in bed[1:]], "pos": [int(row[2]) for row in bed[1:]]},
        index=phenotypes.index)

    vcf = read_table(prefix + ".vcf.gz")
    column = {name: index for index, name in enumerate(vcf[0])}
    place = [column[donor[i]] for i in ids]
    dosages = np.empty((len(vcf) - 1, len(ids)), dtype=np.float32)
    for i, row in enumerate(vcf[1:]):
        field = row[8].split(":").index("DS")
        known = {j: float(row[j].split(":")[field]) for j in set(place)}
        dosages[i] = [known[j] for j in place]
    names = [f"{row[2]}:{i}" for i, row in enumerate(vcf[1:])]
    genotypes = pd.DataFrame(dosages, index=names, columns=ids)
    variants = pd.DataFrame(
        {"chrom": [row[0] for row in vcf[1:]], "pos": [int(row[1]) for row in vcf[1:]]},
        index=names)

    table = read_table(prefix + ".covariates.txt")
    place = {name: index for index, name in enumerate(table[0])}
    covariates = pd.DataFrame(index=ids)
    for row in table[1:]:
        values = [row[place[donor[i]]] for i in ids]
        # The only factor of a simulated cohort is sex.
        covariates[row[0]] = [float(v == "male") if v in ("male", "female") else float(v)
                              for v in values]
    times = pd.DataFrame({"time": [visit[i] for i in ids]}, index=ids)
    return genotypes, variants, phenotypes, positions, covariates, times


@contextlib.contextmanager
def quietly():
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        yield


def main():
    if os.environ.get("OMP_NUM_THREADS") != "1":
        sys.exit("set OMP_NUM_THREADS=1")
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    warnings.filterwarnings("ignore")
    with quietly():
        import importlib.metadata
        import torch
        import tensorqtl
        from tensorqtl import cis, trans
    torch.set_num_threads(1)
    genotypes, variants, phenotypes, positions, covariates, times = read_cohort(sys.argv[1])
    genes = min(int(sys.argv[2]) if len(sys.argv) == 3 else 50, len(phenotypes))
    phenotypes, positions = phenotypes.iloc[:genes], positions.iloc[:genes]

    def nominal(count, window):
        with quietly():
            return cis.map_nominal(
                genotypes, variants, phenotypes.iloc[:count], positions.iloc[:count], "rate",
                covariates_df=covariates, interaction_df=times, maf_threshold_interaction=0,
                window=window, run_eigenmt=False, write_top=False, write_stats=False,
                verbose=False)

    def trans_pairs(count):
        with quietly():
            return trans.map_trans(
                genotypes, phenotypes.iloc[:count], covariates_df=covariates,
                interaction_s=times["time"], return_sparse=True, pval_threshold=1e-3,
                maf_threshold=0, batch_size=100, verbose=False)

    def measure(label, pairs, call):
        call(min(2, genes))
        before = time.process_time()
        call(genes)
        used = time.process_time() - before
        print(f"{label}: {pairs} pairs, {used:.2f} CPU s, {pairs / used:.1f} pairs per CPU second",
              flush=True)
        return pairs / used

    print(f"tensorqtl {importlib.metadata.version('tensorqtl')}, torch {torch.__version__}, "
          f"{genotypes.shape[1]} samples as if independent, {covariates.shape[1]} covariates")
    rates = []
    for window in WINDOWS:
        near = [((variants["chrom"] == row.chr) & (variants["pos"] >= row.pos - window)
                 & (variants["pos"] <= row.pos + window)).sum() for row in positions.itertuples()]
        rates.append(measure(f"cis window {window}", int(sum(near)),
                             lambda count: nominal(count, window)))
    try:
        measure("trans", genes * len(genotypes), trans_pairs)
    except ValueError as error:
        # What map_trans raises where no pair is below the threshold, in a small trial.
        print(f"trans: no rate ({error})")
    print(f"best cis: {max(rates):.1f} pairs per CPU second")


if __name__ == "__main__":
    main()
