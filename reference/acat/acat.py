"""Cauchy combinations (ACAT, equal weights) of p-values given by their natural logarithms.

Computed from the definition with 50 digits beyond the largest exponent. Writes acat.tsv: the
case, the logarithms that go in (exact doubles, comma separated; nan is left out), the logarithm
of the combined p-value. Needs mpmath.
"""

import math
import random
from pathlib import Path

from mpmath import atan, cot, exp, log, mp, mpf, nstr, pi

random.seed(20200118)


def combined(logs):
    """log(1/2 - arctan(T)/pi) with every p capped at 1 - 1/n; one p-value is returned as it is."""
    logs = [mpf(value) for value in logs if not math.isnan(value)]
    n = len(logs)
    if n == 1:
        return logs[0]
    # The tail 1/2 - arctan(T)/pi cancels as many digits as the smallest p has zeros.
    mp.dps = 60 + int(-min(logs) / mpf("2.3"))
    cap = 1 - mpf(1) / n
    statistic = sum(cot(pi * min(exp(value), cap)) for value in logs) / n
    result = log(mpf(1) / 2 - atan(statistic) / pi)
    mp.dps = 60
    return result


def uniform(count):
    return [math.log(1 - random.random()) for _ in range(count)]


def powers(count, low, high):
    """log10 p uniform between two exponents."""
    return [random.uniform(low, high) * math.log(10) for _ in range(count)]


def near_one(count):
    return [-(10 ** random.uniform(-16, -1)) for _ in range(count)]


CASES = {
    "one": [math.log(0.3)],
    "one_tiny": [-5000.25],
    "one_at_1": [0.0],
    "one_and_nan": [math.nan, math.log(0.04), math.nan],
    "two_equal": [math.log(0.01)] * 2,
    "two_above_cap": [math.log(0.9), math.log(0.8)],
    "two_halves": [math.log(0.5)] * 2,
    "two_far_apart": [math.log(1e-200), math.log(0.7)],
    "two_at_the_ends": [math.log(1e-300), -1e-16],
    "three_about_half": [math.log(0.5), math.log(0.5 + 1e-9), math.log(0.5 - 1e-12)],
    "cancelling": [math.log(0.2), math.log(0.8), math.log(0.5), math.log(0.31)],
    "all_at_1": [0.0] * 7,
    "all_above_cap": [-1e-16, -1e-12, -1e-9, -1e-4],
    "cap_passed_later": [math.log(0.9)] * 5 + uniform(15) + [math.log(0.94), math.log(0.96)],
    "below_double_range": [-1000.0, -1000.5, -2000.0, math.log(0.5)],
    "far_below": [-217000.123456789, -3.0, -216999.9, -1e-16],
    "at_1e-300": [math.log(1e-300)] * 3 + uniform(20),
    "below_1e-300": powers(12, -330, -290),
    "at_the_switch": [-599.9, -600.0, -600.1, -600.3, -1.0],
    "small_outweighed": [-600.5] + [-599.0] * 40 + uniform(5),
    "uniform_10": uniform(10),
    "uniform_100": uniform(100),
    "uniform_1000": uniform(1000),
    "uniform_300_and_nan": uniform(150) + [math.nan] * 3 + uniform(150),
    "near_one_20": near_one(20),
    "near_one_200": near_one(200),
    "near_one_and_one_hit": near_one(100) + [math.log(1e-9)],
    "wide_300": powers(300, -300, 0),
    "wide_beyond": powers(50, -5000, 0),
    "weak_500": uniform(480) + powers(20, -8, -3),
    "linked_block": uniform(200) + [-45.0 + 0.001 * random.random() for _ in range(100)],
}
CASES |= {f"mixed_{k}": uniform(random.randint(2, 40)) + powers(random.randint(0, 3), -320, -1)
          + near_one(random.randint(0, 5)) for k in range(1, 41)}

mp.dps = 60
with open(Path(__file__).with_name("acat.tsv"), "w") as out:
    print("case\tlog_p\tlog_combined", file=out)
    for name, logs in CASES.items():
        print(name, ",".join(repr(value) for value in logs), nstr(combined(logs), 20), sep="\t",
              file=out)
