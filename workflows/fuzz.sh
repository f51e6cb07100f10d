#!/usr/bin/env bash
# Feeds damaged input to everything that reads users' data, with libFuzzer and the address
# sanitizer.
#
#   bash workflows/fuzz.sh SECONDS [TARGET...]
#
# Builds the targets of Tests/FuzzTests in .build-fuzz and runs each of those named (without a name:
# all) for SECONDS. Seeds and dictionaries are written by the program itself; what libFuzzer keeps
# stays in .build-fuzz/corpus for the next run. An input that crashes a reader or breaks what is
# promised of it is kept in .build-fuzz/findings; to look at one again:
#
#   SLOPEQTL_FUZZ_TARGET=vcf .build-fuzz/release/Fuzzer .build-fuzz/findings/vcf-crash-...
#
# Ends with one line for each target: executions, crashes. Exit code 1 when there was a crash.
set -euo pipefail
export LC_ALL=C.UTF-8

fail() {
  printf 'fuzz: error: %s\n' "$*" >&2
  exit 2
}

[[ "${1:-}" =~ ^[1-9][0-9]*$ ]] || fail "usage: bash workflows/fuzz.sh SECONDS [TARGET...]"
seconds=$1
shift

cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=.build-fuzz
program=$work/release/Fuzzer

# Test access to internals needs -enable-testing in a release build. The linker of this toolchain
# warns about a symbol of the sanitizer itself.
SLOPEQTL_FUZZ=1 swift build -c release --product Fuzzer --scratch-path "$work" \
  --sanitize address --sanitize fuzzer -Xswiftc -enable-testing

# libFuzzer reports crashes itself, Swift's own report would hide its. The Swift runtime keeps memory
# for good, which is no leak. htslib asks for as much memory as a damaged record says, and takes a
# refusal for an answer.
export SWIFT_BACKTRACE=enable=no
sanitizer=detect_leaks=0:quarantine_size_mb=1:allocator_may_return_null=1
export ASAN_OPTIONS=${ASAN_OPTIONS:-$sanitizer:max_allocation_size_mb=4096}

# What the program writes for the readers, in memory where there is such a place.
SLOPEQTL_FUZZ_FOLDER=$(mktemp -d /dev/shm/slopeqtl-XXXXXX 2> /dev/null || mktemp -d)
export SLOPEQTL_FUZZ_FOLDER
trap 'rm -rf "$SLOPEQTL_FUZZ_FOLDER"' EXIT

mkdir -p "$work/seeds" "$work/corpus" "$work/findings" "$work/logs"
known=$(SLOPEQTL_FUZZ_SEEDS=$work/seeds "$program" 2> /dev/null) ||
  fail "no seeds were written"
[ $# -gt 0 ] || mapfile -t targets <<< "$known"
[ $# -eq 0 ] || targets=("$@")
for target in "${targets[@]}"; do
  grep -qx -- "$target" <<< "$known" || fail "no target '$target'; there are" $known
done

# Runs a target until its time is over, again after each crash.
run_target() {
  local target=$1 log=$work/logs/$1.log started=$SECONDS left
  mkdir -p "$work/corpus/$target"
  : > "$log"
  executions=0
  crashes=0
  while left=$((seconds - (SECONDS - started))) && [ "$left" -gt 0 ] && [ "$crashes" -lt 10 ]; do
    local status=0
    SLOPEQTL_FUZZ_TARGET=$target "$program" -max_total_time="$left" -max_len=4096 -timeout=20 \
      -malloc_limit_mb=8192 -rss_limit_mb=3000 -print_final_stats=1 -dict="$work/seeds/$target.dict" \
      -artifact_prefix="$work/findings/$target-" "$work/corpus/$target" "$work/seeds/$target" \
      > "$log.run" 2>&1 || status=$?
    cat "$log.run" >> "$log"
    executions=$((executions + $(awk '/^stat::number_of_executed_units/ { n = $2 } END { print n + 0 }' "$log.run")))
    rm -f "$log.run"
    [ "$status" -eq 0 ] || crashes=$((crashes + 1))
  done
}

total=0
lines=()
for target in "${targets[@]}"; do
  run_target "$target"
  lines+=("$(printf '%-11s %9d executions, %d crashes' "$target" "$executions" "$crashes")")
  printf '%s\n' "${lines[-1]}"
  total=$((total + crashes))
done
printf '\n'
printf '%s\n' "${lines[@]}"
[ "$total" -eq 0 ] || {
  printf 'fuzz: the inputs are in %s/findings, the messages in %s/logs\n' "$work" "$work" >&2
  exit 1
}
