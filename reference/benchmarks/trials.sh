#!/usr/bin/env bash
# CPU time and memory of `slopeqtl fit` on a quarter of a million trials, beside nlme's lme (a residual
# SD per condition) and lme4's lmer (one residual SD).
#
#   bash reference/benchmarks/trials.sh [REPEATS] [DESIGN ...] > reference/benchmarks/trials.txt
#
# Needs Python 3 with numpy, R with lme4 and nlme, and a release build. trials.py says what is measured.
set -euo pipefail
export LC_ALL=C.UTF-8 OPENBLAS_NUM_THREADS=1

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
slopeqtl=$here/../../.build/release/slopeqtl
[ -x "$slopeqtl" ] || { echo "no $slopeqtl: build first with swift build -c release" >&2; exit 1; }
echo "bash reference/benchmarks/trials.sh $*"
python3 "$here/trials.py" "$slopeqtl" "$@"
