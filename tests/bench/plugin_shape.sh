#!/usr/bin/env bash
# aip-bench plugin prints one JSON object with every figure of every way in it. Usage: plugin_shape.sh AIP-BENCH
set -euo pipefail
"$1" plugin --quick --json | python3 -c '
import json, sys
report = json.load(sys.stdin)
assert list(report) == ["in_process", "process", "per_call", "function", "floor"], report
floor = report.pop("floor")
assert list(floor) == ["round_trip_us", "spawn_us"] and all(figure > 0 for figure in floor.values()), floor
for way, cost in report.items():
    assert list(cost) == ["p50_us_1_kib", "p50_us_1_mib", "mib_s_50"], (way, cost)
    assert all(figure > 0 for figure in cost.values()), (way, cost)
'
