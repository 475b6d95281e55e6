#!/bin/sh
# run_peer.sh python|node AGENT...
#
# Runs the agent against the peer; the agent's command line takes the placeholders of run_peer.py. Exit status 77 says
# that the peer cannot be had here, which is an error where CI=true.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
peer=$1
shift

missing() {
    echo "SKIPPED: the $peer peer cannot run: $1" >&2
    [ "${CI:-}" = true ] && exit 1
    exit 77
}

case $peer in
python)
    /usr/bin/python3 -c 'import websockets' 2>/dev/null || missing "Debian's python3-websockets is not installed"
    exec /usr/bin/python3 "$here/run_peer.py" /usr/bin/python3 "$here/python_server.py" '{token_file}' -- "$@"
    ;;
node)
    command -v node >/dev/null || missing "node is not installed"
    if [ ! -d "$here/node_modules/ws" ]; then
        command -v npm >/dev/null || missing "npm is not installed"
        npm ci --prefix "$here" --no-audit --no-fund >&2 || missing "npm ci failed"
    fi
    exec /usr/bin/python3 "$here/run_peer.py" node "$here/node_server.mjs" '{token_file}' -- "$@"
    ;;
*)
    echo "usage: run_peer.sh python|node AGENT..." >&2
    exit 64
    ;;
esac
