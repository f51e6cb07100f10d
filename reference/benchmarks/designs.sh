#!/usr/bin/env bash
# Pairs per CPU second of whole scans, from files to finished table, on one thread.
#
#   bash reference/benchmarks/designs.sh [REPEATS] > reference/benchmarks/designs.txt
#
# Simulated designs, 300 genes that share 4,096 variants (--trans): A 100 donors × 8 times with 12
# covariates; B as A with 15 % of the samples missing; C 19 × 16 with 5 % missing and 8 covariates;
# D 500 × 4 with 12 covariates; about a third of their fits are singular. Real data: timecourse_chr22 in $SLOPEQTL_TEST_DATA (default
# ../shared/data), cis windows; skipped where it is absent. Each is scanned with the default
# formula and the simulated ones with --covariate-by-time none too, once with all rows written and
# once with --pval-threshold 1e-3. At the end, design A on two threads against one.
#
# CPU time is user + system of the scan's process. Before and after each scan the core's dgemm rate
# is measured (1024³, Benchmarks --filter peak/dgemm); rates are scaled to 45 Gflop/s by the mean of
# the two. Medians of REPEATS (default 5), one scan of everything after the other in each repeat.
#
# GENES (300; all of timecourse_chr22), VARIANTS (4096) and DESIGNS ("A B C D chr22") make a trial
# smaller; DF (satterthwaite) is what --df gets. Needs Python 3 and a release build (swift build -c release); progress is on standard
# error.
set -euo pipefail
export LC_ALL=C.UTF-8 OPENBLAS_NUM_THREADS=1

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
for program in slopeqtl Benchmarks; do
  [ -x "$root/.build/release/$program" ] || {
    echo "no $program: build first with swift build -c release" >&2
    exit 1
  }
done
export SLOPEQTL_TEST_DATA="${SLOPEQTL_TEST_DATA:-$root/../shared/data}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -B "$here/designs.py" "$root/.build/release" "$folder" "${1:-5}"
