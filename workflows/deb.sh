#!/usr/bin/env bash
# Makes a Debian package of the program for this machine's release of Debian or Ubuntu.
#
#   bash workflows/deb.sh [DIR]      writes DIR/slopeqtl_VERSION_ARCH.deb (default ./deb-output)
#
# Steps: workflows/install.sh into a temporary folder; dependencies by dpkg-shlibdeps; control file,
# licences, changelog; dpkg-deb; lintian, where it is installed, whose errors are errors here.
#
# DEBFULLNAME and DEBEMAIL name the maintainer, as for Debian's own tools. Everything has the date
# SOURCE_DATE_EPOCH, or that of the last commit.
set -euo pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
directory=${1:-./deb-output}
maintainer="${DEBFULLNAME:-SlopeQTL maintainers} <${DEBEMAIL:-slopeqtl@packages.invalid}>"

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'deb: error: %s\n' "$*" >&2
  exit 1
}

[ $# -le 1 ] || fail "usage: bash workflows/deb.sh [DIR]"
command -v dpkg-deb > /dev/null || fail "Debian packages are made on Debian or Ubuntu"
mkdir -p "$directory" || fail "cannot make the folder $directory"
directory=$(cd "$directory" && pwd)

# shellcheck source=workflows/setup.sh
source "$root/workflows/setup.sh"
# shellcheck source=workflows/package.sh
source "$root/workflows/package.sh"
cd "$root"
setup_install dpkg-dev
SOURCE_DATE_EPOCH=$(package_time)
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
DESTDIR=$tree bash workflows/install.sh /usr

say "Files that Debian has elsewhere or compressed"
mkdir "$tree/usr/share/zsh/vendor-completions"
mv "$tree/usr/share/zsh/site-functions/_slopeqtl" "$tree/usr/share/zsh/vendor-completions/"
rmdir "$tree/usr/share/zsh/site-functions"
gzip -9n "$tree"/usr/share/man/man1/*.1

version=$("$tree/usr/bin/slopeqtl" --version)
version=${version#slopeqtl }
[[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+ ]] || fail "no version in '$version'"
architecture=$(dpkg --print-architecture)

documents=$tree/usr/share/doc/slopeqtl
mkdir -p "$documents"
gzip -9nc CHANGELOG.md > "$documents/CHANGELOG.md.gz"
gzip -9nc README.md > "$documents/README.md.gz"
gzip -9n > "$documents/changelog.gz" << END
slopeqtl ($version) unstable; urgency=medium

  * What changed is in CHANGELOG.md.gz beside this file.

 -- $maintainer  $(date -uR -d "@$SOURCE_DATE_EPOCH")
END

cp workflows/debian/copyright "$documents/copyright"
cat .build-install/checkouts/*/NOTICE* | gzip -9n > "$documents/NOTICE.gz"

say "Control file"
mkdir "$tree/DEBIAN"
(cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum) > "$tree/DEBIAN/md5sums"
cat > "$tree/DEBIAN/control" << END
Package: slopeqtl
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size "$tree/usr" | cut -f 1)
Depends: $(package_dependencies "$tree/usr/bin/slopeqtl")
Suggests: librsvg2-bin, tabix
Section: science
Priority: optional
Description: scanner for dynamic eQTLs in time courses of gene expression
 SlopeQTL tests, for every pair of gene and variant, whether the genotype
 changes how expression moves with time, in donors who were sampled
 repeatedly: linear mixed models with all variance parameters estimated
 again for every pair. The same engine fits longitudinal mixed models
 without genes and carries trajectories into risk models.
END
cat "$tree/DEBIAN/control"

# Modes as Debian wants them, whatever the umask here.
find "$tree" -type d -exec chmod 755 {} +
find "$tree" -type f ! -path "$tree/usr/bin/*" -exec chmod 644 {} +

say "Package"
package=$directory/slopeqtl_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$tree" "$package"
if command -v lintian > /dev/null; then
  lintian --allow-root --fail-on error "$package" || fail "lintian finds errors"
fi
ls -l "$package"
