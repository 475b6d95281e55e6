#!/usr/bin/env bash
# command_line.sh CASE AGENT PLUGINS CONFIG TEST_PLUGINS: what an operator gets to see without any server.
set -euo pipefail
umask 022
agent=$2 plugins=$3 config=${4-} tests=${5-}
work=$(mktemp -d)
export XDG_STATE_HOME=$work/state
url=server.url=ws://127.0.0.1:1/ws
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $1" >&2
    exit 1
}
expect() { # exit code, text in the output, arguments...
    local code=$1 text=$2 status=0
    shift 2
    "$agent" "$@" >"$work/out" 2>&1 || status=$?
    [ "$status" -eq "$code" ] || fail "exit code $status, expected $code: $* $(cat "$work/out")"
    grep -qF -- "$text" "$work/out" || fail "no '$text' in: $(cat "$work/out")"
}

refused_plugins() {
    mkdir "$work/plugins"
    cp -r "$plugins"/shell "$plugins"/system_info "$work/plugins"
    for name in tampered writable major; do
        cp -r "$plugins/system_info" "$work/plugins/$name"
        sed -i "s/\"id\": *\"system_info\"/\"id\":\"$name\"/" "$work/plugins/$name/plugin.json"
    done
    printf x >>"$work"/plugins/tampered/*.so
    chmod g+w "$work"/plugins/writable/*.so
    sed -i 's/"major": *1/"major":2/' "$work/plugins/major/plugin.json"
    expect 0 hash-mismatch --list-plugins -D "plugins.directories=$work/plugins"
    for text in abi-major permissions 'action::execute_command'; do
        grep -q "$text" "$work/out" || fail "no $text in: $(cat "$work/out")"
    done
    [ "$(grep -c ' ok ' "$work/out")" -eq 2 ] || fail "the others do not work: $(cat "$work/out")"
    expect 78 "not all plugins are" --check -D $url -D "plugins.directories=$work/plugins"

    # What its manifest says is shown, and does nothing to the terminal.
    mkdir "$work/strange"
    cp -r "$plugins/system_info" "$work/strange/strange"
    sed -i "s/\"id\": *\"system_info\"/\"id\":\"a$(printf '\302\233\342\200\256')b\"/" "$work/strange/strange/plugin.json"
    expect 0 'a\u009b\u202eb' --list-plugins -D "plugins.directories=$work/strange"
    expect 78 'a\u009b\u202eb' --check -D $url -D "plugins.directories=$work/strange"
    ! grep -qP '\x9b|\xe2\x80\xae' "$work/out" || fail "raw: $(cat "$work/out")"

    mkdir "$work/less"
    cp -r "$plugins/shell" "$work/less"
    sed -i 's/"name": *"get_system_info"/"name":"get_other_info"/' "$work/less/shell/plugin.json"
    expect 0 tool-missing --list-plugins -D "plugins.directories=$work/less"
}

trust() {
    mkdir "$work/plugins"
    cp -r "$plugins"/shell "$plugins"/system_info "$work/plugins"
    # Offers what shell offers, and comes before it by name.
    cp -r "$plugins/shell" "$work/plugins/rival"
    sed -i 's/"id": *"shell"/"id":"rival"/' "$work/plugins/rival/plugin.json"
    local here=plugins.directories=$work/plugins
    expect 0 "capability-collision: 'action::execute_command'" --list-plugins -D "$here"
    grep -q "already offered by plugin 'rival'" "$work/out" || fail "it does not say who: $(cat "$work/out")"
    expect 69 "plugin shell: refused: capability-collision" -D server.url=ws://127.0.0.1:1/ws -D "$here" \
        -D connection.max_retries=1 -D connection.backoff_base=0.01
    expect 0 "already offered by plugin 'shell'" --list-plugins -D "$here" -D plugins.order=system_info,shell
    expect 0 "not-allowed: 'rival'" --list-plugins -D "$here" -D plugins.allow=shell,system_info
    rm -r "$work/plugins/rival"

    local hash
    hash=$(sha256sum "$work"/plugins/shell/*.so | cut -d ' ' -f 1)
    expect 0 "not-pinned: [plugin.system_info] has no sha256" --list-plugins -D "$here" -D plugins.trust=pinned \
        -D "plugin.shell.sha256=$hash"
    grep -q '^shell .* ok ' "$work/out" || fail "shell is not ok: $(cat "$work/out")"
    expect 0 "pin-mismatch: [plugin.shell]" --list-plugins -D "$here" -D "plugin.shell.sha256=${hash//[0-9]/7}"
    expect 78 "'${hash}0' is not a SHA-256" --check -D "plugin.shell.sha256=${hash}0"

    openssl genpkey -algorithm ed25519 -out "$work/key.pem"
    openssl pkey -in "$work/key.pem" -pubout -out "$work/public.pem"
    openssl pkeyutl -sign -inkey "$work/key.pem" -rawin -in "$work/plugins/shell/plugin.json" \
        -out "$work/plugins/shell/plugin.json.sig"
    printf 'not by this key, and long enough to be taken for a signature....' >"$work/plugins/system_info/plugin.json.sig"
    local signed="-D plugins.trust=signed -D plugins.trusted_keys=$work/public.pem"
    # shellcheck disable=SC2086  # several words
    expect 0 "signature-invalid: plugin.json.sig" --list-plugins -D "$here" $signed
    grep -q '^shell .* ok ' "$work/out" || fail "shell is not ok: $(cat "$work/out")"
    rm "$work/plugins/system_info/plugin.json.sig"
    # shellcheck disable=SC2086
    expect 0 "signature-missing" --list-plugins -D "$here" $signed

    expect 78 "plugins.trust = signed needs a key in plugins.trusted_keys" --check -D $url -D plugins.trust=signed
    expect 78 "'none' is none of owner, pinned, signed" --check -D plugins.trust=none
    expect 78 "plugins.trusted_keys: $work/none.pem: No such file" --check -D $url -D "plugins.trusted_keys=$work/none.pem"
    expect 78 "$work/key.pem: holds no public key" --check -D $url -D "plugins.trusted_keys=$work/key.pem"
    chmod g+w "$work/public.pem"
    expect 78 "public.pem can be written by others" --check -D $url -D "plugins.trusted_keys=$work/public.pem"
}

trial() { # what would take the agent with it, were it loaded there
    mkdir "$work/plugins"
    cp -r "$plugins/system_info" "$tests"/constructor_{exits,hangs} "$tests/stop_crashes" "$work/plugins"
    for name in constructor_exits constructor_hangs stop_crashes; do
        sed -i "s/\"namespace\": \"Test\"/\"namespace\": \"$name\"/" "$work/plugins/$name/plugin.json"
    done
    chmod -R go-w "$work/plugins"
    expect 0 "start-crashed: its process ended with exit code 7" --list-plugins -D plugins.isolation=in_process \
        -D "plugins.directories=$work/plugins" -D plugins.start_timeout=2
    grep -q "stop-failed: its process" "$work/out" || fail "no stop-failed: $(cat "$work/out")"
    grep -q "start-timeout: did not start within 2000 ms" "$work/out" || fail "no start-timeout: $(cat "$work/out")"
    grep -q '^system_info .* ok ' "$work/out" || fail "system_info is not ok: $(cat "$work/out")"
}

run_time_tools() { # $plugins is the folder of a plugin that has some
    local id
    id=$(basename "$plugins")
    mkdir "$work/plugins"
    cp -r "$plugins" "$work/plugins"
    chmod -R go-w "$work/plugins"
    local here=plugins.directories=$work/plugins
    for isolation in process in_process; do
        expect 0 "action::put, action::take, action::echo" --list-plugins -D "$here" -D plugins.isolation=$isolation
        grep -q "listed at run time: action::echo" "$work/out" || fail "it does not say which: $(cat "$work/out")"
    done
    expect 0 "tools-need-process: " --list-plugins -D "$here" -D plugins.isolation=per_call
    printf '[plugin.%s]\nisolation = per_call\n' "$id" >"$work/agent.ini"
    expect 78 "agent.ini:2: key 'plugin.$id.isolation': plugin $id: tools-need-process: " --check -D $url -D "$here" \
        --config="$work/agent.ini"
    expect 69 "plugin $id: refused: tools-need-process: " -D $url -D "$here" -D connection.max_retries=1 \
        -D connection.backoff_base=0.01 --config="$work/agent.ini"
}

named_faults() { # what keeps a plugin from being loaded is named as what it is
    local here=plugins.directories=$work/plugins
    mkdir "$work/plugins"
    for name in linked linked_manifest foreign; do
        cp -r "$plugins/system_info" "$work/plugins/$name"
        sed -i "s/\"id\": *\"system_info\"/\"id\":\"$name\"/" "$work/plugins/$name/plugin.json"
    done
    ln -s nowhere "$work/plugins/lost"
    cp "$work"/plugins/linked/*.so "$work/there"
    ln -sf "$work/there" "$work"/plugins/linked/*.so
    cp "$work/plugins/linked_manifest/plugin.json" "$work/there"
    ln -sf "$work/there" "$work/plugins/linked_manifest/plugin.json"
    # EM_RISCV, with a manifest that says nothing of it
    printf '\xf3\x00' | dd of="$(echo "$work"/plugins/foreign/*.so)" bs=1 seek=18 conv=notrunc status=none
    sed -i "s/\"sha256\": *\"[0-9a-f]*\"/\"sha256\":\"$(sha256sum "$work"/plugins/foreign/*.so | cut -d ' ' -f 1)\"/" \
        "$work/plugins/foreign/plugin.json"
    chmod -R go-w "$work/plugins"
    expect 0 "linked/libsystem_info.so: a symbolic link, not a plain file" --list-plugins -D "$here"
    for text in 'linked_manifest/plugin.json: a symbolic link, not a plain file' 'lost: a symbolic link that leads nowhere' \
        'libsystem_info.so: built for riscv, this is '; do
        grep -q "$text" "$work/out" || fail "no '$text' in: $(cat "$work/out")"
    done
    if [ -n "${AIP_SANITIZED:-}" ]; then
        echo "SKIPPED: an absent /proc: the sanitizers need it"
    elif unshare -Urm mount -t tmpfs none /proc 2>/dev/null; then
        unshare -Urm sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$agent" --list-plugins \
            -D "plugins.directories=$plugins" >"$work/out" 2>&1 || fail "without /proc: $(cat "$work/out")"
        grep -q "/proc/self: No such file or directory: plugins need /proc" "$work/out" || fail "no /proc in: $(cat "$work/out")"
    else
        echo "SKIPPED: an absent /proc: no mount namespace is granted here"
    fi
}

exit_codes() {
    expect 0 "--list-plugins" --help
    expect 0 "aip-agent " --version
    head -n 1 "$work/out" | grep -qx "aip-agent [0-9.]*" || fail "the first line: $(cat "$work/out")"
    for text in "^build: " "^protocols: AIP, plugin ABI 1\." "^  POCO  *1\.[0-9.]*  *libPocoFoundation" "^  OpenSSL  *3\.[0-9.]*  *libcrypto" \
        "^  RE2  *[0-9]" "^  Boost  *1\.[0-9.]*  *headers only" "^kernel: Linux " "^  PID namespace  *\(keeps plugins apart\|refused by the system\)" \
        "^  Landlock  " "^  seccomp  " "^  pidfd  *there"; do
        grep -q "$text" "$work/out" || fail "no '$text' in: $(cat "$work/out")"
    done
    expect 64 "unknown option '--no-such-option'; see aip-agent --help" --no-such-option
    expect 64 "--task-name goes with --request" --task-name=x
    expect 64 "names of options are written in small letters" --Client-Id=x
    expect 64 "only one of them at a time" --print-config --check
    expect 64 "must not be given more than once: client-id" --client-id=a --client-id=b
    expect 0 "log.level = error  [command line]" --print-config --log-level=CRITICAL
    expect 0 "WARNING: warn, CRITICAL:" --help
    expect 0 "written in small letters and may be abbreviated" --help
    expect 78 "none.ini: No such file" --config="$work/none.ini"
    expect 78 "server.url is not set" --check -D "plugins.directories=$plugins"
    expect 78 "server.url is not set" -D "plugins.directories=$plugins"
    expect 0 "are fine" --mcp --check -D "plugins.directories=$plugins"
    expect 0 "are fine" --check --mcp -D "plugins.directories=$plugins" -D log.file=/dev/null/a.log -D "server.token_file=$work/none"
    expect 78 "there is no [profile.none]" --mcp --check -D "plugins.directories=$plugins" -D mcp_server.profile=none
    expect 78 "did you mean 'plugins.directories'" --mcp --check -D "plugins.directorys=$plugins"
    expect 64 "not with --mcp" --mcp --check --connect
    expect 0 "server.url =   [default]" --mcp --print-config
    printf "" >"$work/empty.ini"
    expect 78 "server.url is not set" --config="$work/empty.ini"
    expect 0 "shell" --list-plugins -D "plugins.directories=$plugins"
    expect 0 "are fine" --check -D $url -D "plugins.directories=$plugins"
    expect 69 "giving up after 2 attempts" -D server.url=ws://127.0.0.1:1/ws -D connection.max_retries=1 \
        -D connection.backoff_base=0.01 -D "plugins.directories=$plugins"
}

settings() {
    "$agent" --sample=ini | diff - "$config/aip-agent.ini" || fail "config/aip-agent.ini is not what --sample=ini prints"
    "$agent" --sample=xml | diff - "$config/aip-agent.xml" || fail "config/aip-agent.xml is not what --sample=xml prints"
    expect 0 "are fine" --check --config="$config/aip-agent.ini" -D $url -D "plugins.directories=$plugins"
    expect 0 "are fine" --check --config="$config/aip-agent.xml" -D $url -D "plugins.directories=$plugins"
    printf '[server]\nurll = ws://x/ws\n' >"$work/a.ini"
    expect 78 "a.ini:2: unknown key 'server.urll'; did you mean 'server.url'?" --check --config="$work/a.ini"
    printf '[connection]\nmax_retries = many\n' >"$work/a.ini"
    expect 78 "key 'connection.max_retries': 'many' is not a number" --check --config="$work/a.ini"
    expect 78 "server.allow_plaintext=true" --check -D server.url=ws://192.0.2.1/ws
    expect 78 "server.url is not valid" --check -D server.url=ws:///ws
    expect 78 "does not belong into the address" --check -D connection.http_proxy=http://user:word@proxy:3128
    expect 78 "connection.http_proxy is not valid" --check -D $url -D connection.http_proxy=proxy:3128
    expect 78 "write %20" --check -D 'server.url=wss://host/ws?a=b c'
    expect 78 "write a # that belongs to it as %23" --check -D 'server.url=wss://host/ws#a'
    local wss="server.url=wss://server.example/ws"
    https_proxy=socks5://user:canary@p expect 78 "https_proxy of the environment is not valid" --check -D "$wss"
    ! grep -q canary "$work/out" || fail "the credentials are in the error"
    HTTPS_PROXY=p:0 expect 78 "HTTPS_PROXY of the environment is not valid" --check -D "$wss"
    HTTPS_PROXY=p:0 no_proxy=.example expect 0 "are fine" --check -D "$wss" -D "plugins.directories=$plugins"
    HTTP_PROXY=p:0 expect 0 "are fine" --check -D "$wss" -D "plugins.directories=$plugins"
    expect 78 "'cookie' is none of query, header" --check -D server.token_in=cookie
    printf '[client]\nid = ${log.file}\n[log]\nfile = ${client.id}\n' >"$work/a.ini"
    expect 78 'a.ini:2: key '"'client.id'"': ${log.file} leads back to this key' --check --config="$work/a.ini"
    printf '<aip-agent><client><id>${[system.nodeName}</id></client></aip-agent>' >"$work/a.xml"
    expect 78 'a.xml:1: key '"'client.id'"': ${[system.nodeName} is not set' --check --config="$work/a.xml"
    printf '[server]\n= 1\n' >"$work/a.ini"
    expect 78 "a.ini:2: no key before the =" --check --config="$work/a.ini"
    printf '[plugin.shell]\noutput_limits = 7\n' >"$work/a.ini"
    expect 78 "output_limit" --check --config="$work/a.ini" -D $url -D "plugins.directories=$plugins"
}

settings_files() { # what is not a plain file, or not ours alone, is no configuration
    mkdir "$work/folder.ini" "$work/folder.ini/sub.ini"
    expect 78 "sub.ini: not a plain file" --check --config="$work/folder.ini"
    mkfifo "$work/fifo.ini"
    expect 78 "fifo.ini: not a plain file" --check --config="$work/fifo.ini"
    ln -s /dev/zero "$work/zero.xml"
    expect 78 "zero.xml: not a plain file" --check --config="$work/zero.xml"
    printf '[plugin.shell]\ndenied_paths = /x/a.txt ; keep out\n[client\nid = a\n' >"$work/a.ini"
    expect 78 "a.ini:2: key 'plugin.shell.denied_paths'" --check --config="$work/a.ini" -D $url -D "plugins.directories=$plugins"
    grep -q "a.ini:3: the section has no closing ]" "$work/out" || fail "not all faults: $(cat "$work/out")"
    printf '[server]\nurl = ws://127.0.0.1:1/ws\n' >"$work/b.ini"
    expect 0 "are fine" --check -c "$work/b.ini" -D "plugins.directories=$plugins"
    chmod o+w "$work/b.ini"
    expect 78 "b.ini can be written by others: chmod go-w it" --check -c "$work/b.ini"
    mkdir "$work/gone"
    (cd "$work/gone" && rmdir "$work/gone" && expect 0 "aip-agent " --version &&
        expect 78 "the working directory has been deleted" --check -D $url -D log.file=x)
    local status=0
    "$agent" --sample=ini >/dev/full 2>"$work/out" || status=$?
    [ "$status" -eq 74 ] || fail "exit code $status with a full standard output"
}

findings() { # what has no effect is said, and fails --check
    local here=plugins.directories=$plugins once="-D connection.max_retries=1 -D connection.backoff_base=0.01"
    printf '[plugin.shel]\nenabled = false\n' >"$work/a.ini"
    local namesake="a.ini:2: [plugin.shel] has no effect: no such plugin is installed; did you mean [plugin.shell]?"
    expect 78 "error: $work/$namesake" --check -c "$work/a.ini" -D $url -D "$here"
    expect 78 "error: $work/$namesake" -c "$work/a.ini" -D $url -D "$here"
    printf '[plugin.backup]\nenabled = false\n[plugin.shell]\noutput_limit = big\noutput_limits = 7\n' >"$work/a.ini"
    expect 78 "warning: $work/a.ini:2: [plugin.backup] has no effect" --check -c "$work/a.ini" -D $url -D "$here"
    for text in "a.ini:4: key 'plugin.shell.output_limit': \"big\" is not an integer" "a.ini:5: key 'plugin.shell.output_limits': unknown key"; do
        grep -qF "$text" "$work/out" || fail "no $text in: $(cat "$work/out")"
    done
    # shellcheck disable=SC2086  # several words
    expect 69 "a.ini:2: [plugin.backup] has no effect" -c "$work/a.ini" -D $url -D "$here" $once
    mkdir "$work/empty"
    expect 78 "no plugin found in $work/empty" --check -D $url -D "plugins.directories=$work/empty"
    # shellcheck disable=SC2086
    expect 69 "no plugin found in $work/empty" -D $url -D "plugins.directories=$work/empty" $once
    expect 78 "/none: No such file or directory" --check -D $url -D "plugins.directories=/none, $plugins"
    expect 78 "key 'log.file': cannot be written" --check -D $url -D "$here" -D log.file=/dev/null/a.log
    mkfifo "$work/fifo.log"
    for file in "$work/fifo.log" /dev/zero "$work" "$work/typo/agent.log"; do
        expect 78 "error: command line: key 'log.file': cannot be written: $file" --check -D $url -D "$here" -D "log.file=$file"
        expect 78 "key 'log.file': cannot be written: $file" -D $url -D "$here" -D "log.file=$file"
        expect 78 "--pidfile: cannot be written: $file" --check --pidfile="$file" -D $url -D "$here"
    done
    [ ! -e "$work/typo" ] || fail "a folder has been made"
    expect 78 "key 'transfer.inbox': cannot be written: /tmp: others have access" --check -D $url -D "$here" -D transfer.receive=true -D transfer.inbox=/tmp
    expect 78 "there is no folder $work/typo" --check -D $url -D "$here" -D transfer.receive=true -D "transfer.inbox=$work/typo/inbox"
    ln -s "$work" "$work/link"
    expect 78 "a symbolic link, not a folder" --check -D $url -D "$here" -D transfer.receive=true -D "transfer.inbox=$work/link"
    expect 0 "it is made when the first file comes" --check -D $url -D "$here" -D transfer.receive=true -D "transfer.inbox=$work/inbox"
    mkdir "$work/conf.d"
    printf '[log]\nlevel = warn\n' >"$work/conf.d/a.ini" && cp "$work/conf.d/a.ini" "$work/conf.d/b.INI"
    expect 0 "note: $work/conf.d/b.INI: is not read" --check -c "$work/conf.d" -D $url -D "$here"
    printf '[plugin.shell]\nload = start\nshell = /bin/sh\ndenied_paths = *.key\n' >"$work/a.ini"
    expect 78 "warning: $work/a.ini:4: key 'plugin.shell.denied_paths': plugin shell: start-failed: " --check -c "$work/a.ini" -D $url -D "$here"
    printf '[plugin.shell]\noutput_limit = 64KiB\nshell = sh\n' >"$work/a.ini"
    expect 78 "warning: $work/a.ini:3: key 'plugin.shell.shell': plugin shell: start-failed: " --check -c "$work/a.ini" -D $url -D "$here"
    expect 78 "warning: command line: key 'plugin.shell.denied_paths': plugin shell: start-failed: " --check -D $url -D "$here" -D plugin.shell.denied_paths=a/b
    printf '[plugin.shell]\nallowed_programs = vi, ping\ndenied_paths = a/b, c/d\n' >"$work/a.ini"
    expect 78 "warning: $work/a.ini:3: key 'plugin.shell.denied_paths': plugin shell: start-failed: setting 'denied_paths': 'c/d'" --check -c "$work/a.ini" -D $url -D "$here"
    [ "$(grep -c " warning: .*start-failed" "$work/out")" -eq 4 ] || fail "not all faults: $(cat "$work/out")"
    [ -e /usr/bin/traceroute ] || expect 78 "warning: command line: key 'plugin.shell.allowed_programs': plugin shell: setting 'allowed_programs': 'traceroute' is not installed" \
        --check -D $url -D "$here" -D plugin.shell.network=true -D plugin.shell.allowed_programs=ls,traceroute
    expect 78 "key 'plugin.shell.denied_paths': '/a;/b' holds a semicolon" --check -D $url -D "$here" -D "plugin.shell.denied_paths=/a;/b"
    expect 78 "key 'plugin.shell.denied_paths': '/a\"' holds a quotation mark" --check -D $url -D "$here" -D 'plugin.shell.denied_paths=/a"'
    expect 0 "are fine" --check -D $url -D "$here" -D 'plugin.shell.denied_paths="/a;/b"'
    expect 78 "key 'plugins.host_view': no plugin 'shelll' is installed; did you mean 'shell'?" --check -D $url -D "$here" -D plugins.host_view=shelll
    for limit in memory_limit=1KiB file_limit=3 process_limit=1; do
        expect 78 "error: command line: key 'plugins.${limit%=*}': ${limit#*=} is too little for a plugin's process to start: at least" \
            --check -D $url -D "$here" -D plugins.$limit
    done
    [ -n "${AIP_SANITIZED:-}" ] || expect 0 "are fine" --check -D $url -D "$here" -D plugins.memory_limit=16MiB -D plugins.file_limit=16
    expect 78 "key 'plugins.trust': plugin shell: not-pinned" --check -D $url -D "$here" -D plugins.trust=pinned
    expect 78 "key 'log.console': nothing is logged" --check -D $url -D "$here" -D log.console=false
    expect 0 "are fine" --check --log-level=OFF -D $url -D "$here"
    expect 78 "all plugins are disabled or left out" --check -D $url -D "$here" -D plugins.allow=shell -D plugin.shell.enabled=false
    expect 0 "note: plugin system_info: not-allowed" --check -D $url -D "$here" -D plugins.allow=shell
    expect 0 "note: $work/b.ini:2: key 'client.id': replaced by command line" --check -c "$(printf '[client]\nid = a\n' >"$work/b.ini" && echo "$work/b.ini")" \
        -D client.id=b -D $url -D "$here"
}

profiles() { # what is asked for in vain
    local here=plugins.directories=$plugins
    printf '[profile.a]\nagent = LinuxAgent\naction = BashExecuter\n' >"$work/a.ini"
    expect 78 "a.ini:3: key 'profile.a.action': no plugin has a tool of this type in namespace 'BashExecuter'; did you mean 'BashExecutor'?" \
        --check -c "$work/a.ini" -D $url -D "$here"
    grep -qF "no profile offers a tool of plugin 'shell'" "$work/out" || fail "shell is not offered: $(cat "$work/out")"
    mkdir "$work/plugins"
    cp -r "$plugins"/shell "$work/plugins/shell"
    cp -r "$plugins/shell" "$work/plugins/rival"
    sed -i 's/"id": *"shell"/"id":"rival"/; s/BashExecutor/Rival/g' "$work/plugins/rival/plugin.json"
    expect 78 "action::execute_command of plugin 'rival' in namespace 'Rival' is not offered: plugin 'shell' comes first" \
        --check -D $url -D "plugins.directories=$work/plugins" -D plugins.order=shell
    expect 69 "action::execute_command of plugin 'rival'" -D $url -D "plugins.directories=$work/plugins" -D plugins.order=shell \
        -D connection.max_retries=1 -D connection.backoff_base=0.01
}

print_config() {
    local here=plugins.directories=$plugins
    export AIP_E2E_TOKEN=canary-in-env
    printf '[client]\nid = lab\n[plugin.mail]\npassword = canary\n[server]\ntoken = ${system.env.AIP_E2E_TOKEN}\n' >"$work/a.ini"
    expect 0 "client.id = lab  [$work/a.ini:2]" --print-config -c "$work/a.ini" -D "$here" -D log.level=warn
    for text in "log.level = warn  [command line]" "log.max_files = 5  [default]" "server.token = ***  [" "plugin.mail.password = ***  ["; do
        grep -qF "$text" "$work/out" || fail "no $text in: $(cat "$work/out")"
    done
    ! grep -q canary "$work/out" || fail "a secret is shown"
    https_proxy=http://user:canary@proxy:3128 expect 0 "connection.http_proxy = http://proxy:3128  [https_proxy of the environment]" \
        --print-config -D "$here" -D server.url=wss://server.example/ws
    ! grep -q canary "$work/out" || fail "the credentials are shown"
    expect 78 "connection.http_proxy = http://***@proxy:3128  [command line]" --print-config -D connection.http_proxy=http://user:canary@proxy:3128
    ! grep -q canary "$work/out" || fail "the credentials are shown"
    printf '[plugin.web]\ndsn = canary\n[device.metadata]\nfeed = https://h/x?sig=canary\ndb = postgresql://u:canary@h/x\n' >"$work/b.ini"
    expect 0 "device.metadata.feed = https://h/x?sig=***  [" --print-config -c "$work/b.ini" -D "$here"
    for text in "plugin.web.dsn = ***  [" "device.metadata.db = postgresql://***@h/x  ["; do
        grep -qF "$text" "$work/out" || fail "no $text in: $(cat "$work/out")"
    done
    ! grep -q canary "$work/out" || fail "a secret is shown"
    expect 0 "--print-config" --help
}

reference() { # the command line of the reference client
    local here=plugins.directories=$plugins
    expect 69 "giving up after 2 attempts" --ws --ws-server ws://127.0.0.1:1/ws --client-id lab --max-retries 1 --platform mobile \
        --log-level INFO --task_name evening --request "tidy up" -D "$here" -D connection.backoff_base=0.01
    grep -q "as lab" "$work/out" || fail "not under its name: $(cat "$work/out")"
    expect 78 "does not belong into the address" --ws-server "ws://127.0.0.1:1/ws?token=x"
    expect 78 "key 'log.level'" --ws-server ws://127.0.0.1:1/ws --log-level loud
}

tls_files() {
    (cd "$work" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 1 -subj /CN=device \
        -keyout a.key -out a.pem && openssl ecparam -name prime256v1 -genkey -noout -out b.key) 2>/dev/null
    chmod 600 "$work"/*.key
    local url=server.url=wss://127.0.0.1:1/ws own=server.certificate_file=$work/a.pem
    expect 0 "are fine" --check -D "plugins.directories=$plugins" -D $url -D "server.ca_file=$work/a.pem" -D "$own" \
        -D "server.private_key_file=$work/a.key"
    expect 78 "server.ca_file: $work/none.pem: No such file" --check -D $url -D "server.ca_file=$work/none.pem"
    expect 78 "server.private_key_file: $work/b.key is not the key of" --check -D $url -D "$own" \
        -D "server.private_key_file=$work/b.key"
    for file in a.pem a.key; do
        (printf '\357\273\277' && cat "$work/$file") >"$work/marked.$file" && chmod 600 "$work/marked.$file"
    done
    expect 78 "server.ca_file: $work/marked.a.pem: begins with a byte order mark" --check -D $url -D "server.ca_file=$work/marked.a.pem"
    expect 78 "server.private_key_file: $work/marked.a.key: begins with a byte order mark" --check -D $url -D "$own" \
        -D "server.private_key_file=$work/marked.a.key"
    expect 78 "plugins.trusted_keys: $work/marked.a.pem: begins with a byte order mark" --check -D $url -D "plugins.trusted_keys=$work/marked.a.pem"
    chmod 640 "$work/a.key"
    expect 78 "server.private_key_file: $work/a.key: others may read it" --check -D $url -D "$own" \
        -D "server.private_key_file=$work/a.key"
    printf 'no colon' >"$work/credentials" && chmod 600 "$work/credentials"
    expect 78 "connection.http_proxy_credentials_file: $work/credentials: expected one line user:password" --check \
        -D $url -D "connection.http_proxy_credentials_file=$work/credentials"
    ! grep -q "no colon" "$work/out" || fail "the credentials are in the error"
}

token() {
    expect 78 "use server.token_file" --check -D server.token=canary
    printf '[server]\ntoken = canary-in-file\n' >"$work/a.ini"
    expect 78 "server.token takes a reference" --check -D $url --config="$work/a.ini"
    ! grep -q canary-in-file "$work/out" || fail "the token is in the error"
    printf 'canary' >"$work/token" && chmod 644 "$work/token"
    expect 78 "others may read it" --check -D $url -D "server.token_file=$work/token"
    printf '[server]\ntoken = ${system.env.AIP_E2E_TOKEN}\n' >"$work/a.ini"
    expect 78 'key '"'server.token'"': ${system.env.AIP_E2E_TOKEN} is not set' --check --config="$work/a.ini"
    export AIP_E2E_TOKEN=canary-in-env
    printf '[server]\ntoken = "${system.env.AIP_E2E_TOKEN}"\n' >"$work/b.ini"
    expect 0 "are fine" --check --config="$work/b.ini" -D $url -D "plugins.directories=$plugins"
    expect 0 "are fine" --check --config="$work/a.ini" -D $url -D "plugins.directories=$plugins"
}

"$1"
