"""Makes the tables of this folder from tables of `slopeqtl simulate --scenario`.

    python3 prepare.py FOLDER

FOLDER holds NAME.tsv of every scenario, simulated with --seed 3 (see `make.sh`).
"""

import csv
import random
import sys


def read(name):
    with open(f"{sys.argv[1]}/{name}.tsv") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def write(name, rows):
    columns = list(rows[0])
    with open(f"{name}.tsv", "w") as file:
        file.write("\t".join(columns) + "\n")
        for row in rows:
            file.write("\t".join(str(row[c]) for c in columns) + "\n")


def rows(columns, *values):
    return [dict(zip(columns.split(), line.split())) for line in values]


trial = read("trial")
for number, row in enumerate(trial):
    row["copies"] = 1 + (7 * number) % 4
    row["site"] = "ABCAB"[int(row["patient"][1:]) % 5]
write("trial", trial)
# Known subjects, new ones with none, one and two measurements, rows without a subject.
write("trial_new", rows(
    "patient arm time age fev1 copies",
    "p001 treated 30 59.0 NA 2", "p002 control 0 61.5 NA 1", "p002 control 12 61.5 9.9 1",
    "n0 treated 6 48 NA 1", "n0 treated 18 48 NA 3",
    "n1 control 0 66 2.1 2", "n1 control 6 66 NA 1", "n1 control 24 66 NA 1",
    "n2 treated 0 70 2.9 1", "n2 treated 9 70 2.6 4", "n2 treated 12 70 NA 1",
    "NA treated 12 58 NA 2", "NA control 0 58 2.2 1"))

write("arms", read("trial-variances"))
write("arms_new", rows(
    "patient arm time age fev1",
    "p001 treated 30 59.0 NA", "p003 control 12 61.5 NA",
    "n1 control 0 66 2.1", "n1 control 6 66 NA", "n2 treated 0 66 2.1", "n2 treated 6 66 NA",
    "n3 control 6 66 NA", "n4 treated 6 66 NA", "NA treated 12 58 NA", "NA control 12 58 NA"))

centres = read("centres")
write("centres", centres)
write("centres_new", rows(
    "centre patient assay time egfr",
    "c01 1 a01 4 NA", "c02 2 b01 4 NA",
    # A new patient of a known centre, measured in a known and a new assay.
    "c02 901 a01 0 80.5", "c02 901 b02 1 77", "c02 901 a03 3 NA", "c02 901 NA 3 NA",
    # A known patient in that new assay: what it says of the assay matters here, too.
    "c02 2 b02 4 NA",
    # Two new patients of a new centre.
    "c90 1 a01 0 60", "c90 2 a02 2 NA", "c90 1 a02 2 NA",
    "NA 1 a01 2 NA", "c03 NA a02 2 NA", "NA NA NA 2 NA"))

glucose = read("variance-time")
for row in glucose:
    row["week"] = float(row["time"]) + 0.5
write("glucose", glucose)
write("glucose_new", rows(
    "patient device time week glucose",
    "p001 A 12 12.5 NA", "p001 B 12 12.5 NA", "p002 B 2 2.5 NA",
    "n1 B 0 0.5 9.2", "n1 A 5 5.5 8.0", "n1 A 9 9.5 NA", "n0 B 9 9.5 NA", "NA A 9 9.5 NA"))

write("marker", read("progression"))

# Slopes that do not vary, few patients: intercepts and slopes are estimated with correlation -1.
random.seed(3)
level = []
for patient in range(14):
    mean = 5 + random.gauss(0, 1)
    level += [{"patient": f"p{patient}", "time": time,
               "level": f"{mean + 0.3 * time + random.gauss(0, 0.7):.4f}"} for time in range(4)]
write("level", level)
write("level_new", rows(
    "patient time level", "p1 6 NA", "n1 0 6", "n1 5 NA", "n2 3 NA", "NA 3 NA"))
