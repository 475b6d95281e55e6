#!/usr/bin/env bash
# signing.sh AIP_PLUGIN PLUGIN_FOLDER: what aip-plugin sign and verify do with keys made by openssl.
set -euo pipefail
umask 022
tool=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

expect() { # exit code, text in the output, arguments...
    local code=$1 text=$2 status=0
    shift 2
    "$tool" "$@" >"$work/out" 2>&1 || status=$?
    if [ "$status" -ne "$code" ] || ! grep -qF -- "$text" "$work/out"; then
        echo "FAILED: exit code $status, expected $code and '$text': $* $(cat "$work/out")" >&2
        exit 1
    fi
}

cp -r "$2" "$work/plugin"
mkdir "$work/program"
printf '#!/bin/sh\necho 1\n' >"$work/program/one.sh"
chmod 755 "$work/program/one.sh"
cat >"$work/program/plugin.json" <<END
{"schema_version": 1, "id": "program", "version": "1.0.0", "command": ["./one.sh"], "protocol": "exec",
 "files": [{"name": "one.sh", "sha256": "$(sha256sum "$work/program/one.sh" | cut -c -64)"}],
 "tools": [{"name": "one", "type": "action", "namespace": "Test",
            "input_schema": {"type": "object"}}]}
END
cd "$work"
openssl genpkey -algorithm ed25519 -out key.pem
openssl pkey -in key.pem -pubout -out public.pem
openssl genpkey -algorithm ed25519 | openssl pkey -pubout -out other.pem
openssl genpkey -algorithm rsa -out rsa.pem 2>/dev/null
openssl genpkey -algorithm ed25519 -aes256 -pass pass:word -out locked.pem
chmod 600 ./*.pem

expect 1 "plugin.json.sig: No such file" verify --key=public.pem plugin
expect 0 "plugin.json.sig is written" sign --key=key.pem plugin
expect 0 "the signature is good" verify --key=public.pem plugin
expect 1 "not what the owner of other.pem has signed" verify --key=other.pem plugin
openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in plugin/plugin.json -sigfile plugin/plugin.json.sig >/dev/null

cp plugin/plugin.json.sig first.sig
openssl pkeyutl -sign -inkey key.pem -rawin -in plugin/plugin.json -out plugin/plugin.json.sig
expect 0 "the signature is good" verify --key=public.pem plugin/plugin.json
expect 0 "plugin.json.sig is written" sign plugin/plugin.json --key=key.pem
cmp first.sig plugin/plugin.json.sig
[ "$(find plugin -name '*.new')" = "" ]

chmod 640 key.pem
expect 1 "key.pem: others may read it; chmod 600 and own it" sign --key=key.pem plugin
expect 1 "none.pem: No such file" sign --key=none.pem plugin
expect 1 "rsa.pem: not an Ed25519 key: make one with openssl genpkey" sign --key=rsa.pem plugin
expect 1 "locked.pem: holds no private key that can be read (PEM, not encrypted)" sign --key=locked.pem plugin
chmod 600 key.pem
expect 1 "key.pem: holds no public key" verify --key=key.pem plugin
expect 64 "--key=FILE is missing" sign plugin
expect 64 "wrong arguments for sign" sign --key=key.pem
expect 64 "wrong arguments for verify" verify --key=public.pem plugin again
expect 64 "unknown option '--keys=key.pem'" sign --keys=key.pem plugin
expect 0 "usage: aip-plugin sign --key=FILE" sign --help

printf x >>"$(echo plugin/*.so)"
expect 1 "is not the file that the manifest was made for" sign --key=key.pem plugin
expect 1 "is not the file that the manifest was made for" verify --key=public.pem plugin
printf ' ' >>plugin/plugin.json
expect 1 "not what the owner of public.pem has signed" verify --key=public.pem plugin
printf '{' >plugin/plugin.json
expect 1 "plugin.json" sign --key=key.pem plugin

# A program: each of its files, and no other.
expect 0 "plugin.json.sig is written" sign --key=key.pem program
expect 0 "the signature is good" verify --key=public.pem program
touch program/more
expect 1 "file-unlisted" sign --key=key.pem program
expect 1 "file-unlisted" verify --key=public.pem program
rm program/more
echo 'echo 2' >>program/one.sh
expect 1 "hash-mismatch" sign --key=key.pem program
expect 1 "hash-mismatch" verify --key=public.pem program
