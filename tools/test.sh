#!/usr/bin/env bash
# Builds and runs all tests, and ends with what each stage took and the last summary line of ctest. Usage: tools/test.sh [--quick|--tsan]
#   default: a minute of fuzzing per target; what is concurrent, with ThreadSanitizer; everything with AddressSanitizer
#            and UndefinedBehaviorSanitizer; everything without sanitizers
#   --quick: without sanitizers, what is not labelled slow, built by clang without optimisation: the quickest build. It leaves
#            to the whole run: fuzzing, the sanitizers, GCC and its warnings, and tests that take more than about 8 s or need
#            what such a test makes (ctest --test-dir build/quick -N -L slow lists them)
#   --tsan:  what is concurrent, with ThreadSanitizer
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022
bash tools/dependencies.sh --test

case ${1:-} in
"") presets=(fuzz tsan asan test) ;;
--quick) presets=(quick) ;;
--tsan) presets=(tsan) ;;
*) echo "usage: tools/test.sh [--quick|--tsan]" >&2 && exit 64 ;;
esac

stages="" current="" begun=0
log=$(mktemp) summary=$(mktemp)
finish_stage() { [ -z "$current" ] || stages+="$(printf '%-22s %8d' "$current" "$((SECONDS - begun))")"$'\n'; }
stage() {
    finish_stage
    current=$1 begun=$SECONDS
    printf '== %s, after %d s\n' "$1" "$SECONDS"
}
# Whatever comes: the last stage may be one that has failed.
report() {
    finish_stage
    printf '\n%-22s %8s\n%s%-22s %8d\n' stage seconds "$stages" all "$SECONDS"
    cat "$summary"
    rm -f "$log" "$summary"
}
trap report EXIT

run_tests() { # preset; many of them wait more than they compute
    local status=0
    ctest --preset "$1" -j "$(($(nproc) + 1))" | tee "$log" || status=$?
    grep ' tests passed, ' "$log" >"$summary" || true
    return "$status"
}
for preset in "${presets[@]}"; do
    if [ "$preset" = fuzz ]; then
        stage "fuzz: build and run"
        bash tools/fuzz.sh 60
        continue
    fi
    stage "$preset: build"
    cmake --preset "$preset" >/dev/null
    cmake --build --preset "$preset" -- --quiet
    stage "$preset: test"
    run_tests "$preset"
done
