#!/usr/bin/env bash
# Installs the program with its man pages and shell completions.
#
#   bash workflows/install.sh [PREFIX]      default /usr/local; ~/.local needs no administrator
#   DESTDIR=DIR bash workflows/install.sh   puts the same tree below DIR, for packages
#
#   PREFIX/bin/slopeqtl
#   PREFIX/share/man/man1/*.1
#   PREFIX/share/bash-completion/completions/slopeqtl
#   PREFIX/share/zsh/site-functions/_slopeqtl
#   PREFIX/share/fish/vendor_completions.d/slopeqtl.fish
#
# The program has Swift's standard library in it and needs no Swift to run; the Debian packages that
# it does need are printed at the end.
#
# Steps: whether all may be written, workflows/setup.sh, a release build in .build-install (next to
# other builds, of which it could use nothing), man pages, completions.
set -euo pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
prefix=${1:-/usr/local}
scratch=.build-install

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'install: error: %s\n' "$*" >&2
  exit 1
}

[ $# -le 1 ] || fail "usage: bash workflows/install.sh [PREFIX]"
case $prefix in
  /*) ;;
  -*) fail "usage: bash workflows/install.sh [PREFIX]" ;;
  *) fail "PREFIX is '$prefix', but must be an absolute path, for example $PWD/${prefix#./}" ;;
esac
case ${DESTDIR:-/} in
  /*) ;;
  *) fail "DESTDIR is '$DESTDIR', but must be an absolute path" ;;
esac
destination=${DESTDIR:-}${prefix%/}
folders=(
  bin share/man/man1 share/bash-completion/completions share/zsh/site-functions
  share/fish/vendor_completions.d
)

# Minutes of building are not to end in a refusal.
for folder in "${folders[@]}"; do
  place=$destination/$folder
  while [ ! -e "$place" ] && [ ! -L "$place" ]; do place=$(dirname "$place"); done
  [ -d "$place" ] || fail "$destination/$folder cannot be made: $place is not a folder"
  { [ -w "$place" ] && [ -x "$place" ]; } || fail \
    "$(id -un) may not write to $place; give a PREFIX of your own (bash workflows/install.sh" \
    "$HOME/.local), or make a package (workflows/deb.sh) for an administrator to install"
done

# shellcheck source=workflows/setup.sh
source "$root/workflows/setup.sh"
# shellcheck source=workflows/package.sh
source "$root/workflows/package.sh"
cd "$root"

# Without the flag the program would look for libraries in its own folder, too.
say "Building the release binary with the standard library in it"
flags=(--scratch-path "$scratch" -c release --static-swift-stdlib --disable-local-rpath)
swift build "${flags[@]}" --product slopeqtl

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$(swift build "${flags[@]}" --show-bin-path)/slopeqtl" "$work/slopeqtl"
# More than a third of the file are symbols.
strip "$work/slopeqtl"

say "Man pages and completions"
mkdir "$work/man" "$work/completions"
package_manuals "$work/slopeqtl" "$work/man" "${flags[@]}"
package_completions "$work/slopeqtl" "$work/completions"

say "Installing below $destination"
put() {
  install -m "$1" -D "$2" "$destination/$3"
  printf '%s\n' "$destination/$3"
}
put 755 "$work/slopeqtl" bin/slopeqtl
for page in "$work"/man/*.1; do put 644 "$page" "share/man/man1/$(basename "$page")"; done
put 644 "$work/completions/slopeqtl.bash" share/bash-completion/completions/slopeqtl
put 644 "$work/completions/_slopeqtl" share/zsh/site-functions/_slopeqtl
put 644 "$work/completions/slopeqtl.fish" share/fish/vendor_completions.d/slopeqtl.fish

say "$("$destination/bin/slopeqtl" --version) is installed and needs"
if command -v apt-get > /dev/null && (setup_install dpkg-dev) \
  && needed=$(package_dependencies "$destination/bin/slopeqtl"); then
  printf '%s\n' "${needed//, /$'\n'}"
else
  echo "these libraries (their packages are known on Debian and Ubuntu with dpkg-dev):"
  ldd "$destination/bin/slopeqtl" | sed -n 's/ => .*//p'
fi
