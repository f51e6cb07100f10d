"""Fits, predictions, random effects and next visits from full covariance matrices.

    python3 oracle.py > expected.json

Nothing here knows how slopeqtl works: V = ZDZ' + R is written out, deviances are those of the
multivariate normal, generalised least squares and conditional normal distributions are by the
textbook (Searle, Casella & McCulloch 1992, chapters 6 and 7). Derivatives by variance parameters are
complex steps, exact but for rounding, of formulas in matrices.
"""

import csv
import json
import sys

import numpy as np
from scipy import stats
from scipy.optimize import brentq, minimize


def read(name):
    with open(f"{name}.tsv") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def numbers(rows, name):
    return np.array([np.nan if r[name] == "NA" else float(r[name]) for r in rows])


def labels(rows, *names):
    return [None if any(r[n] == "NA" for n in names) else ":".join(r[n] for n in names)
            for r in rows]


class Term:
    """Random effects of one grouping factor with one covariance matrix."""

    def __init__(self, group, names, columns, label, stratum=None):
        self.group, self.names, self.columns, self.label = group, names, columns, label
        # (column, value): only rows with it have this term.
        self.stratum = stratum
        q = len(names)
        self.places = [(a, b) for a in range(q) for b in range(a + 1)]

    def z(self, rows):
        z = self.columns(rows)
        if self.stratum:
            z = z * np.array([r[self.stratum[0]] == self.stratum[1] for r in rows])[:, None]
        return z

    def levels(self, rows):
        """The level of every row; None where it is missing or the term is of others."""
        found = self.label(rows)
        if self.stratum:
            name, value = self.stratum
            found = [l if r[name] == value else "" for l, r in zip(found, rows)]
        return found

    def unit(self, a, b):
        s = np.zeros((len(self.names),) * 2)
        s[a, b] = s[b, a] = 1
        return s


