"""What the Cauchy combination does by itself: its rates for exact p-values in LD.

Draws normal z-scores of neighbouring variants whose correlation falls with distance (AR(1)), and combines
their exact p-values: as the definition has it (`plain`), with p capped at 1 - 1/variants as slopeqtl caps
them (`capped`), and the latter compared with 1,000 other draws of the same correlation (`ranked`): the rank
among them down to 0.01, and below it the Cauchy tail times the factor that was right there.

    python cauchy.py
"""

import numpy as np
from scipy import special

ALPHAS = [0.05, 0.01, 0.001]
REFERENCE = 1000
# Of the reference draws, how many the factor of the tail is taken at.
COUNTED = 10


def main():
    generator = np.random.default_rng(5)
    print("variants", "r", "r2", *(f"{name}_{alpha}" for name in ("plain", "capped", "ranked") for alpha in ALPHAS), sep="\t")
    for variants in (5, 20, 100):
        for correlation in (0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.98, 0.995):
            found = [[], [], []]
            for _ in range(2 if variants == 100 else 8):
                plain, capped = combined(generator, variants, correlation, 100_000)
                _, reference = combined(generator, variants, correlation, 100 * REFERENCE)
                ranked = compared(capped.reshape(100, -1), reference.reshape(100, -1))
                for values, p in zip(found, (plain, capped, ranked)):
                    values.append(p.ravel())
            shares = [np.mean(np.concatenate(values) <= alpha) / alpha
                      for values in found for alpha in ALPHAS]
            print(variants, correlation, f"{correlation**2:.2f}", *(f"{share:.2f}" for share in shares),
                  sep="\t", flush=True)


def combined(generator, variants, correlation, draws):
    """Combined p-values of `draws` windows, without and with the cap."""
    z = generator.standard_normal(draws)
    totals = np.zeros((2, draws))
    for variant in range(variants):
        if variant:
            z = correlation * z + np.sqrt(1 - correlation**2) * generator.standard_normal(draws)
        p = 2 * special.ndtr(-np.abs(z))
        totals[0] += 1 / np.tan(np.pi * p)
        totals[1] += 1 / np.tan(np.pi * np.minimum(p, 1 - 1 / variants))
    return 0.5 - np.arctan(totals / variants) / np.pi


def compared(p, reference):
    """Each row of p-values by its row of reference draws."""
    found = []
    for values, draws in zip(p, np.sort(reference)):
        rank = np.searchsorted(draws, values, "right")
        border = COUNTED / (REFERENCE + 1)
        tail = np.minimum(border, values * border / draws[COUNTED - 1])
        found.append(np.where(rank >= COUNTED, (1 + rank) / (REFERENCE + 1), tail))
    return np.array(found)


if __name__ == "__main__":
    main()
