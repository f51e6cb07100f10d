"""Mixed models by the marginal likelihood with all covariance matrices written out.

Shares nothing with lme4 or nlme but the model. A random term has a design of k columns C, a group of
every observation and a covariance K between groups (the identity where groups are independent):
Cov(y_i, y_j) = K[g_i, g_j] * c_i' G c_j with G = L L' unstructured. The residual variance of observation
i is sigma^2 * exp(2 * h_i . delta) / w_i. The parameters are the entries of each L by column, log sigma
and delta, all unbounded. The deviance is -2 log restricted likelihood as lme4 counts it,

    log|V| + log|X'V^-1 X| + y'Py + (n - p) log(2 pi).
"""

import csv
import gzip
import os

import numpy as np
from scipy import linalg, optimize


class Term:
    def __init__(self, name, columns, groups, covariance=None):
        self.name = name
        self.labels = list(columns)
        self.columns = np.column_stack([columns[c] for c in self.labels])
        levels, index = np.unique(groups, return_inverse=True)
        k = np.eye(len(levels)) if covariance is None else covariance(levels)
        self.mask = k[np.ix_(index, index)]
        self.size = len(self.labels)
        # Entries of the lower triangle by column, as in lme4's theta.
        self.rows, self.cols = np.triu_indices(self.size)[::-1]

    @property
    def count(self):
        return len(self.rows)

    def factor(self, values):
        lower = np.zeros((self.size, self.size))
        lower[self.rows, self.cols] = values
        return lower

    def covariance(self, values):
        scaled = self.columns @ self.factor(values)
        return self.mask * (scaled @ scaled.T)

    def pullback(self, weight, values):
        """The derivative by the factor's entries of a function whose derivative by V is `weight`."""
        by_g = self.columns.T @ (weight * self.mask) @ self.columns
        return (2 * by_g @ self.factor(values))[self.rows, self.cols]


