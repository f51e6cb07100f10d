"""Logarithms of upper tails of F and chi-squared distributions at 60 digits.

Writes joint_tails.tsv: statistic, numerator and denominator degrees of freedom (inf: chi-squared of
numerator * statistic), log p. Needs mpmath.
"""

from pathlib import Path

from mpmath import betainc, gammainc, inf, log, mp, mpf, nstr

mp.dps = 60

NUMERATORS = [1, 2, 3, 7]
DENOMINATORS = [3.2, 14, 45.5, 180, 2500, inf]
STATISTICS = ["0.01", "0.4", "1", "2.5", "6", "20", "90", "700", "1e4", "1e7"]


def log_tail(f, numerator, denominator):
    """log P(F > f): I_x(b/2, a/2) with x = b / (b + a f); for an infinite b, Q(a/2, a f / 2)."""
    f, a = mpf(f), mpf(numerator)
    if denominator == inf:
        return log(gammainc(a / 2, a * f / 2, regularized=True))
    b = mpf(denominator)
    return log(betainc(b / 2, a / 2, 0, b / (b + a * f), regularized=True))


rows = ["statistic\tnumerator\tdenominator\tlog_p"]
for numerator in NUMERATORS:
    for denominator in DENOMINATORS:
        for statistic in STATISTICS:
            value = log_tail(statistic, numerator, denominator)
            if mp.isinf(value):
                continue
            rows.append(f"{statistic}\t{numerator}\t{denominator}\t{nstr(value, 17)}")
Path(__file__).with_name("joint_tails.tsv").write_text("\n".join(rows) + "\n")
print(len(rows) - 1, "cases")
