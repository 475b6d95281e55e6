# The service aip-agent, for scripts that have sourced this: by systemd if that is PID 1, else by hand, as its unit says, except
# for what only systemd can apply (sandbox, limits, watchdog).
unit=/lib/systemd/system/aip-agent.service

with_systemd() { [ -d /run/systemd/system ]; }

unit_says() { sed -n "s/^$1=//p" "$unit" | head -n 1; }

# The folders, credential and rights that the unit gives; then the command, in place of this shell.
as_the_unit_says() {
    local user
    user=$(unit_says User)
    install -d -o "$user" -g "$user" -m 755 /run/aip-agent
    install -d -o "$user" -g "$user" -m 700 /var/lib/aip-agent /run/aip-agent-credentials
    [ ! -e /etc/aip-agent/token ] ||
        install -o "$user" -m 400 /etc/aip-agent/token /run/aip-agent-credentials/token
    cd /
    exec setpriv --reuid="$user" --regid="$user" --init-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
        env -i "PATH=$PATH" "USER=$user" RUNTIME_DIRECTORY=/run/aip-agent STATE_DIRECTORY=/var/lib/aip-agent \
        CREDENTIALS_DIRECTORY=/run/aip-agent-credentials bash -c "$1"
}

service_start() {
    if with_systemd; then
        systemctl restart aip-agent
    elif [ -z "$(unit_says ExecCondition)" ] || (as_the_unit_says "$(unit_says ExecCondition)"); then
        (as_the_unit_says "exec $(unit_says ExecStart)" >>"$work/agent.log" 2>&1) &
        agent=$!
    fi
}

service_reload() {
    if with_systemd; then
        systemctl reload aip-agent
    else
        kill -HUP "$agent"
    fi
}

service_stop() {
    if with_systemd; then
        systemctl stop aip-agent
    else
        [ -z "${agent:-}" ] || { kill "$agent" && wait "$agent"; }
        agent=""
        rm -rf /run/aip-agent /run/aip-agent-credentials
    fi
}

service_runs() {
    if with_systemd; then
        systemctl --quiet is-active aip-agent
    else
        [ -n "${agent:-}" ] && kill -0 "$agent" 2>/dev/null
    fi
}

service_log() {
    if with_systemd; then
        systemctl --no-pager status aip-agent || true
        journalctl --no-pager -u aip-agent -n 50 || true
    else
        cat "$work/agent.log" || true
    fi
}
