#!/usr/bin/env bash
# Builds and tests everything, as continuous integration does.
#
#   bash workflows/test.sh
#
# Steps: workflows/setup.sh; layout of the tracked files; format lint; debug build of all targets
# and tests (Package.swift makes warnings errors in our targets; the compiler flag would do so in
# dependencies too, whose warnings are not ours to mend); release build;
# `swift test`. Ends with a line "N passed, N failed, N skipped".
#
# SLOPEQTL_TEST_DATA (default ../shared/data) holds real data; tests that miss it are skipped.
# SLOPEQTL_BINARY is set to the release binary, which the command tests run.
set -euo pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'test: error: %s\n' "$*" >&2
  exit 1
}

# shellcheck source=workflows/setup.sh
source workflows/setup.sh

# A browser looks at pages, rsvg-convert makes PNG and PDF; without them those tests are skipped.
if command -v apt-get > /dev/null; then
  (setup_install chromium librsvg2-bin) \
    || setup_say "no browser or no rsvg-convert: pages and pictures will not be looked at"
fi

say "Layout"
if git rev-parse --is-inside-work-tree > /dev/null 2>&1; then
  unexpected=$(git ls-files | cut -d / -f 1 | sort -u | awk '
    /^\./ { next }
    /^(Package\.swift|Sources|Tests|reference|workflows|LICENSE)$/ { next }
    /^(README|CHANGELOG|CONTRIBUTING)\.md$/ { next }
    { print }')
  [ -z "$unexpected" ] || fail "tracked at the top level, but not part of the layout: $unexpected"
  echo "tracked files keep to the layout"
else
  echo "not a git work tree: layout not checked"
fi

say "Format lint"
swift format lint --strict -r -p Sources Tests Package.swift
echo "no findings"

say "Debug build"
swift build --build-tests --explicit-target-dependency-import-check error

say "Release build"
swift build -c release --product slopeqtl --explicit-target-dependency-import-check error
binaries=$(swift build -c release --show-bin-path)
SLOPEQTL_BINARY=$binaries/slopeqtl
[ -x "$SLOPEQTL_BINARY" ] || fail "no binary at $SLOPEQTL_BINARY"
export SLOPEQTL_BINARY
[ "$(uname -m)" != x86_64 ] || bash workflows/check_kernels.sh "$binaries"

say "Tests"
export SLOPEQTL_TEST_DATA="${SLOPEQTL_TEST_DATA:-$root/../shared/data}"
[ -d "$SLOPEQTL_TEST_DATA" ] || echo "no real data at $SLOPEQTL_TEST_DATA: its tests are skipped"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
swift test --skip-build 2>&1 | tee "$log" || status=$?

# Counts whole tests, not the cases of a parameterised one.
awk '
  /Test run with [0-9]+ tests? / {
    for (i = 1; i < NF; i++) if ($i == "with" && $(i + 2) ~ /^tests?$/) total += $(i + 1)
    next
  }
  / Test [^ ].* failed after / && !/ Test case / { failed++ }
  # The mark tells a skipped test from one whose name has the word.
  index($0, "➜ Test ") == 1 { skipped++ }
  # XCTest, were a test written with it.
  /^\t Executed [0-9]+ tests?, with / { executed = $2; broken = $5 }
  END {
    printf "\n%d passed, %d failed, %d skipped\n",
      total - failed - skipped + executed - broken, failed + broken, skipped
    if (total + executed == 0) {
      print "test: error: no test ran" > "/dev/stderr"
      exit 1
    }
  }' "$log"
exit "$status"
