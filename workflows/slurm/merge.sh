#!/usr/bin/env bash
# The last job of submit.sh: joins the parts and makes a page. Its argument is the configuration.
set -euo pipefail
# shellcheck source=workflows/slurm/scan.conf
source "$1"
made=()
for ((k = 1; k <= parts; k++)); do made+=("$result.parts/${k}of$parts"); done
[ -e "$result.manifest.json" ] || "$slopeqtl" merge --out "$result" "${made[@]}"
"$slopeqtl" report "$result" --out "$result.html"
