#!/usr/bin/env bash
# valgrind.sh AIP_PLUGIN HELLO_FOLDER SUPPRESSIONS: a plugin runs in the tool under valgrind, which finds nothing.
set -euo pipefail
if ! command -v valgrind >/dev/null; then
    echo "SKIPPED: Debian's valgrind is not installed"
    [ "${CI:-}" = true ] && exit 1
    exit 77
fi
output=$(valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite --suppressions="$3" \
    "$1" call --in-process "$2" greet '{"name":"Ann","times":3}' 2>&1) || {
    echo "FAILED: exit code $?: $output"
    exit 1
}
if [ "$output" != '"Hello Ann Ann Ann"' ]; then
    echo "FAILED: $output"
    exit 1
fi
