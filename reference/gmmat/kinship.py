"""The longitudinal trait of GMMAT's example data, without and with the relationship matrix.

    python3 gmmat/kinship.py DATA_FOLDER

DATA_FOLDER holds pheno2.txt and GRM.txt.bz2. The models are y.trend ~ sex + time, time as it is,
with independent random intercepts and slopes of people, and besides with a 2 x 2 covariance of
intercepts and slopes times the relationship matrix K. All people have all times; in the base of K's
eigenvectors the covariance matrix is therefore one 5 x 5 block for each of them. REML; gradients
by complex steps, which are exact. Writes expected.tsv beside this script.
"""

import bz2
import csv
import os
import sys

import numpy as np
from scipy import optimize

data = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(data, "pheno2.txt")) as handle:
    table = list(csv.DictReader(handle, delimiter="\t"))
with bz2.open(os.path.join(data, "GRM.txt.bz2"), "rt") as handle:
    lines = [line.split() for line in handle]
people = lines[0]
assert [row[0] for row in lines[1:]] == people
K = np.array([row[1:] for row in lines[1:]], float)
assert np.abs(K - K.T).max() < 1e-12

times = sorted({float(r["time"]) for r in table})
n, m = len(people), len(times)
place = {person: i for i, person in enumerate(people)}
y = np.full((n, m), np.nan)
sex = np.full((n, m), np.nan)
for r in table:
    at = place[r["id"]], times.index(float(r["time"]))
    assert np.isnan(y[at])
    y[at], sex[at] = float(r["y.trend"]), float(r["sex"])
assert not np.isnan(y).any() and len(table) == n * m
x = np.stack([np.ones((n, m)), sex, np.broadcast_to(times, (n, m))], axis=2)

eigenvalues, vectors = np.linalg.eigh(K)
y_rotated = vectors.T @ y
x_rotated = np.einsum("pj,pmk->jmk", vectors, x)
T = np.column_stack([np.ones(m), times])


def covariance(values):
    lower = np.array([[values[0], 0 * values[0]], [values[1], values[2]]])
    return lower @ lower.T


def solve(phi):
    """REML deviance, coefficients and their covariance; analytic in phi, so phi may be complex."""
    base = T @ covariance(phi[1:4]) @ T.T + np.exp(2 * phi[0]) * np.eye(m)
    blocks = np.broadcast_to(base, (n, m, m)).copy()
    if len(phi) == 7:
        blocks += eigenvalues[:, None, None] * (T @ covariance(phi[4:7]) @ T.T)
    # Root-free Cholesky of all blocks at once, and the forward substitution of [X y].
    z = np.concatenate([x_rotated, y_rotated[:, :, None]], axis=2).astype(blocks.dtype)
    log_determinant, cross = 0, 0
    for i in range(m):
        pivot = blocks[:, i, i].copy()
        log_determinant += np.log(pivot).sum()
        cross = cross + np.einsum("ja,jb->ab", z[:, i] / pivot[:, None], z[:, i])
        for k in range(i + 1, m):
            ratio = blocks[:, k, i] / pivot
            blocks[:, k, i + 1:] -= ratio[:, None] * blocks[:, i, i + 1:]
            z[:, k] -= ratio[:, None] * z[:, i]
    information = cross[:3, :3]
    beta = np.linalg.solve(information, cross[:3, 3])
    deviance = (log_determinant + np.log(np.linalg.det(information)) + cross[3, 3]
                - cross[3, :3] @ beta + (n * m - 3) * np.log(2 * np.pi))
    return deviance, beta, np.linalg.inv(information)


def objective(phi):
    if np.abs(phi).max() > 20:
        return 1e10, np.zeros(len(phi))
    gradient = [solve(phi + 1e-30j * e)[0].imag / 1e-30 for e in np.eye(len(phi))]
    return solve(phi)[0], np.array(gradient)


def fit(count, starts):
    generator = np.random.default_rng(11)
    runs = []
    for s in range(starts):
        start = np.array([0, 1, 0, 1, 1, 0, 1][:count], float)
        if s:
            start += generator.normal(0, 0.5, count)
        runs.append(optimize.minimize(objective, start, jac=True, method="BFGS",
                                      options={"gtol": 1e-7, "maxiter": 500}))
    best = min(runs, key=lambda r: r.fun)
    phi = best.x
    for _ in range(3):
        step = 1e-4
        hessian = np.array([objective(phi + step * e)[1] - objective(phi - step * e)[1]
                            for e in np.eye(count)]) / (2 * step)
        phi = phi - np.linalg.solve(hessian, objective(phi)[1])
    gradient = np.abs(objective(phi)[1]).max()
    assert np.linalg.eigvalsh(hessian).min() > 0
    return phi, gradient, [r.fun for r in runs]


rows = []
for name, count in (("independent", 4), ("kinship", 7)):
    phi, gradient, values = fit(count, 4)
    deviance, beta, beta_covariance = solve(phi)
    row = [name, deviance]
    for j in range(3):
        row += [beta[j], np.sqrt(beta_covariance[j, j])]
    for part in (phi[1:4], phi[4:7]):
        g = covariance(part) if len(part) else np.full((2, 2), np.nan)
        row += [g[0, 0], g[1, 1], g[0, 1]]
    rows.append(row + [np.exp(2 * phi[0]), gradient])
    print(name, "deviance", deviance, "searches above it by",
          ["%.1g" % (v - deviance) for v in values], "gradient %.1g" % gradient)
header = ["model", "deviance", "b_intercept", "b_intercept_se", "b_sex", "b_sex_se", "b_time", "b_time_se",
          "var_person_intercept", "var_person_time", "cov_person_intercept_time",
          "var_kinship_intercept", "var_kinship_time", "cov_kinship_intercept_time", "var_residual",
          "gradient"]
with open(os.path.join(here, "expected.tsv"), "w") as handle:
    handle.write("\t".join(header) + "\n")
    for row in rows:
        handle.write("\t".join("NA" if isinstance(c, float) and np.isnan(c) else
                               c if isinstance(c, str) else f"{c:.14g}" for c in row) + "\n")
