#!/usr/bin/env bash
# package_test.sh BUILD WORK: makes the packages of what BUILD holds, checks them, and runs their autopkgtest.
set -euo pipefail
umask 022
here=$(realpath "$(dirname "$0")") build=$1 work=$2
export DPKG_DEB_COMPRESSOR_TYPE=gzip DPKG_DEB_COMPRESSOR_LEVEL=1 DEB_BUILD_OPTIONS=noautodbgsym

"$here/../../tools/package.sh" --help >/dev/null
"$here/../../tools/package.sh" --tree="$build" --output="$work/packages" --lintian
echo "packaged after $SECONDS s"
cd "$work/packages"
bash "$here/private_root.sh" "$PWD" autopkgtest --no-built-binaries ./*.deb source/ -- null
echo "done after $SECONDS s"