class Model:
    def __init__(self, data, response, fixed, terms, log_sds=(), weights=None, reml=True):
        self.rows, self.response, self.fixed, self.terms = data, response, fixed, terms
        # Functions of rows: x of log SD = log sigma + sum phi x.
        self.log_sds, self.weights, self.reml = list(log_sds), weights, reml
        self.y, self.x = numbers(data, response), fixed(data)
        self.n, self.p = self.x.shape
        self.units = self.slopes(data, data)
        self.covariates = [f(data) for f in self.log_sds]
        self.count = len(self.units) + 1 + len(self.covariates)

    def full(self, psi):
        """Elements of every D, then log sigma and phi, of the parameters that move."""
        return psi

    # Covariances, linear in the elements of every D.

    def slopes(self, one, two):
        """dCov/dD_ab of the means of rows, one matrix per element of every D."""
        found = []
        for term in self.terms:
            same = np.array([[a is not None and a != "" and a == b for b in term.levels(two)]
                             for a in term.levels(one)], dtype=float).reshape(len(one), len(two))
            z, w = term.z(one), term.z(two)
            found += [same * (z @ term.unit(a, b) @ w.T) for a, b in term.places]
        return found

    def covariance(self, slopes, psi):
        return sum(v * s for v, s in zip(psi, slopes))

    def residuals(self, rows, psi, covariates=None):
        """Residual variances of rows."""
        covariates = covariates or [f(rows) for f in self.log_sds]
        psi, k = self.full(psi), len(self.units)
        log = psi[k] + sum((phi * x for phi, x in zip(psi[k + 1:], covariates)), 0 * psi[0])
        variances = np.exp(2 * log) * np.ones(len(rows))
        return variances / numbers(rows, self.weights) if self.weights else variances

    def v(self, psi):
        return self.covariance(self.units, self.full(psi)) + np.diag(
            self.residuals(self.rows, psi, self.covariates))

    def d(self, j, psi):
        start = sum(len(t.places) for t in self.terms[:j])
        return sum(self.full(psi)[start + k] * self.terms[j].unit(a, b)
                   for k, (a, b) in enumerate(self.terms[j].places))

    # The fit.

    def solved(self, psi):
        inverse = np.linalg.inv(self.v(psi))
        xv = self.x.T @ inverse
        c = np.linalg.inv(xv @ self.x)
        return inverse, c, c @ xv  # beta = last @ y

    def deviance(self, psi):
        inverse, c, b = self.solved(psi)
        sign, log_v = np.linalg.slogdet(self.v(psi))
        if sign <= 0:
            return np.inf
        rest = self.y - self.x @ (b @ self.y)
        value = log_v + rest @ inverse @ rest + self.n * np.log(2 * np.pi)
        if self.reml:
            value += -np.linalg.slogdet(c)[1] - self.p * np.log(2 * np.pi)
        return value

    def gradient(self, psi):
        inverse, c, b = self.solved(psi)
        projector = inverse - inverse @ self.x @ b
        trace = projector if self.reml else inverse
        py = projector @ self.y
        r = self.residuals(self.rows, psi, self.covariates)
        slopes = self.units + [np.diag(2 * r)] + [np.diag(2 * r * x) for x in self.covariates]
        return np.array([np.sum(trace * s) - py @ s @ py for s in slopes])

    def step(self, function, psi):
        """Derivatives by every parameter, last axis, by complex steps."""
        h = 1e-30
        columns = []
        for k in range(self.count):
            z = psi.astype(complex)
            z[k] += 1j * h
            columns.append(np.imag(function(z)) / h)
        return np.stack(columns, axis=-1)

    def start(self):
        """Near the optimum, by a search over Cholesky factors."""
        sizes = [len(t.names) for t in self.terms]

        def unpack(x):
            psi, at = [], 0
            for q in sizes:
                l = np.zeros((q, q))
                for a in range(q):
                    for b in range(a + 1):
                        l[a, b] = x[at]
                        at += 1
                d = l @ l.T
                psi += [d[a, b] for a in range(q) for b in range(a + 1)]
            return np.array(psi + list(x[at:]))

        spread = np.std(self.y)
        start = []
        for term in self.terms:
            scale = np.sqrt(np.mean(term.z(self.rows) ** 2, axis=0))
            start += [0.5 * spread / scale[a] if a == b else 0.0 for a, b in term.places]
        start += [np.log(0.3 * spread)] + [0.0] * len(self.covariates)
        size = np.array([abs(s) if s else 0.3 for s in start])
        found = minimize(lambda u: self.deviance(unpack(u * size)), np.array(start) / size,
                         method="BFGS", options={"maxiter": 500})
        return unpack(found.x * size)

    def fit(self):
        psi = self.start()
        for _ in range(20):  # Newton's method: to rounding
            hessian = self.step(self.gradient, psi)
            psi = psi - np.linalg.solve(hessian, self.gradient(psi))
        self.psi = psi
        self.hessian = self.step(self.gradient, psi)
        self.parameters = 2 * np.linalg.inv(self.hessian)  # their sampling covariance
        assert np.all(np.linalg.eigvalsh(self.hessian / np.sqrt(np.outer(
            np.diag(self.hessian), np.diag(self.hessian)))) > 1e-8)
        self.inverse, self.c, self.b = self.solved(psi)
        self.beta = self.b @ self.y
        return self

    def equal_slopes(self):
        """How much the deviance rises where the slopes of two groups vary equally.

        That is linear in D, so that Newton's method runs in the coordinates that are left.
        """
        free = np.delete(np.eye(self.count), 5, axis=1)
        free[5, 2] = 1
        r = np.delete(self.psi, 5)
        r[2] = (self.psi[2] + self.psi[5]) / 2
        for _ in range(30):
            psi = free @ r
            hessian = free.T @ self.step(self.gradient, psi) @ free
            r = r - np.linalg.solve(hessian, free.T @ self.gradient(psi))
        scale = np.sqrt(np.diag(hessian))
        assert np.all(np.abs(free.T @ self.gradient(free @ r)) < 1e-7 * scale)
        assert np.all(np.linalg.eigvalsh(hessian / np.outer(scale, scale)) > 0)
        return self.deviance(free @ r) - self.deviance(self.psi)

    def freedom(self, variances, slopes):
        spread = np.einsum("ij,jk,ik->i", slopes, self.parameters, slopes)
        return 2 * variances ** 2 / spread

    def effects(self):
        slopes = self.step(lambda psi: np.diag(self.solved(psi)[1]), self.psi)
        variances = np.diag(self.c)
        return {"estimate": self.beta, "se": np.sqrt(variances),
                "df": self.freedom(variances, slopes)}

    def components(self):
        """Estimates and Wald intervals: of log SDs and of atanh of correlations."""
        found, at = [], 0
        z = stats.norm.ppf(0.975)
        for j, term in enumerate(self.terms):
            start = at

            def element(psi, a, b):
                return psi[start + term.places.index((max(a, b), min(a, b)))]

            for a, b in term.places:
                def function(psi):
                    if a == b:
                        return 0.5 * np.log(element(psi, a, a))
                    r = element(psi, a, b) / np.sqrt(element(psi, a, a) * element(psi, b, b))
                    return 0.5 * np.log((1 + r) / (1 - r))
                slope = self.step(function, self.psi)
                half = z * np.sqrt(slope @ self.parameters @ slope)
                value, back = function(self.psi), np.exp if a == b else np.tanh
                found.append({"group": term.group, "term1": term.names[b],
                              "term2": None if a == b else term.names[a],
                              "stratum": term.stratum[1] if term.stratum else None,
                              "sd_or_correlation": back(value), "lower": back(value - half),
                              "upper": back(value + half)})
            at += len(term.places)
        residual = []
        for k in range(at, self.count):
            half = z * np.sqrt(self.parameters[k, k])
            residual.append([self.psi[k], self.psi[k] - half, self.psi[k] + half])
        return found, residual

    def random_effects(self):
        """BLUPs, their SDs at known variances and fixed effects, own least squares, shrinkage."""
        found = []
        rest = self.y - self.x @ self.beta
        r = self.residuals(self.rows, self.psi, self.covariates)
        parts = []
        for j, term in enumerate(self.terms):
            levels = term.levels(self.rows)
            for level in sorted(set(levels) - {""}):
                z = term.z(self.rows) * np.array([l == level for l in levels])[:, None]
                dz = self.d(j, self.psi) @ z.T
                parts.append((j, level, z, dz @ self.inverse @ rest,
                              self.d(j, self.psi) - dz @ self.inverse @ dz.T))
        for j, level, z, blup, covariance in parts:
            term = self.terms[j]
            partial = rest - sum(w @ u for i, _, w, u, _ in parts if i != j)
            gram = z.T @ (z / r[:, None])
            own = np.full(len(blup), np.nan)
            if np.linalg.matrix_rank(z) == z.shape[1]:
                own = np.linalg.solve(gram, z.T @ (partial / r))
            d = self.d(j, self.psi)
            shrinkage = d @ gram @ np.linalg.inv(np.eye(len(d)) + d @ gram)
            if not np.isnan(own).any():
                assert np.allclose(shrinkage @ own, blup, rtol=1e-7, atol=1e-9)
            for a, name in enumerate(term.names):
                found.append({"group": term.group, "level": level, "term": name,
                              "estimate": blup[a], "se": np.sqrt(covariance[a, a]),
                              "ols_estimate": own[a], "shrinkage": shrinkage[a, a]})
        return found

    # New rows.

    def components_of(self, rows):
        """Rows that share a level which the data do not have, all others one by one."""
        owner = list(range(len(rows)))
        for term in self.terms:
            known = set(term.levels(self.rows))
            first = {}
            for i, level in enumerate(term.levels(rows)):
                if level in known or level in (None, ""):
                    continue
                if level in first:
                    one, two = owner[first[level]], owner[i]
                    owner = [one if o == two else o for o in owner]
                first.setdefault(level, i)
        new = [any(l not in (None, "") and l not in set(t.levels(self.rows))
                   for t in self.terms for l in [t.levels([r])[0]]) for r in rows]
        groups = {}
        for i, o in enumerate(owner):
            groups.setdefault(o, []).append(i)
        return [(g, any(new[i] for i in g)) for g in groups.values()]

    def prepared(self, rows):
        """What does not depend on the parameters."""
        found = []
        for group, is_new in self.components_of(rows):
            part = [rows[i] for i in group]
            y = numbers(part, self.response)
            seen = [k for k in range(len(part)) if is_new and not np.isnan(y[k])]
            averages = []  # z'Dz of terms whose grouping factor is missing
            for term in self.terms:
                z, levels = term.z(part), term.levels(part)
                averages += [np.array([z[i] @ term.unit(a, b) @ z[i] if levels[i] is None else 0
                                       for i in range(len(part))]) for a, b in term.places]
            found.append((group, part, y, seen, self.slopes(part, part),
                          self.slopes(part, self.rows), averages, self.fixed(part)))
        return found

    def moments(self, prepared, psi):
        """Means of rows, error variances of those, variances of new observations.

        The predictor is linear in all measurements, old and new; its error is brute force.
        """
        inverse, c, b = self.solved(psi)
        v = self.v(psi)
        total = sum(len(p[0]) for p in prepared)
        found = np.zeros((3, total), dtype=psi.dtype)
        for group, part, y, seen, inner, outer, averages, x in prepared:
            full = self.full(psi)
            g, k = self.covariance(inner, full), self.covariance(outer, full)
            r = self.residuals(part, psi)
            average = self.covariance(averages, full)
            s = seen
            joint = np.block([[v, k[s].T], [k[s], g[np.ix_(s, s)] + np.diag(r[s])]])
            xs = np.vstack([self.x, x[s]])
            everything = np.concatenate([self.y, y[s]])
            cross = np.hstack([k, g[:, s]])
            if s:
                l = np.linalg.solve(joint, cross.T).T
            else:
                l = k @ inverse
            rows = l.copy()
            rows[:, :self.n] += (x - l @ xs) @ b
            for at, i in enumerate(group):
                w = rows[at]
                error = w @ joint @ w - 2 * w @ cross[at] + g[at, at]
                found[:, i] = w @ everything, error, error + average[at] + r[at]
        return found

    def predict(self, rows, threshold=None):
        prepared = self.prepared(rows)
        fitted, variance, fresh = self.moments(prepared, self.psi)
        slopes = self.step(lambda psi: self.moments(prepared, psi), self.psi)
        extra = np.einsum("ij,jk,ik->i", slopes[0], self.parameters, slopes[0])
        df = self.freedom(variance, slopes[1])
        fresh_df = self.freedom(fresh, slopes[2])
        se, sd = np.sqrt(variance + extra), np.sqrt(fresh + extra)
        half, fresh_half = stats.t.ppf(0.975, df) * se, stats.t.ppf(0.975, fresh_df) * sd
        found = {"fitted": fitted, "se": se, "lower": fitted - half, "upper": fitted + half,
                 "lower_new": fitted - fresh_half, "upper_new": fitted + fresh_half}
        if threshold is not None:
            found["p_exceed"] = stats.t.sf((threshold - fitted) / sd, fresh_df)
        return found

    def next_visit(self, subject, threshold, risk, until):
        """The first time from the last one on at which the risk is reached, by a fine grid."""
        last = [r for r in self.rows if r["subject"] == subject][-1]

        def risks(times):
            return self.predict([{**last, "time": repr(float(t))} for t in times],
                                threshold)["p_exceed"]

        times = np.linspace(float(last["time"]), until, 201)
        values = risks(times)
        if values[0] >= risk:
            return {"status": "now", "time": times[0], "risk": values[0]}
        if not (values >= risk).any():
            return {"status": "later", "time": times[-1], "risk": values[-1]}
        at = int(np.argmax(values >= risk))
        time = brentq(lambda t: risks([t])[0] - risk, times[at - 1], times[at], xtol=1e-12)
        return {"status": "due", "time": time, "risk": risk}


