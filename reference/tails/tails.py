"""Logarithms of two-sided tails of Student's t and the normal distribution at 60 digits.

Writes tails.tsv. Needs mpmath.
"""

from pathlib import Path

from mpmath import beta, erfc, hyp2f1, log, mp, mpf, nstr, sqrt

mp.dps = 60

STUDENT = [
    (0, 5), (0.5, 3.7), (2.1, 17), (-3.3, 95), (12, 4.5), (40, 200), (8.7, 1204.1), (45, 107),
    (60, 1199.96), (300, 150.5), (1e5, 80), (38.5, 1e6), (5, 0.01),
]
NORMAL = [0, 1.96, 10, 36.9, 37.1, 60, 1000]


def student(t, df):
    """log of the regularised incomplete beta function I_x(df/2, 1/2), DLMF 8.17.8."""
    if t == 0:
        return mpf(0)
    t, df = mpf(t), mpf(df)
    x, a, b = df / (df + t * t), df / 2, mpf(1) / 2
    return log(x**a * (1 - x) ** b / (a * beta(a, b)) * hyp2f1(a + b, 1, a + 1, x))


with open(Path(__file__).with_name("tails.tsv"), "w") as out:
    print("statistic\tdf\tlog_p", file=out)
    for t, df in STUDENT:
        print(t, df, nstr(student(t, df), 17), sep="\t", file=out)
    for z in NORMAL:
        print(z, "inf", nstr(log(erfc(mpf(z) / sqrt(2))), 17), sep="\t", file=out)
