#!/usr/bin/env bash
# Builds, starts an Agent Server and the agent on free ports of this machine, and runs real commands through real
# plugins. Exits 0 if everything happened as it should. With AIP_BUILD it uses what was built there, and builds nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022

build=${AIP_BUILD:-build/release}
if [ -z "${AIP_BUILD:-}" ]; then
    bash tools/dependencies.sh
    cmake --preset release >/dev/null
    cmake --build --preset release -- --quiet
fi

work=$(mktemp -d)
server="" agent=""
stop() {
    for pid in $agent $server; do kill "$pid" 2>/dev/null || true; done
    wait
    rm -rf "$work"
}
trap stop EXIT

step() { printf '\n== %s\n' "$1"; }
fail() {
    echo "FAILED: $1" >&2
    cat "$work"/*.log >&2
    exit 1
}
await() { # what, command...: until it succeeds, at most ten seconds
    local what=$1 end=$((SECONDS + 10))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || fail "$what"
        read -r -t 0.05 <> <(:) || true
    done
}
api() { # path [body]: the key goes by file, never by argument
    curl -sS --fail-with-body -H "@$work/header" ${2:+-H 'Content-Type: application/json' -d "$2"} "http://127.0.0.1:$port$1"
}
registered() { api /api/clients | grep -q quickstart-device; }
expect() { grep -q "$1" <<<"$2" || fail "expected $1 in: $2"; }

step "starting aip-server"
"$build"/bin/aip-server --port=0 --key-file="$work/server.key" --port-file="$work/port" >"$work/server.log" 2>&1 &
server=$!
await "the server does not listen" test -s "$work/port"
port=$(cat "$work/port")
printf 'X-API-Key: %s\n' "$(cat "$work/server.key")" >"$work/header"
echo "listening on 127.0.0.1:$port"

step "starting aip-agent"
"$build"/bin/aip-agent -D "server.url=ws://127.0.0.1:$port/ws" -D "server.token_file=$work/server.key" \
    -D client.id=quickstart-device -D "state.directory=$work/state" -D "control.socket=$work/run/control.sock" \
    >"$work/agent.log" 2>&1 &
agent=$!
await "the agent does not register" registered
api /api/clients/quickstart-device
echo

step "its tools"
answer=$(api /api/commands '{"client_id":"quickstart-device","commands":[{"tool_name":"list_tools","tool_type":"action"}]}')
expect action::execute_command "$answer"
grep -o '"tool_key":"[^"]*"' <<<"$answer"

step "uname -a"
answer=$(api /api/commands '{"client_id":"quickstart-device","commands":[
    {"tool_name":"execute_command","tool_type":"action","parameters":{"command":"uname -a"}}]}')
expect '"exit_code":0' "$answer"
echo "$answer"

step "three actions, the second one fails"
answer=$(api /api/commands '{"client_id":"quickstart-device","commands":[
    {"tool_name":"execute_command","tool_type":"action","parameters":{"command":"echo one"}},
    {"tool_name":"no_such_tool","tool_type":"action","parameters":{}},
    {"tool_name":"execute_command","tool_type":"action","parameters":{"command":"echo three"}}]}')
echo "$answer"
expect '"status":"success".*"status":"failure".*"status":"skipped"' "$answer"

step "what the agent says of itself, and its account"
agentctl() { "$build"/bin/aip-agentctl --socket="$work/run/control.sock" "$@"; }
answer=$(agentctl status)
echo "$answer"
expect 'listening since' "$answer"
answer=$(agentctl audit --tool=execute_command)
expect 'begun .*action::execute_command' "$answer"
tail -n 2 <<<"$answer"
answer=$(agentctl audit verify)
echo "$answer"
expect '^whole: ' "$answer"

step "stopping both"
kill "$agent"
wait "$agent" || fail "the agent ended with $?"
agent=""
kill "$server"
wait "$server" || fail "the server ended with $?"
server=""
echo "everything happened as it should"
