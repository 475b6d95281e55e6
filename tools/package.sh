#!/usr/bin/env bash
# Builds the Debian packages aip-agent, aip-agent-dev and aip-server; see tools/package/README.md. --help shows the options.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022

usage() {
    cat <<'TEXT'
Usage: tools/package.sh [--tree=DIR] [--output=DIR] [--lintian]
Builds the Debian packages aip-agent, aip-agent-dev and aip-server, and prints where they are.

  --tree=DIR     package what the build folder DIR holds, instead of compiling the sources of this checkout
  --output=DIR   where the packages, their log and what they are built from go; its content is removed
                 (default: build/package)
  --lintian      check the packages, too: a warning of lintian is a failure
  --help         show this help and exit
TEXT
}

tree="" output=build/package lintian=""
for argument; do
    case $argument in
    --tree=?*) tree=$(realpath -e "${argument#*=}") ;;
    --output=?*) output=${argument#*=} ;;
    --lintian) lintian=yes ;;
    --help) usage && exit ;;
    *) usage >&2 && exit 64 ;;
    esac
done
bash tools/dependencies.sh --package

project=$(sed -n 's/^project(aip-agent VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
stamp=$(TZ=UTC git log -1 --date=format-local:%Y%m%d%H%M%S --format=%cd 2>/dev/null || date -u -r CHANGELOG.md +%Y%m%d%H%M%S)

# What is not released yet is older than the release, and newer than what was built of earlier commits.
package_version() {
    local heading
    heading=$(grep -m 1 '^## ' CHANGELOG.md)
    case $heading in
    "## $project - unreleased") echo "$project~$stamp" ;;
    "## $project - "*) echo "$project" ;;
    *) echo "CHANGELOG.md begins with '$heading', the version of CMakeLists.txt is $project" >&2 && return 1 ;;
    esac
}

# CHANGELOG.md in Debian's form: its newest section, an item for each of its own.
changelog() {
    printf 'aip-agent (%s) unstable; urgency=medium\n\n' "$version"
    awk '/^## / { if (++sections > 1) exit; next }
         /^- / { if (item != "") print item; item = substr($0, 3); next }
         /^  / { item = item " " substr($0, 3) }
         END { if (item != "") print item }' CHANGELOG.md | while IFS= read -r item; do
        fold -s -w 72 <<<"$item" | sed -e 's/ *$//' -e '1s/^/  * /' -e '1!s/^/    /'
    done
    printf '\n -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' tools/package/debian/control)" \
        "$(LC_ALL=C date -u -R -d "${stamp:0:8} ${stamp:8:2}:${stamp:10:2}:${stamp:12:2} UTC")"
}

# A copy, as debhelper wants its folder at the top: of all files of the checkout, or of nothing but that folder.
source_copy() {
    rm -rf "$output"
    mkdir -p "$source"
    if [ -z "$tree" ]; then
        git ls-files -z | xargs -0 cp --parents --no-dereference --preserve=mode,timestamps --target-directory="$source"
    fi
    cp -r tools/package/debian "$source/debian"
    changelog >"$source/debian/changelog"
}

# The copy has no history: --version tells this commit, and the version of the package.
AIP_COMMIT=$(git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null || true)
export AIP_COMMIT
build() { (cd "$source" && AIP_TREE=$tree dpkg-buildpackage --build=binary --no-sign) >"$output/build.log" 2>&1; }

version=$(package_version)
source=$output/source
source_copy
build || {
    tail -n 40 "$output/build.log" >&2
    echo "FAILED: $output/build.log has the whole" >&2
    exit 1
}
if [ -n "$lintian" ]; then
    lintian --allow-root --info --fail-on error,warning "$output"/*.changes
fi
printf '%s\n' "$output"/*.deb
