#!/usr/bin/env bash
# aip-bench plugin prints one JSON object with every figure of every way in it, and --compare shows each of them beside
# an earlier one. Usage: plugin_shape.sh AIP-BENCH
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" plugin --quick --json >"$work/report"
"$1" plugin --quick --compare="$work/report" >"$work/compared"
python3 - "$work/report" "$work/compared" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
compared = {line.split()[0]: line.split()[1:] for line in open(sys.argv[2]).readlines()[1:]}
assert list(report) == ["in_process", "process", "per_call", "function", "floor"], report
floor = report.pop("floor")
assert list(floor) == ["round_trip_us", "spawn_us"] and all(figure > 0 for figure in floor.values()), floor
for way, cost in report.items():
    assert list(cost) == ["p50_us_1_kib", "p50_us_1_mib", "mib_s_50"], (way, cost)
    assert all(figure > 0 for figure in cost.values()), (way, cost)
    for key, figure in cost.items():
        old, new, ratio = (float(word) for word in compared.pop(way + "." + key))
        assert abs(old / figure - 1) < 0.01 and abs(ratio / (new / old) - 1) < 0.02 + 0.01 / ratio, (way, key)
assert list(compared) == ["floor.round_trip_us", "floor.spawn_us"], compared
PY
