#!/usr/bin/env bash
# debugger.sh AIP_PLUGIN HELLO_FOLDER SURVEY_FOLDER: gdb finds a plugin's breakpoints, symbols and source lines, in the tool's
# own process and by attaching to that of the plugin, which may also dump core. A debugger that hangs is killed by its time limit.
set -euo pipefail
tool=$1 hello=$2 survey=$3
work=$(mktemp -d)
call=
trap 'exec 3<&- 2>/dev/null || true; [ -z "$call" ] || kill "$call" 2>/dev/null || true; rm -rf "$work"' EXIT

debug() { # arguments of gdb; prints what it says
    timeout 120 gdb -nx -batch -iex 'set debuginfod enabled off' -iex 'set auto-load no' "$@" </dev/null 2>&1
}

require() { # text, output
    if ! grep -qE -- "$1" <<<"$2"; then
        echo "FAILED: gdb does not say '$1':"
        echo "$2"
        exit 1
    fi
}

output=$(debug -ex 'set breakpoint pending on' -ex 'break Hello::greet' -ex run -ex bt --args \
    "$tool" call --in-process "$hello" greet '{"name":"Ann","times":3}')
require 'Breakpoint 1, .*Hello::greet.* at .*plugin\.cpp:[0-9]+' "$output"
require '#[0-9]+ .*Instance<Hello' "$output"
if grep -q 'in its trial' <<<"$output"; then
    echo "FAILED: --in-process has a trial: $output"
    exit 1
fi

# The plugin's process is the last of those that the call makes: the one without children.
mkfifo "$work/progress"
"$tool" call "$survey" wait '{"seconds":500}' --timeout=600 >"$work/out" 2>"$work/progress" &
call=$!
exec 3<"$work/progress"
read -r -u 3 line
require 'step 1' "$line"
process=$call
while child=$(cat "/proc/$process/task/"*/children) && [ -n "${child// /}" ]; do
    process=${child%% *}
done
if [ "$(grep '^Max core' "/proc/$process/limits")" != "$(grep '^Max core' "/proc/$call/limits")" ]; then
    echo "FAILED: the plugin's process may not dump core as we may"
    exit 1
fi
output=$(debug -p "$process" -ex 'thread apply all bt')
require 'wait.* at .*survey\.cpp:[0-9]+' "$output"
