#!/usr/bin/env bash
# Fuzzes what strangers send. Usage: [SEED=N] tools/fuzz.sh [SECONDS [TARGET...]]
#   SECONDS: for each target, 60 by default. TARGET: a name in tests/fuzz/corpus; all by default.
#   SEED: 1 by default, so that a short run is the same run everywhere; 0 draws one.
# All run at once. They are built in the tree of the preset asan. What they learn stays in
# build/fuzz/corpus, an input that breaks something in build/fuzz/findings.
set -euo pipefail
cd "$(dirname "$0")/.."
bash tools/dependencies.sh --test

seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(ls tests/fuzz/corpus)

cmake --preset asan >/dev/null
cmake --build --preset fuzz -- --quiet

fuzz() { # seconds target
    local learned=build/fuzz/corpus/$2 log=build/fuzz/$2.log
    mkdir -p "$learned" build/fuzz/findings
    if build/asan/tests/fuzz/"fuzz_$2" -max_total_time="$1" -seed="${SEED:-1}" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/findings/$2-" "$learned" "tests/fuzz/corpus/$2" >"$log" 2>&1; then
        echo "$2: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, nothing found"
    else
        tail -n 60 "$log"
        echo "$2: FAILED, see $log"
        return 1
    fi
}
export -f fuzz
printf '%s\n' "${targets[@]}" | xargs -P "${#targets[@]}" -I{} bash -c 'fuzz "$0" {}' "$seconds"
