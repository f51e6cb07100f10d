#!/usr/bin/env bash
# Checks that the copies of the vector kernels share no weak function.
#
#   bash workflows/check_kernels.sh BUILD_FOLDER
#
# The linker keeps one of several weak symbols of a name. Were one shared by copies compiled for
# different instruction sets, a processor without AVX-512 could meet its instructions.
set -euo pipefail
export LC_ALL=C

folder=${1:?usage: check_kernels.sh BUILD_FOLDER}
copies=("$folder"/Kernel{Baseline,AVX2,AVX512}.build)
for copy in "${copies[@]}"; do
  [ -d "$copy" ] || { echo "check_kernels: error: no objects in $copy" >&2; exit 1; }
  for object in "$copy"/*.o; do nm --defined-only "$object"; done |
    awk '$2 == "W" { print $3 }' | sort -u
done | sort | uniq -d > "$folder/shared-kernel-symbols.txt"
if [ -s "$folder/shared-kernel-symbols.txt" ]; then
  echo "check_kernels: error: weak symbols in more than one copy of the kernels:" >&2
  sed 's/^/  /' "$folder/shared-kernel-symbols.txt" >&2
  exit 1
fi
echo "the copies of the kernels share no weak symbol"
