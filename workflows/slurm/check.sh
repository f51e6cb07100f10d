#!/usr/bin/env bash
# A job of submit.sh: reads all input through. Its argument is the configuration.
set -euo pipefail
# shellcheck source=workflows/slurm/scan.conf
source "$1"
"$slopeqtl" check "${scan[@]}" --json > "$result.check.json.partial"
mv "$result.check.json.partial" "$result.check.json"
