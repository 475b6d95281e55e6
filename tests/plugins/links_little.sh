#!/usr/bin/env bash
# links_little.sh RUNNER: fails if the runner links libraries that a plugin's process must not have.
set -euo pipefail
if ldd "$1" | grep -iE 'poco|libssl|libcrypto|spdlog|boost'; then
    echo "the runner links what it should not"
    exit 1
fi
