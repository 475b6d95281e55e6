#!/usr/bin/env bash
# Installs what building needs from Debian 12, if it is not there; with --package, what packages are made with, too, with --lintian,
# what they are checked with, which is 130 packages more, and with --test, all that testing needs. Needs root or sudo only then.
set -euo pipefail

packages=(build-essential cmake ninja-build pkg-config curl
    libpoco-dev libboost-dev libspdlog-dev libfmt-dev libsimdjson-dev libre2-dev libssl-dev libyaml-cpp-dev prometheus-cpp-dev
    libgtest-dev libgmock-dev libbenchmark-dev)
case ${1:-} in --package | --lintian | --test) packages+=(debhelper) ;; esac
case ${1:-} in --lintian | --test) packages+=(lintian) ;; esac
if [ "${1:-}" = --test ]; then
    packages+=(autopkgtest abigail-tools clang libclang-rt-14-dev python3 python3-websockets procps iproute2 systemd openssl nginx prometheus gdb valgrind libpng-dev
        man-db groff mandoc zsh fish)
    command -v node >/dev/null || packages+=(nodejs npm)
fi

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing: ${missing[*]}"
sudo=""
[ "$(id -u)" -eq 0 ] || sudo=sudo
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