class PerfectlyCorrelated(Model):
    """Intercepts and slopes with correlation -1: D has the elements a^2, ab, b^2, and that is the
    face of the cone of covariances on which the optimum lies."""

    def __init__(self, *given, **more):
        super().__init__(*given, **more)
        self.count = 3

    def full(self, psi):
        a, b, log_sigma = psi
        return np.array([a * a, a * b, b * b, log_sigma])

    def start(self):
        return np.array([1, -0.1, -0.2])

    def gradient(self, psi):
        a, b, _ = psi
        slopes = super().gradient(psi)
        return np.array([2 * a * slopes[0] + b * slopes[1], a * slopes[1] + 2 * b * slopes[2],
                         slopes[3]])

    def components(self):
        none = {"group": self.terms[0].group, "stratum": None, "lower": None, "upper": None}
        a, b, log_sigma = self.psi
        half = stats.norm.ppf(0.975) * np.sqrt(self.parameters[2, 2])
        found = [{**none, "term1": "(Intercept)", "term2": None, "sd_or_correlation": abs(a)},
                 {**none, "term1": "time", "term2": None, "sd_or_correlation": abs(b)},
                 {**none, "term1": "(Intercept)", "term2": "time",
                  "sd_or_correlation": np.sign(a * b)}]
        return found, [[log_sigma, log_sigma - half, log_sigma + half]]


