"""Writes the data sets that fit.R and the tests fit. Python 3 with numpy.

    python3 data.py
"""
import numpy as np

from calibrate import draw


def write(path, header, rows):
    with open(path, "w") as file:
        file.write("\t".join(header) + "\n")
        file.writelines("\t".join(row) + "\n" for row in rows)


def cell(value, form="{:.4f}"):
    return "NA" if np.isnan(value) else form.format(value)


def main():
    a = [[0.4, 0.1], [0.3, 0.3]]
    rng = np.random.default_rng(101)
    values = draw(a, dict(subjects=60, visits=6), rng)
    write("balanced.tsv", ["subject", "time", "x", "y"],
          [[f"s{i:02d}", str(t), cell(x), cell(y)] for i, s in enumerate(values) for t, (x, y) in enumerate(s)])

    # Missed visits and values, a factor and a number that change with time or do not, rows shuffled.
    values = draw(a, dict(subjects=90, visits=9, rho=-0.4, missed=0.1, absent=0.08), rng)
    rows = []
    for i, s in enumerate(values):
        arm, offset = "abc"[i % 3], {"a": 0, "b": 0.5, "c": -0.4}[("abc")[i % 3]]
        for t, (x, y) in enumerate(s):
            dose = float(rng.integers(0, 4))
            if not (np.isnan(x) and np.isnan(y)):
                rows.append([f"s{i:02d}", f"{10 + 2 * t}", cell(x + offset + 0.1 * dose), cell(y - offset),
                             arm, "NA" if rng.random() < 0.02 else f"{dose:g}"])
    rng.shuffle(rows)
    write("gaps.tsv", ["subject", "time", "x", "y", "arm", "dose"], [list(r) for r in rows])

    # Irregular times; x in millions about 5e6, y in thousandths.
    values = draw(a, dict(subjects=80, visits=7, rho=0.5, deviation=0.7), rng)
    rows = []
    for i, s in enumerate(values):
        times = np.cumsum(rng.choice([20, 28, 30, 35, 70], size=7, p=[0.2, 0.3, 0.2, 0.2, 0.1]))
        rows += [[f"s{i:02d}", str(t), cell(5e6 + 1e6 * x, "{:.0f}"), cell(1e-3 * y, "{:.7f}")]
                 for t, (x, y) in zip(times, s)]
    write("irregular.tsv", ["subject", "time", "x", "y"], rows)


if __name__ == "__main__":
    main()
