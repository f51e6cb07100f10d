"""Logarithms of two-sided tails of Student's t and the normal distribution at 60 digits.

Writes tails.tsv: single cases, then for each number of degrees of freedom a ladder of statistics
from p = 0.999999 to p = 1e-300 and the ends |t| = 1e-8 and 1e6. Needs mpmath.
"""

from pathlib import Path

from mpmath import beta, erfc, exp, hyp2f1, inf, log, mp, mpf, nstr, sqrt

STUDENT = [
    (0, 5), (0.5, 3.7), (2.1, 17), (-3.3, 95), (12, 4.5), (40, 200), (8.7, 1204.1), (45, 107),
    (60, 1199.96), (300, 150.5), (1e5, 80), (38.5, 1e6), (5, 0.01),
]
NORMAL = [0, 1.96, 10, 36.9, 37.1, 60, 1000]

# Around 15 the formula changes; 5.07 is where it changes at 15 degrees of freedom.
LADDERS = [1, 1.5, 2, 5, 9.999, 14.9, 15, 17.3, 40, 98, 1000, 1e5, 1e6, inf]
TAILS = [
    "0.999999", "0.99", "0.8", "0.5", "0.2", "0.05", "1e-2", "1e-3", "1e-4", "1e-6", "1e-9",
    "1e-12", "1e-20", "1e-40", "1e-80", "1e-160", "1e-300",
]
ENDS = [1e-8, 5.06, 5.08, 1e6, 1e100, 1e200]


def fraction(a, b, x):
    """The continued fraction of the incomplete beta function, DLMF 8.17.22, by Lentz's method."""
    value = c = mpf(1)
    d = mpf(0)
    k = 0
    while True:
        m = k // 2
        if k % 2:
            m += 1
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + term * d)
        c = 1 + term / c
        value *= c * d
        k += 1
        if abs(c * d - 1) < mpf(10) ** (2 - mp.dps):
            return 1 / value


def log_tail(t, df):
    """log of the regularised incomplete beta function I_x(df/2, 1/2), DLMF 8.17."""
    t = abs(mpf(t))
    if t == 0:
        return mpf(0)
    if df == inf:
        return log(erfc(t / sqrt(2)))
    ratio = t * t / mpf(df)
    a, b = mpf(df) / 2, mpf(1) / 2
    log_front = -a * log(1 + ratio) + b * log(ratio / (1 + ratio)) - log(beta(a, b))
    if t < 2:  # the other tail, by the series DLMF 8.17.8
        series = hyp2f1(a + b, 1, b + 1, ratio / (1 + ratio))
        return log(1 - exp(log_front) / b * series)
    return log_front - log(a) + log(fraction(a, b, 1 / (1 + ratio)))


def statistic(tail, df):
    """A double t whose tail is close to `tail`, by bisection of log t."""
    target = log(mpf(tail))
    with mp.workdps(25):
        low, high = mpf(-20), mpf(720)
        for _ in range(30):
            middle = (low + high) / 2
            if log_tail(exp(middle), df) > target:
                low = middle
            else:
                high = middle
        return float(exp(low))


if __name__ == "__main__":
    mp.dps = 60
    cases = STUDENT + [(z, inf) for z in NORMAL]
    for df in LADDERS:
        cases += [(statistic(tail, df), df) for tail in TAILS]
        cases += [(t, df) for t in ENDS if t < 1e100 or df < 1e6]
    with open(Path(__file__).with_name("tails.tsv"), "w") as out:
        print("statistic\tdf\tlog_p", file=out)
        for t, df in cases:
            value = nstr(log_tail(t, df), 17)
            print(t, "inf" if df == inf else df, value, sep="\t", file=out)
