#!/usr/bin/env bash
# links_little.sh RUNNER: fails if the runner brings more into a plugin's process than it must.
set -euo pipefail
if ldd "$1" | grep -iE 'poco|libssl|libcrypto|spdlog|boost'; then
    echo "the runner links what it should not"
    exit 1
fi
