#!/usr/bin/env bash
# aip-bench calls prints one JSON object with every kind of call in it. Usage: calls_shape.sh AIP-BENCH
set -euo pipefail
"$1" calls --quick --json | python3 -c '
import json, sys
report = json.load(sys.stdin)
assert list(report) == ["in process", "own process", "per call", "per call, confined", "exec /bin/true", "exec bash", "stdio", "MCP server", "MCP server, 10 MiB image", "MCP server, start"], report
for kind, cost in report.items():
    assert cost["us"] > 0, (kind, cost)
    assert cost["floor_us"] is None if kind == "in process" else cost["floor_us"] > 0, (kind, cost)
'
