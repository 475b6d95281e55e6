#!/usr/bin/env bash
# Says what is against the style of .clang-format and .clang-tidy. Usage: tools/lint.sh [FILE...]
#   default: every C++ file that the development build compiles, and for the format their headers, too
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset dev >/dev/null

sources=("$@")
[ ${#sources[@]} -gt 0 ] || mapfile -t sources < <(git ls-files -- 'core/*.cpp' 'sdk/*.cpp' 'plugins/*.cpp' 'tools/*.cpp' \
    'tests/*.cpp' ':!tests/fuzz' ':!sdk/template' ':!tools/aip-bench/authoring' ':!core/runner/sanitizer_options.cpp')
mapfile -t formatted < <(git ls-files -- '*.cpp' '*.h' '*.hpp' '*.c')
[ $# -eq 0 ] || formatted=("$@")
clang-format --dry-run --Werror "${formatted[@]}"
printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy -p build/dev --quiet
