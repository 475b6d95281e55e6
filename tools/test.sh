#!/usr/bin/env bash
# Builds and runs all tests. Usage: tools/test.sh [--quick]
#   default: the sanitizer builds first (ASan/UBSan: everything, TSan: what is concurrent), then the development build
#   --quick: the development build only
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022
bash tools/dependencies.sh --test

presets=(asan tsan dev)
[ "${1:-}" = --quick ] && presets=(dev)
for preset in "${presets[@]}"; do
    echo "== $preset: build"
    cmake --preset "$preset" >/dev/null
    cmake --build --preset "$preset" -- --quiet
    echo "== $preset: test"
    ctest --preset "$preset" --progress -j "$(nproc)"
done
