#!/usr/bin/env bash
# aip-bench link prints one JSON object with every figure of every client, and the agents' ratios to their floors; with
# --record it writes the same. Usage: link_shape.sh AIP-BENCH
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" link --quick --json --pace=1ms --record="$work/record" >"$work/report"
cmp "$work/record" "$work/report"
python3 - "$work/report" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
agents = ["in_process", "process", "per_call"]
floors = ["floor", "honest_floor"]
keys = ["single_p50_ms", "single_p99_ms", "paced_p50_ms", "paced_p99_ms", "batch_commands_per_s", "cpu_us_per_command",
        "echo_1_mib_s", "echo_10_mib_s", "echo_50_mib_s", "blob_50_mib_s", "start_to_registered_ms", "idle_rss_mib",
        "idle_pss_mib", "idle_private_mib", "peak_rss_mib", "peak_payloads", "idle_wakeups_per_min"]
assert list(report) == agents + floors + ["ratio", "more"], report
def measured(client):
    """What ends while it is measured counts in ticks of 10 ms: too coarse for the few calls of --quick."""
    return [key for key in keys[:-1] if (client, key) != ("per_call", "cpu_us_per_command")]
for client in agents + floors:
    assert list(report[client]) == keys, (client, report[client])
    for key in measured(client):
        assert report[client][key] > 0, (client, key)
for agent in agents:
    assert list(report["ratio"][agent]) == keys, agent
    for key in measured(agent):
        over = "honest_floor" if key in ("batch_commands_per_s", "cpu_us_per_command") else "floor"
        ratio = report[agent][key] / report[over][key]
        assert abs(report["ratio"][agent][key] / ratio - 1) < 0.01, (agent, key)
assert report["per_call"]["idle_wakeups_per_min"] is None
PY
# Over TLS, too.
"$1" link --quick --json --no-per-call --tls >"$work/tls"
python3 - "$work/tls" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
for client in ("in_process", "process", "floor", "honest_floor"):
    assert report[client]["single_p50_ms"] > 0 and report[client]["echo_50_mib_s"] > 0, (client, report[client])
PY
