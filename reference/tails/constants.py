"""Constants of the lane functions for Student's t, printed as Horner steps.

Mills' ratio: (1 + w) M(w), M(w) = Q(w)/phi(w) of the normal distribution, as a polynomial in
s = (w - 4)/(w + 4), which maps [0, inf) to [-1, 1): its Chebyshev series to degree 23, in powers.

Incomplete beta function: g(u) = sqrt((u/2)/sinh(u/2)) = sum g_k u^(2k), and the ratio
Gamma(T + 3/4)/(Gamma(T + 1/4) sqrt(T)) = sum r_k (2T)^(-2k), the reciprocal of the formal series
sum g_k (4k - 1)!! (2T)^(-2k). Needs mpmath.
"""

from fractions import Fraction
from math import factorial

from mpmath import cos, erfc, exp, fac2, mp, mpf, nstr, pi, sqrt

mp.dps = 60
DEGREE = 23
TERMS = 10


def mills(w):
    """Q(w)/phi(w); far out by its asymptotic series, whose terms then fall below 1e-60."""
    if w > 400:
        return sum((-1) ** j * fac2(2 * j - 1) / w ** (2 * j + 1) for j in range(16))
    return exp(w * w / 2) * erfc(w / sqrt(mpf(2))) * sqrt(pi / 2)


def scaled(s):
    return mpf(1) if s == 1 else (1 + 4 * (1 + s) / (1 - s)) * mills(4 * (1 + s) / (1 - s))


def chebyshev_in_powers(function, degree, nodes=80):
    """Coefficients of 1, s, s^2 ... of the Chebyshev series cut after `degree`."""
    angles = [pi * (j + mpf(1) / 2) / nodes for j in range(nodes)]
    values = [function(cos(angle)) for angle in angles]
    powers = [mpf(0)] * (degree + 1)
    before, now = [mpf(1)], [mpf(0), mpf(1)]
    for k in range(degree + 1):
        weight = 2 * sum(v * cos(k * a) for v, a in zip(values, angles)) / nodes
        for power, factor in enumerate(before):
            powers[power] += factor * weight * (mpf(1) / 2 if k == 0 else 1)
        shifted = [mpf(0)] + [2 * factor for factor in now]
        following = [a - b for a, b in zip(shifted, before + [mpf(0)] * 2)]
        before, now = now, following
    return powers


def weight_series(terms):
    """g_0 ... g_terms, from 2 f's + s'f = 0 for f = s^(-1/2), s = sinh(u/2)/(u/2)."""
    s = [Fraction(1, 4**k * factorial(2 * k + 1)) for k in range(terms + 1)]
    f = [Fraction(1)]
    for k in range(1, terms + 1):
        f.append(sum((Fraction(-j, 2) - (k - j)) * s[j] * f[k - j] for j in range(1, k + 1)) / k)
    return f


def reciprocal(series):
    inverse = [1 / series[0]]
    for k in range(1, len(series)):
        inverse.append(-sum(series[j] * inverse[k - j] for j in range(1, k + 1)) / series[0])
    return inverse


def show(name, values):
    print(name)
    for value in reversed(values):
        value = mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else value
        print("  ", nstr(value, 20))


if __name__ == "__main__":
    g = weight_series(TERMS)
    moments = [c * int(fac2(4 * k - 1)) for k, c in enumerate(g)]
    show("(1 + w) M(w), powers of (w - 4)/(w + 4), highest first",
         chebyshev_in_powers(scaled, DEGREE))
    show("g_k, highest first", g)
    show("gamma ratio, powers of 1/(2T)^2, highest first", reciprocal(moments))
