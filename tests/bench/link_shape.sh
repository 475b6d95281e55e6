#!/usr/bin/env bash
# aip-bench link prints one JSON object with every figure of agent, floor and ratio in it. Usage: link_shape.sh AIP-BENCH
set -euo pipefail
"$1" link --quick --json | python3 -c '
import json, sys
report = json.load(sys.stdin)
keys = ["single_p50_ms", "single_p99_ms", "batch_commands_per_s", "cpu_us_per_command", "echo_1_mib_s", "echo_10_mib_s",
        "echo_50_mib_s", "blob_50_mib_s", "start_to_registered_ms", "idle_rss_mib", "peak_rss_mib",
        "idle_wakeups_per_min"]
for part in ("agent", "floor", "ratio"):
    assert list(report[part]) == keys, (part, report[part])
for part in ("agent", "floor"):
    for key in keys[:-1]:
        assert report[part][key] > 0, (part, key)
for key in keys[:-1]:
    ratio = report["agent"][key] / report["floor"][key]
    assert abs(report["ratio"][key] / ratio - 1) < 0.01, key
'
