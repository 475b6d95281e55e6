#!/usr/bin/env bash
# Builds and runs all tests. Usage: tools/test.sh [--quick|--tsan]
#   default: a minute of fuzzing per target; what is concurrent, with ThreadSanitizer; everything with AddressSanitizer
#            and UndefinedBehaviorSanitizer; everything without sanitizers
#   --quick: everything without sanitizers, nothing else
#   --tsan:  what is concurrent, with ThreadSanitizer
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022
bash tools/dependencies.sh --test

case ${1:-} in
"") presets=(fuzz tsan asan test) ;;
--quick) presets=(test) ;;
--tsan) presets=(tsan) ;;
*) echo "usage: tools/test.sh [--quick|--tsan]" >&2 && exit 64 ;;
esac
stage() { printf '== %s, after %d s\n' "$1" "$SECONDS"; }
for preset in "${presets[@]}"; do
    if [ "$preset" = fuzz ]; then
        stage "fuzz: build and run"
        bash tools/fuzz.sh 60
        continue
    fi
    stage "$preset: build"
    cmake --preset "$preset" >/dev/null
    cmake --build --preset "$preset" -- --quiet
    stage "$preset: test"
    ctest --preset "$preset" -j "$(($(nproc) + 1))"  # many of them wait more than they compute
done
