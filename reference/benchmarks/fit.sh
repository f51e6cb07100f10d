#!/usr/bin/env bash
# CPU time of `slopeqtl fit` and of lme4's lmer on the same simulated data: longitudinal, crossed and nested.
#
#   bash reference/benchmarks/fit.sh [REPEATS] [DESIGN ...] > reference/benchmarks/fit.txt
#
# Needs Python 3 with numpy, R with lme4 and a release build. fit.py says what is measured.
set -euo pipefail
export LC_ALL=C.UTF-8 OPENBLAS_NUM_THREADS=1

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
slopeqtl=$here/../../.build/release/slopeqtl
[ -x "$slopeqtl" ] || { echo "no $slopeqtl: build first with swift build -c release" >&2; exit 1; }
echo "bash reference/benchmarks/fit.sh $*"
python3 "$here/fit.py" "$slopeqtl" "$@"
