#!/usr/bin/env bash
# What fills a disk. Needs jq.
set -euo pipefail

case ${1-} in
usage)
    path=$(jq -r '.path // "/"')
    [[ -d $path ]] || { echo "$path is not a folder" >&2; exit 102; }
    df --output=size,used,avail -B1 -- "$path" | tail -1 | jq -R 'split(" +"; "") | map(select(. != "") | tonumber)
        | {size: .[0], used: .[1], available: .[2]}'
    ;;
--manifest)
    jq -n --arg sha256 "$(sha256sum "$0" | cut -c -64)" '{
        schema_version: 1, id: "disk_usage", version: "1.0.0", command: ["./disk_usage.sh"], protocol: "exec",
        files: [{name: "disk_usage.sh", sha256: $sha256}],
        tools: [{name: "usage", type: "data_collection", namespace: "Disk", description: "Bytes of the disk that holds a folder.",
            input_schema: {type: "object", properties: {path: {type: "string", default: "/"}}, additionalProperties: false},
            annotations: {readOnlyHint: true}}]}'
    ;;
*)
    exit 102
    ;;
esac
