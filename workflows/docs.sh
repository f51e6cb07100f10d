#!/usr/bin/env bash
# Makes what is read beside the program: man pages, shell completions and the libraries' pages.
#
#   bash workflows/docs.sh [DIR]     writes to DIR (default ./docs-output)
#
#   DIR/man/*.1                 `man -l DIR/man/slopeqtl.scan.1`
#   DIR/completions/            slopeqtl.bash, _slopeqtl (zsh), slopeqtl.fish
#   DIR/libraries/*.doccarchive `docc preview`, or any web server
#
# Steps: workflows/setup.sh, a release build, man pages and completions as workflows/install.sh
# installs them, symbol graphs and `docc convert`.
set -euo pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
directory=${1:-./docs-output}

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'docs: error: %s\n' "$*" >&2
  exit 1
}

[ $# -le 1 ] || fail "usage: bash workflows/docs.sh [DIR]"
mkdir -p "$directory/man" "$directory/completions" "$directory/libraries" \
  || fail "cannot make the folder $directory"
directory=$(cd "$directory" && pwd)

# shellcheck source=workflows/setup.sh
source "$root/workflows/setup.sh"
# shellcheck source=workflows/package.sh
source "$root/workflows/package.sh"
cd "$root"

say "Building the release binary"
swift build -c release --product slopeqtl
slopeqtl=$(swift build -c release --show-bin-path)/slopeqtl

say "Man pages: $directory/man"
package_manuals "$slopeqtl" "$directory/man" -c release

say "Completions: $directory/completions"
package_completions "$slopeqtl" "$directory/completions"

say "Libraries: $directory/libraries"
graphs=$(mktemp -d)
trap 'rm -rf "$graphs"' EXIT
# MixedModels has a public interface; what Association offers is for targets of this package.
for library in MixedModels:public Association:package; do
  name=${library%:*}
  rm -f .build/*/symbolgraph/"$name".symbols.json
  # It fails for C targets, whose headers are not read as C++; their symbols are not asked for.
  swift package dump-symbol-graph --minimum-access-level "${library#*:}" \
    --skip-synthesized-members > "$graphs/log" 2>&1 || true
  mkdir "$graphs/$name"
  cp .build/*/symbolgraph/"$name".symbols.json "$graphs/$name/" \
    || { cat "$graphs/log" >&2; fail "the symbols of $name cannot be read"; }
  docc convert "Sources/$name/$name.docc" --additional-symbol-graph-dir "$graphs/$name" \
    --fallback-display-name "$name" --warnings-as-errors \
    --output-path "$directory/libraries/$name.doccarchive"
done

say "Documentation"
ls -d "$directory"/man/*.1 "$directory"/completions/* "$directory"/libraries/*
