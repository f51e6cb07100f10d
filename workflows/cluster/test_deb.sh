#!/usr/bin/env bash
# Installs the Debian package in a bare system and compares what the program makes there.
#
#   bash workflows/cluster/test_deb.sh [DEB]     without DEB, workflows/deb.sh makes one first
#
# Steps: debootstrap makes a minimal root of this machine's release in a temporary folder, from the
# mirror of the machine's own package lists; apt installs the package there with what it depends on;
# `slopeqtl --version`, `simulate`, `scan` and `report` run in the root, then outside of it with
# SLOPEQTL_BINARY (default: the program of the package); the tables must have the same bytes;
# the package is removed again. Mounts are made in a namespace of this script, and end with it.
#
# Ends with exit code 77 and the reason where it cannot run: no root, no mirror.
set -euo pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'test_deb: error: %s\n' "$*" >&2
  exit 1
}

skip() {
  printf 'skipped: %s\n' "$*"
  exit 77
}

[ $# -le 1 ] || fail "usage: bash workflows/cluster/test_deb.sh [DEB]"
package=${1:-}
[ -z "$package" ] || [ -f "$package" ] || fail "no file $package"
[ "$(id -u)" -eq 0 ] || skip "a bare system is made by root only"
command -v apt-get > /dev/null || skip "this is not Debian or Ubuntu"

if [ -z "${SLOPEQTL_NAMESPACE:-}" ]; then
  unshare --mount true 2> /dev/null || skip "this root may not mount"
  SLOPEQTL_NAMESPACE=1 exec unshare --mount --propagation private bash "$0" "$@"
fi

# shellcheck source=workflows/setup.sh
source "$root/workflows/setup.sh"
(setup_install debootstrap) || skip "debootstrap cannot be installed"

# The lists of the distribution itself, one line `URI suite codename component` each.
distribution=$(. /etc/os-release && echo "$ID")
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
# shellcheck disable=SC2016
lists=$(
  apt-get indextargets --format '$(ORIGIN)|$(REPO_URI) $(RELEASE) $(CODENAME) $(COMPONENT)' \
    'Created-By: Packages' | sed -n "s/^$distribution|//Ip" | sort -u
)
mirror=$(awk -v codename="$codename" '$2 == codename { print $1; exit }' <<< "$lists")
[ -n "$mirror" ] || skip "this machine has no package lists of '$distribution $codename'"

work=$(mktemp -d)
bare=$work/root
finish() {
  # debootstrap, when interrupted, leaves mounts of its own.
  awk -v bare="$bare/" 'index($2, bare) == 1 { print $2 }' /proc/self/mounts | sort -r \
    | xargs -r -n 1 umount --lazy || true
  rm -rf --one-file-system "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

/usr/lib/apt/apt-helper download-file "${mirror%/}/dists/$codename/Release" "$work/Release" \
  > "$work/log" 2>&1 || skip "the mirror $mirror cannot be reached"

if [ -z "$package" ]; then
  bash "$root/workflows/deb.sh" "$work/deb"
  package=$(ls "$work"/deb/*.deb)
fi

started=$SECONDS
say "A bare $distribution $codename from $mirror"
components=$(awk -v mirror="$mirror" -v codename="$codename" \
  '$1 == mirror && $2 == codename { print $4 }' <<< "$lists" | paste -sd ,)
include=()
case $mirror in https:*) include=(--include=ca-certificates) ;; esac
debootstrap --variant=minbase --components="$components" "${include[@]}" \
  "$codename" "$bare" "$mirror" > "$work/log" 2>&1 || {
  tail -n 20 "$work/log" >&2
  fail "debootstrap failed"
}
# Updates and security fixes as outside, and the same way to the mirror.
awk '{ print "deb", $1, $2, $4 }' <<< "$lists" > "$bare/etc/apt/sources.list"
apt-config dump Acquire | grep -i proxy > "$bare/etc/apt/apt.conf.d/90proxy" || true
mount -t proc proc "$bare/proc"
printf '%s s\n' $((SECONDS - started))

inside() {
  chroot "$bare" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"
}
quietly() { "$@" > "$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; fail "failed: $*"; }; }

say "Installing $(basename "$package")"
cp "$package" "$bare/tmp/slopeqtl.deb"
quietly inside apt-get update
packages() { inside dpkg-query -W -f '.\n' | wc -l; }
before=$(packages)
quietly inside apt-get install -y --no-install-recommends /tmp/slopeqtl.deb
quietly inside dpkg --verify slopeqtl
printf '%d packages, %d s\n' $(($(packages) - before)) $((SECONDS - started))

# run FOLDER PROGRAM...: the commands, with files named from the folder.
run() {
  local folder=$1
  shift
  "$@" simulate --out "$folder/cohort" --donors 40 --times 5 --genes 12 --variants 600 \
    --missing 0.1 --seed 11 --quiet
  "$@" scan --vcf "$folder/cohort.vcf.gz" --bed "$folder/cohort.bed.gz" \
    --samples "$folder/cohort.samples.tsv" --cov "$folder/cohort.covariates.txt" \
    --out "$folder/scan" --threads 2 --quiet
  "$@" report "$folder/scan" --out "$folder/scan.html" --quiet
}

say "The program inside and outside"
inside slopeqtl --version
mkdir "$bare/tmp/run" "$work/run"
run /tmp/run inside slopeqtl
dpkg-deb -x "$package" "$work/unpacked"
run "$work/run" "${SLOPEQTL_BINARY:-$work/unpacked/usr/bin/slopeqtl}"
for table in pairs genes; do
  cmp "$bare/tmp/run/scan.$table.tsv.gz" "$work/run/scan.$table.tsv.gz" \
    || fail "scan.$table.tsv.gz is not the same inside and outside"
done
[ "$(zcat "$work/run/scan.pairs.tsv.gz" | wc -l)" -gt 100 ] || fail "the scan has too few rows"
[ -s "$bare/tmp/run/scan.html" ] || fail "there is no report"
echo "scan.pairs.tsv.gz and scan.genes.tsv.gz have the same bytes"

quietly inside dpkg --purge slopeqtl
left=$(find "$bare" -xdev -path "$bare/tmp" -prune -o -iname '*slopeqtl*' -print)
[ -z "$left" ] || fail "left behind when removed: $left"
say "Passed in $((SECONDS - started)) s"
