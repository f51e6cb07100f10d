"""Prints the tables of the main README from results.tsv, as Markdown.

    python summary.py results.tsv
"""

import csv
import sys

from scenarios import DESIGNS, SCENARIOS

TESTS = {
    "satterthwaite": "the default", "kenward_roger": "`--df kenward-roger`", "normal": "`--df infinite`",
    "ml_t": "`--criterion ml`", "lrt": "`--criterion ml`, `pval_lrt`", "null_variances": "`--refit none`",
    "intercept": "`--random '(1 \\| donor)'`", "ols": "least squares of samples"}

METHODS = {
    "acat": "`acat`", "emt": "`emt`", "bootstrap": "`bootstrap:1000`", "permutation": "`permutation:1000`"}
TAILS = {test: TESTS[test] for test in ("satterthwaite", "kenward_roger", "intercept")}
SLOPES = ("large", "none", "small")


def main():
    with open(sys.argv[1]) as file:
        rows = {tuple(row[name] for name in ("part", "scenario", "donors", "test", "rows", "alpha")): row
                for row in csv.DictReader(file, delimiter="\t")}

    def value(part, scenario, donors, test, column, alpha):
        row = rows.get((part, scenario, str(donors), test, "all", alpha))
        return "–" if row is None or row[column] == "NA" else digits(float(row[column]))

    print("| expression | " + " | ".join(f"{count} donors" for count in DESIGNS) + " |")
    print("|---|" + "---|" * len(DESIGNS))
    for scenario in SCENARIOS:
        cells = [" / ".join(value("pairs", scenario.name, count, "satterthwaite", "ratio", alpha)
                            for alpha in ("0.01", "0.001")) for count in DESIGNS]
        print(f"| {scenario.title} | " + " | ".join(cells) + " |")
    print()
    chosen = [("none", 19), ("small", 19), ("large", 19), ("none", 100), ("small", 100), ("large", 100)]
    print("| test | " + " | ".join(f"{count} donors, {name}" for name, count in chosen) + " |")
    print("|---|" + "---|" * len(chosen))
    for test, title in TESTS.items():
        cells = [f"{value('pairs', name, count, test, 'ratio', '0.01')} "
                 f"({value('power', name, count, test, 'observed', '0.001')})" for name, count in chosen]
        if any(cell != "– (–)" for cell in cells):
            print(f"| {title} | " + " | ".join(cells) + " |")
    print()
    levels = {"genes": ("0.05", "0.01", "0.001"), "tails": ("0.0001", "1e-05", "1e-06")}
    for part, titles in (("genes", METHODS), ("tails", TAILS)):
        columns = [(count, name) for name in SLOPES for count in DESIGNS
                   if any(key[:3] == (part, name, str(count)) for key in rows)]
        print(f"| {part} | " + " | ".join(f"{count} donors, {name}" for count, name in columns) + " |")
        print("|---|" + "---|" * len(columns))
        for test, title in titles.items():
            cells = []
            for count, name in columns:
                cell = " / ".join(value(part, name, count, test, "ratio", alpha) for alpha in levels[part])
                power = value("gene_power", name, count, test, "observed", "0.01")
                cells.append(cell + (f" ({power})" if part == "genes" else ""))
            print(f"| {title} | " + " | ".join(cells) + " |")
        print()


def digits(number):
    return f"{number:.2f}" if number < 9.95 else f"{number:.0f}"


if __name__ == "__main__":
    main()
