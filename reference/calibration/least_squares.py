"""Ordinary least squares of samples, as if those of one donor were independent."""

import numpy as np
from scipy import stats


def p_values(cohort, genes, variants):
    """Two-sided p of genotype x time in expression ~ time * (genotype + covariates), one per pair.

    `genes` and `variants` are ids, pairs of one gene next to each other.
    """
    time = cohort.time - cohort.time.mean()
    covariates = cohort.covariates[:, cohort.donor]
    fixed = np.vstack([np.ones_like(time), time, covariates, covariates * time])
    basis, _ = np.linalg.qr(fixed.T)

    def residuals(rows):
        return rows - (rows @ basis) @ basis.T

    expression = residuals(cohort.expression)
    main = cohort.dosages[:, cohort.donor]
    interaction = residuals(main * time)
    main = residuals(main)
    a11 = (main * main).sum(axis=1)
    a12 = (main * interaction).sum(axis=1)
    a22 = (interaction * interaction).sum(axis=1)
    freedom = len(time) - basis.shape[1] - 2
    rows = np.array([cohort.genes[gene] for gene in genes])
    places = np.array([cohort.variants[variant] for variant in variants])
    statistics = np.empty(len(rows))
    borders = np.flatnonzero(np.diff(rows)) + 1
    for run in np.split(np.arange(len(rows)), borders):
        y = expression[rows[run[0]]]
        v = places[run]
        b1, b2 = main[v] @ y, interaction[v] @ y
        determinant = a11[v] * a22[v] - a12[v] ** 2
        effect = (a11[v] * b2 - a12[v] * b1) / determinant
        other = (a22[v] * b1 - a12[v] * b2) / determinant
        variance = (y @ y - effect * b2 - other * b1) / freedom
        statistics[run] = effect / np.sqrt(variance * a11[v] / determinant)
    return 2 * stats.t.sf(np.abs(statistics), freedom)
