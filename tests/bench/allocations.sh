#!/usr/bin/env bash
# A row of `aip-bench micro` allocates at most LIMIT times. Usage: allocations.sh AIP-BENCH ROW LIMIT
set -euo pipefail
"$1" micro --quick --json --filter="^$2\$" 2>/dev/null | python3 -c '
import json, sys
found = json.load(sys.stdin)["benchmarks"]
assert len(found) == 1 and round(found[0]["allocations"]) <= int(sys.argv[1]), found
' "$3"
