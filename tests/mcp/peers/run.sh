#!/bin/sh
# run.sh CASE AGENT: the agent with MCP servers from npm, or (client_ERA_TRANSPORT) with clients. Exit status 77 says that they are not available here, which is an
# error where CI=true. They are fetched once, by the lock file, without running any of their scripts.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

missing() {
    echo "SKIPPED: the MCP servers cannot run: $1" >&2
    [ "${CI:-}" = true ] && exit 1
    exit 77
}

command -v node >/dev/null || missing "node is not installed"
if ! cmp -s "$here/package-lock.json" "$here/node_modules/.complete"; then  # absent, or of another lock file
    command -v npm >/dev/null || missing "npm is not installed"
    npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund --cache "$here/node_modules/.cache" >&2 || missing "npm ci failed"
    cp "$here/package-lock.json" "$here/node_modules/.complete"
fi
case $1 in
client_*) exec /usr/bin/python3 "$here/clients.py" "${1#client_}" "$2" ;;
*) exec /usr/bin/python3 "$here/peers.py" "$@" ;;
esac