def line(rows, name="time"):
    return np.column_stack([np.ones(len(rows)), numbers(rows, name)])


def treated(rows):
    return np.array([float(r["arm"] == "treated") for r in rows])


def trial(rows):
    t, a = numbers(rows, "time"), treated(rows)
    return np.column_stack([np.ones(len(rows)), t, a, numbers(rows, "age"), t * a])


def device(rows):
    return np.array([float(r["device"] == "B") for r in rows])


def patients(**more):
    return Term("patient", ["(Intercept)", "time"], line, lambda r: labels(r, "patient"), **more)


def ones(rows):
    return np.ones((len(rows), 1))


CASES = [
    # Name, data, model, slopeqtl's flags, threshold.
    ("trial", "trial", lambda d: Model(d, "fev1", trial, [patients()]),
     ["--formula", "fev1 ~ time * arm + age + (1 + time | patient)"], 2.5),
    ("weights_ml", "trial",
     lambda d: Model(d, "fev1", trial, [patients()], weights="copies", reml=False),
     ["--formula", "fev1 ~ time * arm + age + (1 + time | patient)", "--weights", "copies",
      "--criterion", "ml"], 2.5),
    ("uncorrelated", "trial",
     lambda d: Model(d, "fev1", trial, [
         Term("patient", ["(Intercept)"], ones, lambda r: labels(r, "patient")),
         Term("patient", ["time"], lambda r: line(r)[:, 1:], lambda r: labels(r, "patient"))]),
     ["--formula", "fev1 ~ time * arm + age + (1 + time || patient)"], 2.5),
    ("arms", "arms",
     lambda d: Model(d, "fev1", trial,
                     [patients(stratum=("arm", "control")), patients(stratum=("arm", "treated"))],
                     log_sds=[treated]),
     ["--formula", "fev1 ~ time * arm + age + (1 + time | patient)", "--group-covariance", "arm"],
     2.5),
    ("centres", "centres",
     lambda d: Model(d, "egfr", line, [
         Term("centre", ["(Intercept)"], ones, lambda r: labels(r, "centre")),
         Term("patient:centre", ["(Intercept)", "time"], line,
              lambda r: labels(r, "patient", "centre")),
         Term("assay", ["(Intercept)"], ones, lambda r: labels(r, "assay"))]),
     ["--formula", "egfr ~ time + (1 | centre) + (1 + time | patient:centre) + (1 | assay)"], 70),
    ("device_exp", "glucose",
     lambda d: Model(d, "glucose", lambda r: np.column_stack([line(r), device(r)]), [patients()],
                     log_sds=[device, lambda r: numbers(r, "time")]),
     ["--formula", "glucose ~ time + device + (1 + time | patient)", "--residual-variance",
      "by:device,exp:time"], 9),
    ("power", "glucose",
     lambda d: Model(d, "glucose", lambda r: np.column_stack([line(r), device(r)]), [patients()],
                     log_sds=[lambda r: np.log(numbers(r, "week"))]),
     ["--formula", "glucose ~ time + device + (1 + time | patient)", "--residual-variance",
      "power:week"], 9),
    ("boundary", "level",
     lambda d: PerfectlyCorrelated(d, "level", line, [patients()]),
     ["--formula", "level ~ time + (1 + time | patient)"], 7),
    ("marker", "marker",
     lambda d: Model(d, "marker", line, [
         Term("subject", ["(Intercept)", "time"], line, lambda r: labels(r, "subject"))]),
     ["--formula", "marker ~ time + (1 + time | subject)"], None),
]


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else float(f"{value:.13g}")
    return value


def main():
    found = []
    for name, table, build, flags, threshold in CASES:
        print(name, file=sys.stderr)
        model = build(read(table)).fit()
        components, residual = model.components()
        case = {"name": name, "data": f"{table}.tsv", "flags": flags,
                "status": "boundary" if isinstance(model, PerfectlyCorrelated) else "ok",
                "deviance": model.deviance(model.psi), "fixed": model.effects(),
                "components": components, "log_residual": residual,
                "random_effects": model.random_effects()}
        if name == "arms":
            case["equal_slopes"] = model.equal_slopes()
        if threshold is not None:
            case["new"] = f"{table}_new.tsv"
            case["threshold"] = threshold
            case["predictions"] = model.predict(read(f"{table}_new"), threshold)
        else:
            case["visits"] = {
                "threshold": 9, "risk": 0.2, "until": 9,
                "subjects": {s: model.next_visit(s, 9, 0.2, 9)
                             for s in sorted({r["subject"] for r in model.rows})}}
        found.append(plain(case))
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
