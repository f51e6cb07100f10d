#!/usr/bin/env bash
# Pairs per CPU second of slopeqtl and of lme4, lmerTest and tensorQTL, on the same files in one run.
#
#   bash reference/benchmarks/peers.sh [REPEATS] > reference/benchmarks/peers.txt
#   bash reference/benchmarks/peers.sh install
#
# Simulates design A of designs.sh (100 donors × 8 times, 12 covariates, 300 genes that share 4,096
# variants) and alternates REPEATS times (default 3) between
#
# - slopeqtl scan --pval-threshold 1e-3 on one thread: the whole program, reading and writing
#   included, covariates by main effects only, as the peers have them;
# - lme4 and lmerTest with the same formula on 40 pairs (lme4_rate.R): fits alone;
# - tensorQTL's cis interaction with time (tensorqtl_rate.py): the mapping call alone, the fastest
#   of several windows. It treats a donor's samples as if they were independent: another test,
#   compared in speed only.
#
# A peer that is not installed is skipped. lme4 and lmerTest are Debian's r-cran-lme4 and
# r-cran-lmertest. "install" puts tensorQTL from PyPI into the virtual environment $PEERS_VENV
# (default ~/.cache/slopeqtl-peers); pip's own settings apply, such as PIP_CONSTRAINT for a build of
# torch without CUDA, which is all that is needed. GENES (300) and VARIANTS (4096) make a trial
# smaller. Needs Python 3 and a release build.
set -euo pipefail
export LC_ALL=C.UTF-8 OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export PEERS_VENV="${PEERS_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/slopeqtl-peers}"

if [ "${1:-}" = install ]; then
  python3 -m venv "$PEERS_VENV"
  # tensorQTL imports pandas_plink and writes Parquet, but does not require either.
  exec "$PEERS_VENV/bin/pip" install tensorqtl==1.0.10 pandas-plink pyarrow
fi

for program in slopeqtl Benchmarks; do
  [ -x "$root/.build/release/$program" ] || {
    echo "no $program: build first with swift build -c release" >&2
    exit 1
  }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -B "$here/peers.py" "$root/.build/release" "$folder" "${1:-3}"
