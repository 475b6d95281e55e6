#!/usr/bin/env bash
# What a plugin costs its author: lines, seconds from `aip-plugin new` to a call that succeeds, seconds from an edit to the
# plugin that runs with it. As a table. Exits 1 if something does not work, or if one tool in C++ or Python takes more
# than 5 lines beyond its function.
# Usage: authoring.sh PREFIX [LANGUAGE]...   PREFIX: where `cmake --install BUILD --component sdk` has put the SDK
set -euo pipefail

prefix=$(realpath "$1")
shift
samples=$(dirname "$(realpath "$0")")/authoring
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

now() { date +%s.%N; }
since() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.2f", to - from }'; }
written() { cat "$1"/* | grep -c '[^[:space:]]'; }

# The lines of the smallest plugin with one tool without those of the tool's own function, plugin.json included; it is called.
lines_beyond() { # language, lines of the function
    cp -r "$samples/$1" .
    local lines=$(($(written "$1/sums") - $2))
    [ "$1" != python ] || cp "$prefix"/share/aip-sdk/python/aip.py python/sums
    [ "$1" != node ] || cp "$prefix"/share/aip-sdk/node/aip.mjs node/sums
    local sum
    sum=$("$prefix"/bin/aip-plugin dev "$1/sums" --call add '{"a":1,"b":2}' 2>"$1.log" </dev/null) || { cat "$1.log" >&2; return 1; }
    [[ $sum == 3 || $sum == '"3"' ]] || { echo "$1: 1 + 2 = $sum" >&2; return 1; }
    echo $lines
}

new_to_call() { # language
    local begun
    begun=$(now)
    "$prefix"/bin/aip-plugin new hello "--$1" "hello-$1" >/dev/null
    "$prefix"/bin/aip-plugin dev "hello-$1" --call greet '{"name":"Ann"}' >/dev/null 2>"$1.log" </dev/null || { cat "$1.log" >&2; return 1; }
    since "$begun"
}

await_running() {
    local line
    while read -r -t 300 line <&"${dev[0]}"; do
        [[ $line != *" runs after "* ]] || return 0
    done
    echo "aip-plugin dev does not run it" >&2
    return 1
}

edit_to_running() { # language
    local begun source pid
    source=$(ls "hello-$1"/hello.*)
    coproc dev { "$prefix"/bin/aip-plugin dev "hello-$1" 2>&1; }
    pid=${dev_PID:?}
    await_running
    begun=$(now)
    echo >>"$source"
    await_running
    since "$begun"
    kill "$pid"
    wait "$pid"
}

row() { # language, lines of the function, what it needs, most lines, name of the language
    command -v "$3" >/dev/null || return 0
    local beyond
    beyond=$(lines_beyond "$1" "$2")
    echo "| $5 | $beyond | $(new_to_call "$1") | $(edit_to_running "$1") |"
    [ "$beyond" -le "$4" ] || { echo "$1: more than $4 lines beyond the function" >&2; return 1; }
}

wanted() { [ -z "$languages" ] || [[ " $languages " == *" $1 "* ]]; }
languages=$*
echo "| language | lines beyond the function | \`new\` to a call, s | edit to running, s |"
echo "|---|---:|---:|---:|"
while read -r language function needs most name; do
    ! wanted "$language" || row "$language" "$function" "$needs" "$most" "$name" </dev/null
done <<'ROWS'
cpp 3 c++ 5 C++
c 11 cc 20 C
python 3 python3 5 Python
node 3 node 10 JavaScript
bash 3 jq 20 Bash
ROWS
