#!/usr/bin/env bash
# A COMMAND of one action decodes with at most 4 allocations. Usage: decode_allocations.sh AIP-BENCH
set -euo pipefail
"$1" micro --quick --json --filter=decode/command/1 2>/dev/null | python3 -c '
import json, sys
found = json.load(sys.stdin)["benchmarks"]
assert len(found) == 1 and round(found[0]["allocations"]) <= 4, found
'
