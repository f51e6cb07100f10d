"""Draws results.tsv: observed over nominal type-I error, and power at the true size.

    python figure.py results.tsv calibration.svg
"""

import csv
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from scenarios import SCENARIOS

TESTS = {
    "satterthwaite": ("Satterthwaite (default)", "#0b5394", "o"),
    "kenward_roger": ("Kenward–Roger", "#45818e", "s"),
    "normal": ("normal test", "#e69138", "^"),
    "lrt": ("likelihood ratio", "#b45f06", "v"),
    "null_variances": ("variances of the null fit", "#999999", "D"),
    "intercept": ("random intercept only", "#cc0000", "P"),
    "ols": ("least squares of samples", "#741b47", "X"),
    "pc_main": ("default, but PC not × time", "#000000", "*"),
    "acat": ("ACAT", "#674ea7", "o"),
    "emt": ("eigenMT", "#a64d79", "s"),
    "bootstrap": ("bootstrap", "#38761d", "^"),
    "permutation": ("permutation", "#e69138", "D"),
}

TAIL_LEVELS = ["0.05", "0.01", "0.001", "0.0001", "1e-05", "1e-06"]

# Parts with effects by the part without that they belong to.
NULLS = {"pairs": "power", "genes": "gene_power"}


def main():
    with open(sys.argv[1]) as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["rows"] == "all"]
    panels = [("pairs", "0.01", "ratio", "Type-I error of pairs over 0.01"),
              ("power", "0.001", "power", "Power of pairs at 0.001"),
              ("tails", None, "ratio", "Type-I error of pairs by level"),
              ("genes", "0.01", "ratio", "Type-I error of genes over 0.01"),
              ("gene_power", "0.01", "power", "Power of genes at 0.01")]
    panels = [panel for panel in panels if any(row["part"] == panel[0] for row in rows)]
    donors = sorted({int(row["donors"]) for row in rows})
    # Parts that some scenarios lack get rows for those that they have.
    shown = {part: [scenario.name for scenario in SCENARIOS if part == "tails" or any(
        row["part"] == part and row["scenario"] == scenario.name for row in rows)] for part, *_ in panels}
    shown["tails"] = TAIL_LEVELS
    heights = [0.42 * max(3, len(shown[part])) + 0.4 for part, *_ in panels]
    figure, grid = plt.subplots(
        len(panels), len(donors), figsize=(4.6 * len(donors) + 2.2, sum(heights) + 0.9),
        squeeze=False, sharey="row", height_ratios=heights)
    # Tests whose size is above 1.25 of the nominal one: their power is bought.
    inflated = {(NULLS[row["part"]], row["alpha"], row["scenario"], row["donors"], row["test"])
                for row in rows if row["part"] in NULLS and float(row["ratio"]) > 1.25}
    for line, (part, alpha, kind, title) in enumerate(panels):
        for place, count in enumerate(donors):
            axis = grid[line][place]
            chosen = [row for row in rows if row["part"] == part and row["alpha"] == alpha
                      and int(row["donors"]) == count]
            if part == "tails":
                chosen = tails(rows, count)
            draw(axis, chosen, kind, inflated, shown[part])
            axis.set_title(f"{title}, {count} donors" if place == 0 else f"{count} donors",
                           fontsize=10, loc="left")
    handles = {}
    for axis in figure.axes:
        for handle, label in zip(*axis.get_legend_handles_labels()):
            handles.setdefault(label, handle)
    figure.text(0.01, 0.01,
                "By level: slope SD large. Bars: two standard errors. Hollow: type-I error above 1.25 of its level.", fontsize=8.5)
    figure.legend(handles.values(), handles.keys(), loc="lower center", bbox_to_anchor=(0.5, 0.02), ncol=1 + 2 * len(donors), frameon=False, fontsize=9)
    figure.tight_layout(rect=(0, 0.05 + 0.02 * (len(panels) < 3), 1, 1))
    figure.savefig(sys.argv[2], metadata={"Date": None} if sys.argv[2].endswith("svg") else None)


def tails(rows, donors):
    """Rates at all levels of the two tests that hold their level, with levels for scenarios."""
    chosen = [row for row in rows if row["scenario"] == "large" and int(row["donors"]) == donors
              and row["test"] in ("satterthwaite", "kenward_roger")
              and (row["part"] == "tails" or row["part"] == "pairs" and row["alpha"] in TAIL_LEVELS[:3])]
    return [dict(row, scenario=row["alpha"]) for row in chosen]


def draw(axis, rows, kind, inflated, names):
    """Scenarios from top to bottom, one mark a test with two standard errors on either side."""
    titles = {scenario.name: scenario.title for scenario in SCENARIOS} | {
        level: level.replace("e-0", "e-").replace("0.0001", "1e-4") for level in TAIL_LEVELS}
    present = [test for test in TESTS if any(row["test"] == test for row in rows)]
    for index, test in enumerate(present):
        label, colour, marker = TESTS[test]
        offset = 0.7 * (index / max(1, len(present) - 1) - 0.5)
        for row in rows:
            if row["test"] != test:
                continue
            value, error = ("ratio", "ratio_se") if kind == "ratio" else ("observed", "se")
            value, error = float(row[value]), 2 * float(row[error])
            hollow = tuple(row[name] for name in ("part", "alpha", "scenario", "donors", "test")) in inflated
            low = max(value - error, 0.02) if kind == "ratio" else value - error
            place = names.index(row["scenario"]) + offset
            axis.plot([low, max(value + error, low)], [place, place], color=colour, linewidth=1)
            axis.plot([max(value, 0.02) if kind == "ratio" else value], [place], marker, color=colour,
                      markersize=4.5, markerfacecolor="white" if hollow else colour,
                      label=None if hollow else label)
    axis.set_yticks(range(len(names)), [titles[name] for name in names], fontsize=8.5)
    axis.set_ylim(max(len(names) - 0.5, 0.5), -0.5)
    for border in range(1, len(names)):
        axis.axhline(border - 0.5, color="#eeeeee", linewidth=0.8, zorder=0)
    axis.spines[["top", "right"]].set_visible(False)
    axis.tick_params(axis="x", labelsize=8.5)
    if kind == "ratio":
        axis.set_xscale("log")
        axis.axvspan(0.9, 1.1, color="#d9ead3", zorder=0)
        axis.axvline(1, color="#6aa84f", linewidth=0.8, zorder=0)
        axis.set_xlim(0.018, 110)
        axis.set_xticks([0.02, 0.1, 0.5, 1, 2, 10, 100], ["≤0.02", "0.1", "0.5", "1", "2", "10", "100"])
        axis.minorticks_off()
    else:
        axis.set_xlim(0, 1)


if __name__ == "__main__":
    main()
