#!/bin/sh
# run_peer.sh python|node|nginx|nginx_reload_stays|nginx_reload_cut AGENT...
#
# Runs the agent against the peer; the agent's command line takes the placeholders of run_peer.py. Exit status 77 says
# that the peer is not available here, which is an error where CI=true.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin  # of nginx
peer=$1
shift

missing() {
    echo "SKIPPED: the $peer peer cannot run: $1" >&2
    [ "${CI:-}" = true ] && exit 1
    exit 77
}

needWebsockets() {
    /usr/bin/python3 -c 'import websockets' 2>/dev/null || missing "Debian's python3-websockets is not installed"
}

needNginx() {
    needWebsockets
    for program in nginx openssl ps; do
        command -v $program >/dev/null || missing "$program is not installed"
    done
}

behindNginx() { # how long an old worker keeps its connections, then the server
    needNginx
    patience=$1 server=$2 kind=$3
    shift 3
    exec /usr/bin/python3 "$here/run_peer.py" /usr/bin/python3 "$here/nginx_front.py" "$patience" \
        /usr/bin/python3 "$here/$server" '{token_file}' $kind -- "$@"
}

case $peer in
python)
    needWebsockets
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
nginx) behindNginx 0 python_server.py "" "$@" ;;
nginx_reload_stays) behindNginx 0 reload_server.py stays "$@" ;;
nginx_reload_cut) behindNginx 200ms reload_server.py cut "$@" ;;
*)
    echo "usage: run_peer.sh python|node|nginx|nginx_reload_stays|nginx_reload_cut AGENT..." >&2
    exit 64
    ;;
esac
