#!/usr/bin/env bash
# Builds and runs all tests. Usage: tools/test.sh [--quick|--tsan]
#   default: with AddressSanitizer and UndefinedBehaviorSanitizer, then the development build
#   --quick: the development build only
#   --tsan:  what is concurrent, with ThreadSanitizer
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022
bash tools/dependencies.sh --test

case ${1:-} in
"") presets=(asan dev) ;;
--quick) presets=(dev) ;;
--tsan) presets=(tsan) ;;
*) echo "usage: tools/test.sh [--quick|--tsan]" >&2 && exit 64 ;;
esac
for preset in "${presets[@]}"; do
    echo "== $preset: build"
    cmake --preset "$preset" >/dev/null
    cmake --build --preset "$preset" -- --quiet
    echo "== $preset: test"
    ctest --preset "$preset" -j "$(nproc)" --repeat until-pass:3
done