class Model:
    def __init__(self, y, x, terms, variance_design=None, weights=None):
        self.y, self.x, self.terms = y, x, terms
        n = len(y)
        self.h = np.zeros((n, 0)) if variance_design is None else variance_design
        self.weights = np.ones(n) if weights is None else weights
        self.sizes = [t.count for t in terms]
        self.count = sum(self.sizes) + 1 + self.h.shape[1]

    def split(self, phi):
        ends = np.cumsum([0] + self.sizes)
        return [phi[a:b] for a, b in zip(ends[:-1], ends[1:])], phi[ends[-1]:]

    def residual_variance(self, rest):
        return np.exp(2 * rest[0] + 2 * self.h @ rest[1:]) / self.weights

    def solve(self, phi):
        """Everything at `phi`: deviance, its gradient, coefficients and their covariance."""
        values, rest = self.split(phi)
        r = self.residual_variance(rest)
        v = np.diag(r)
        for term, value in zip(self.terms, values):
            v += term.covariance(value)
        lower = linalg.cholesky(v, lower=True, overwrite_a=True)
        half_x = linalg.solve_triangular(lower, self.x, lower=True)
        half_y = linalg.solve_triangular(lower, self.y, lower=True)
        information = linalg.cholesky(half_x.T @ half_x, lower=True)
        covariance = linalg.cho_solve((information, True), np.eye(self.x.shape[1]))
        beta = covariance @ (half_x.T @ half_y)
        half_e = half_y - half_x @ beta
        deviance = (2 * np.log(np.diag(lower)).sum() + 2 * np.log(np.diag(information)).sum()
                    + half_e @ half_e + (len(self.y) - self.x.shape[1]) * np.log(2 * np.pi))
        inverse = linalg.lapack.dpotri(lower, lower=1)[0]
        inverse = np.tril(inverse) + np.tril(inverse, -1).T
        vx = linalg.solve_triangular(lower, half_x, lower=True, trans=1)
        py = linalg.solve_triangular(lower, half_e, lower=True, trans=1)
        weight = inverse - vx @ covariance @ vx.T - np.outer(py, py)
        return {"deviance": deviance, "gradient": self.pullback(weight, phi), "beta": beta,
                "covariance": covariance, "vx": vx}

    def pullback(self, weight, phi):
        values, rest = self.split(phi)
        parts = [t.pullback(weight, value) for t, value in zip(self.terms, values)]
        by_log = 2 * np.diag(weight) * self.residual_variance(rest)
        return np.concatenate(parts + [[by_log.sum()], self.h.T @ by_log])

    def objective(self, phi):
        try:
            s = self.solve(phi)
        except linalg.LinAlgError:
            return 1e10, np.zeros(self.count)
        return s["deviance"], s["gradient"]

    def hessian(self, phi, step=1e-3):
        """Central differences of the exact gradient, extrapolated (Richardson)."""
        columns = []
        for j in range(self.count):
            e = np.zeros(self.count)
            e[j] = step
            fine, coarse = ((self.solve(phi + m * e)["gradient"] - self.solve(phi - m * e)["gradient"])
                            / (2 * m * step) for m in (1, 2))
            columns.append((4 * fine - coarse) / 3)
        h = np.array(columns)
        return (h + h.T) / 2

    def start(self, generator=None):
        _, rest = self.split(np.zeros(self.count))
        sd = np.std(self.y - self.x @ np.linalg.lstsq(self.x, self.y, rcond=None)[0])
        factors = []
        for term in self.terms:
            spread = np.sqrt(np.mean(term.columns**2, axis=0))
            diagonal = term.rows == term.cols
            if generator is None:
                f = np.where(diagonal, 0.5, 0.0)
            else:
                f = np.where(diagonal, np.exp(generator.normal(-1, 1, term.count)),
                             generator.normal(0, 0.3, term.count))
            factors.append(f * sd / spread[term.rows])
        rest = np.zeros(len(rest))
        rest[0] = np.log(0.7 * sd)
        return np.concatenate(factors + [rest])

    def fit(self, starts=2, seed=7):
        """The lowest of searches from the plain and from random starts, refined by Newton steps."""
        generator = np.random.default_rng(seed)
        points = [self.start()] + [self.start(generator) for _ in range(starts)]
        runs = [optimize.minimize(self.objective, p, jac=True, method="BFGS",
                                  options={"gtol": 1e-7, "maxiter": 1000}) for p in points]
        best = min(runs, key=lambda r: r.fun)
        phi, value, gradient = best.x, best.fun, best.jac
        for _ in range(6):
            eigenvalues, vectors = np.linalg.eigh(self.hessian(phi))
            keep = eigenvalues > 1e-6 * eigenvalues[-1]
            step = vectors[:, keep] @ ((vectors[:, keep].T @ gradient) / eigenvalues[keep])
            new_value, new_gradient = self.objective(phi - step)
            if new_value > value + 1e-8 or np.abs(new_gradient).max() >= np.abs(gradient).max():
                break
            phi, value, gradient = phi - step, new_value, new_gradient
        return Fit(self, phi, np.array([r.fun for r in runs]) - value)


