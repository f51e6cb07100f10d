#!/usr/bin/env bash
# What workflows/docs.sh, install.sh and deb.sh share. Sourced after workflows/setup.sh, in the root
# of the sources; every function is given the program it is about.

# Seconds since 1970 for whatever bears a date: SOURCE_DATE_EPOCH, else that of the last commit,
# else now.
package_time() {
  if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
    printf '%s\n' "$SOURCE_DATE_EPOCH"
  else
    git log -1 --format=%ct 2> /dev/null || date +%s
  fi
}

# package_manuals PROGRAM DIR [FLAG...]: man pages by the tool that the manual's plugin of
# swift-argument-parser runs, built with the flags, as a program of this machine; the plugin itself
# would build every program of the package once more.
package_manuals() {
  local program=$1 directory=$2 tool
  shift 2
  swift build --product generate-manual "$@"
  tool=$(swift build --show-bin-path "$@")/generate-manual
  "$tool" "$program" --multi-page --date "$(date -u -d "@$(package_time)" +%F)" \
    --output-directory "$directory"
}

# package_completions PROGRAM DIR
package_completions() {
  "$1" --generate-completion-script bash > "$2/slopeqtl.bash"
  "$1" --generate-completion-script zsh > "$2/_slopeqtl"
  "$1" --generate-completion-script fish > "$2/slopeqtl.fish"
}

# package_dependencies PROGRAM: the Debian packages that the program's shared libraries are in, with
# the oldest versions that have what it uses, as a control file lists them; needs dpkg-dev.
package_dependencies() {
  local program folder status=0
  program=$(realpath "$1")
  folder=$(mktemp -d)
  # It works in the folder of a source package only.
  mkdir "$folder/debian"
  printf 'Source: slopeqtl\n\nPackage: slopeqtl\nArchitecture: any\n' > "$folder/debian/control"
  (
    cd "$folder"
    dpkg-shlibdeps -O "$program" 2> log | sed -n 's/^shlibs:Depends=//p' > depends
  ) || status=$?
  if [ "$status" -ne 0 ] || [ ! -s "$folder/depends" ]; then
    cat "$folder/log" >&2
    status=1
  else
    cat "$folder/depends"
  fi
  rm -rf "$folder"
  return "$status"
}
