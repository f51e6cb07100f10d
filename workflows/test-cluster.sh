#!/usr/bin/env bash
# Runs the workflows for real, as continuous integration does: Snakemake, a one-node Slurm started for it,
# CWL, an installation, a Debian package in a bare root. The merged bytes are those of one scan every time.
#
#   bash workflows/test-cluster.sh
#
# Steps: Debian packages (workflows/setup.sh; Slurm, munge, debootstrap), Python packages in
# .build/cluster-venv, workflows/install.sh into .build/cluster-install, then workflows/cluster/test_*.sh.
# What a machine cannot run is skipped and named: Slurm needs root. Ends with a line
# "N passed, N failed, N skipped" of whole scripts.
#
# SLOPEQTL_BINARY names another program to test, which is not built then.
set -euo pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '\n== %s\n' "$*"; }

# shellcheck source=workflows/setup.sh
source workflows/setup.sh

say "Packages"
if command -v apt-get > /dev/null; then
  (setup_install python3-venv) || setup_say "no python3-venv"
  if [ "$(id -u)" -eq 0 ]; then
    (setup_install slurmctld slurmd slurm-client munge debootstrap) \
      || setup_say "no Slurm or no debootstrap: their tests will be skipped"
  fi
fi
venv=$root/.build/cluster-venv
if [ ! -x "$venv/bin/snakemake" ] || [ ! -x "$venv/bin/cwltool" ]; then
  mkdir -p .build
  { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet -r workflows/cluster/requirements.txt; } \
    || setup_say "Snakemake and cwltool cannot be installed: their tests will be skipped"
fi
export PATH=$venv/bin:$PATH

if [ -z "${SLOPEQTL_BINARY:-}" ]; then
  say "Installation"
  bash workflows/install.sh "$root/.build/cluster-install"
  SLOPEQTL_BINARY=$root/.build/cluster-install/bin/slopeqtl
fi
export SLOPEQTL_BINARY

slurm=
stop_slurm() {
  [ -z "$slurm" ] || bash workflows/cluster/slurm_node.sh down "$slurm"
  [ -z "$slurm" ] || rm -rf "$slurm"
}
trap stop_slurm EXIT
if [ "$(id -u)" -eq 0 ] && command -v slurmctld munged > /dev/null; then
  say "Slurm"
  slurm=$(mktemp -d)
  bash workflows/cluster/slurm_node.sh up "$slurm" || setup_say "no Slurm: its tests will be skipped"
fi

passed=0
failed=0
skipped=0
for test in workflows/cluster/test_*.sh; do
  say "$(basename "$test" .sh)"
  started=$SECONDS
  status=0
  bash "$test" || status=$?
  case $status in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
  esac
  echo "$((SECONDS - started)) s"
done

printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