class Fit:
    def __init__(self, model, phi, excess):
        self.model, self.phi, self.excess = model, phi, excess
        self.__dict__.update(model.solve(phi))
        eigenvalues, vectors = np.linalg.eigh(model.hessian(phi))
        keep = eigenvalues > 1e-6 * eigenvalues[-1]
        self.parameters = 2 * (vectors[:, keep] / eigenvalues[keep]) @ vectors[:, keep].T

    def satterthwaite(self, j):
        """Degrees of freedom of coefficient j as lmerTest defines them, all derivatives exact."""
        a = self.vx @ self.covariance[:, j]
        g = self.model.pullback(np.outer(a, a), self.phi)
        return 2 * self.covariance[j, j]**2 / (g @ self.parameters @ g)

    def components(self):
        values, rest = self.model.split(self.phi)
        row = {}
        for term, value in zip(self.model.terms, values):
            lower = term.factor(value)
            g = lower @ lower.T
            for a in range(term.size):
                row[f"var_{term.name}_{term.labels[a]}"] = g[a, a]
            for a in range(term.size):
                for b in range(a + 1, term.size):
                    row[f"cov_{term.name}_{term.labels[a]}_{term.labels[b]}"] = g[a, b]
        row["sd_residual"] = np.exp(rest[0])
        return row

    def tests(self, names):
        """Estimates, standard errors and degrees of freedom: `names` maps b_g and so on to columns."""
        row = {}
        for name, j in names.items():
            row[name] = self.beta[j]
            row[f"{name}_se"] = np.sqrt(self.covariance[j, j])
            row[f"df_{name[2:]}"] = self.satterthwaite(j)
        if "b_g" in names and "b_gi" in names:
            row["cov_b_g_b_gi"] = self.covariance[names["b_g"], names["b_gi"]]
        return row

    def findings(self):
        ends = sum(1 for e in self.excess if e < 1e-6)
        values, rest = self.model.split(self.phi)
        smallest = min(np.linalg.svd(t.factor(v), compute_uv=False)[-1]
                       for t, v in zip(self.model.terms, values)) / np.exp(rest[0])
        return {"singular": "TRUE" if smallest < 1e-4 else "FALSE", "searches": len(self.excess), "searches_at_optimum": ends,
                "gradient": np.abs(self.gradient).max()}


def read_tsv(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", newline="") as handle:
        return list(csv.reader(handle, delimiter="\t"))


def write_tsv(rows, path):
    names = list(rows[0])
    with open(path, "w") as handle:
        handle.write("\t".join(names) + "\n")
        for row in rows:
            cells = [row[n] for n in names]
            text = (f"{c:.14g}" if isinstance(c, float) else str(c) for c in cells)
            handle.write("\t".join(text) + "\n")


class Cohort:
    """cohort_structured: samples in the order of the expression, time centred at their mean."""

    def __init__(self, folder):
        bed = read_tsv(os.path.join(folder, "expression.bed"))
        sheet = read_tsv(os.path.join(folder, "samples.tsv"))
        by_id = {row[0]: dict(zip(sheet[0], row)) for row in sheet[1:]}
        rows = [by_id[s] for s in bed[0][4:]]
        self.sheet = {c: np.array([r[c] for r in rows]) for c in sheet[0]}
        self.donor = self.sheet["donor_id"]
        raw = self.sheet["time"].astype(float)
        self.time_center = raw.mean()
        self.time = raw - self.time_center
        self.expression = {row[3]: np.array(row[4:], float) for row in bed[1:]}
        table = {row[0]: dict(zip(read_tsv(os.path.join(folder, "covariates.txt"))[0][1:], row[1:]))
                 for row in read_tsv(os.path.join(folder, "covariates.txt"))[1:]}
        number = lambda c: np.array([float(table[c][d]) for d in self.donor])
        self.covariates = [number("pc1"), number("pc2"),
                           np.array([float(table["sex"][d] == "M") for d in self.donor])]
        self.dosage = {}
        for row in read_tsv(os.path.join(folder, "genotypes.vcf")):
            if row[0].startswith("##"):
                continue
            if row[0] == "#CHROM":
                donors = row[9:]
                continue
            value = dict(zip(donors, (float(e.split(":")[1]) for e in row[9:])))
            self.dosage[row[2]] = np.array([value[d] for d in self.donor])
        self.pairs = read_tsv(os.path.join(folder, "pairs.tsv"))[1:]

    names = {"b_g": 2, "b_i": 1, "b_gi": 6}

    def design(self, variant):
        g, t, c = self.dosage[variant], self.time, self.covariates
        return np.column_stack([np.ones(len(t)), t, g, *c, t * g, *(t * x for x in c)])

    def kinship(self, folder):
        rows = read_tsv(os.path.join(folder, "kinship.tsv"))
        place = {d: i for i, d in enumerate(rows[0][1:])}
        matrix = np.array([row[1:] for row in rows[1:]], float)
        order = [row[0] for row in rows[1:]]
        assert order == rows[0][1:]
        return lambda levels: matrix[np.ix_([place[d] for d in levels], [place[d] for d in levels])]
