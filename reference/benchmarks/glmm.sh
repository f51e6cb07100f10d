#!/usr/bin/env bash
# CPU time of `slopeqtl fit --family` and of lme4's glmer on VerbAgg, cbpp and grouseticks.
#
#   bash reference/benchmarks/glmm.sh [REPEATS] [MODEL ...] > reference/benchmarks/glmm.txt
#
# Needs R with lme4, a release build ($SLOPEQTL_BINARY or .build/release) and $SLOPEQTL_TEST_DATA/classics. glmm.py says
# what is measured.
set -euo pipefail
export LC_ALL=C.UTF-8 OPENBLAS_NUM_THREADS=1

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
slopeqtl=${SLOPEQTL_BINARY:-$here/../../.build/release/slopeqtl}
[ -x "$slopeqtl" ] || { echo "no $slopeqtl: build first with swift build -c release" >&2; exit 1; }
echo "bash reference/benchmarks/glmm.sh $*"
python3 "$here/glmm.py" "$slopeqtl" "${SLOPEQTL_TEST_DATA:-$here/../../../shared/data}/classics" "$@"
