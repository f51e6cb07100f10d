#!/usr/bin/env bash
# Installs what building and testing SlopeQTL needs: Debian or Ubuntu packages, and Swift.
#
#   bash workflows/setup.sh          run it on its own
#   source workflows/setup.sh        from another script, which then finds swift on its PATH
#
# Packages that are there already are left alone. apt-get is run as root directly, otherwise
# through sudo; every such command is printed first. On other distributions nothing is installed:
# what is missing is named.
#
# Swift comes from swift.org's swiftly (https://www.swift.org/install/linux/swiftly/): the archive
# https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz is unpacked in a temporary
# folder and installs a toolchain for this account, below ${SWIFTLY_HOME_DIR:-~/.local/share/swiftly}.
# SLOPEQTL_SWIFT (default 6.3) chooses its version. The project's own tests do not run this step.
set -euo pipefail

setup_packages=(
  libopenblas-dev liblapacke-dev zlib1g-dev libhts-dev libisal-dev libzstd-dev libboost-math-dev
  bzip2 tabix strace pkg-config
)

setup_say() { printf 'setup: %s\n' "$*" >&2; }

setup_fail() {
  printf 'setup: error: %s\n' "$*" >&2
  exit 1
}

# Prints a command and runs it as root.
setup_as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    setup_say "running: $*"
    "$@"
  elif command -v sudo > /dev/null; then
    setup_say "running: sudo $*"
    sudo "$@"
  else
    setup_fail "neither root nor sudo; ask an administrator to run: $*"
  fi
}

setup_is_installed() {
  case $1 in
    # Newer releases have the command from pkgconf, without a package of the old name.
    bzip2 | pkg-config | tabix | strace | curl) command -v "$1" > /dev/null ;;
    *) [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null || true)" = installed ] ;;
  esac
}

# Installs those of the named packages that are missing.
setup_install() {
  local package missing=()
  for package in "$@"; do
    setup_is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  setup_say "missing packages: ${missing[*]}"
  if ! compgen -G '/var/lib/apt/lists/*_Packages*' > /dev/null; then
    setup_as_root apt-get update
  fi
  for package in "${missing[@]}"; do
    apt-cache show "$package" > /dev/null 2>&1 || setup_fail \
      "no package '$package' on $(. /etc/os-release && echo "$PRETTY_NAME"); the names are those of" \
      "Debian 12 and of Ubuntu with 'universe': if this is one of them, run 'apt-get update'," \
      "else install what provides '$package' by hand"
  done
  if ! setup_as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"; then
    setup_say "installing failed, perhaps because the package lists are old; once more after an update"
    setup_as_root apt-get update
    setup_as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends "${missing[@]}"
  fi
}

setup_libraries() {
  if command -v dpkg-query > /dev/null && command -v apt-get > /dev/null; then
    setup_install "${setup_packages[@]}"
    # Tests compare with it where it is; nothing is linked with it.
    if apt-cache show plink2 > /dev/null 2>&1; then
      setup_install plink2 || setup_say "plink2 cannot be installed: its tests will be skipped"
    fi
    return
  fi
  local library
  for library in openblas lapacke zlib htslib libisal libzstd; do
    pkg-config --exists "$library" 2> /dev/null || setup_fail \
      "this is not Debian or Ubuntu, and pkg-config does not find '$library'; install it, with" \
      "its headers, and the headers of Boost.Math"
  done
}

setup_source_swiftly() {
  local environment="${SWIFTLY_HOME_DIR:-$HOME/.local/share/swiftly}/env.sh"
  [ -f "$environment" ] || return 0
  set +u
  # shellcheck disable=SC1090
  . "$environment"
  set -u
  hash -r
}

setup_swift() {
  command -v swift > /dev/null || setup_source_swiftly
  if ! command -v swift > /dev/null; then
    local version="${SLOPEQTL_SWIFT:-6.3}" folder
    setup_say "no swift on the PATH: installing Swift $version through swiftly"
    if command -v apt-get > /dev/null; then setup_install ca-certificates curl gnupg; fi
    folder=$(mktemp -d)
    curl -fsSL "https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz" \
      | tar -xz -C "$folder" || setup_fail "swiftly could not be downloaded"
    "$folder/swiftly" init --assume-yes --skip-install --quiet-shell-followup
    setup_source_swiftly
    swiftly install --assume-yes --post-install-file="$folder/system-packages.sh" "$version"
    # swiftly writes this script when the toolchain needs system packages.
    if [ -f "$folder/system-packages.sh" ]; then
      setup_as_root bash "$folder/system-packages.sh"
    fi
    swiftly use --assume-yes "$version"
    hash -r
    rm -rf "$folder"
  fi
  local found
  found=$(swift --version 2> /dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p')
  found=${found%%$'\n'*}
  case $found in
    '') setup_fail "swift does not tell its version; is the toolchain complete?" ;;
    [0-5].* | 6.[01] | 6.[01].*)
      setup_fail "Swift $found is too old, 6.2 or newer is needed (see https://www.swift.org/install)"
      ;;
  esac
  setup_say "Swift $found, $(command -v swift)"
}

setup_libraries
setup_swift
