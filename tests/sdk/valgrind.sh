#!/usr/bin/env bash
# valgrind.sh AIP_PLUGIN HELLO_FOLDER SUPPRESSIONS INCLUDE C_COMPILER: a plugin runs in the tool under valgrind, which finds
# nothing; of one that reads beyond its memory it names function and line.
set -euo pipefail
if ! command -v valgrind >/dev/null; then
    echo "SKIPPED: Debian's valgrind is not installed"
    [ "${CI:-}" = true ] && exit 1
    exit 77
fi
output=$(valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite --suppressions="$3" \
    "$1" call --in-process "$2" greet '{"name":"Ann","times":3}' 2>&1) || {
    echo "FAILED: exit code $?: $output"
    exit 1
}
if [ "$output" != '"Hello Ann Ann Ann"' ]; then
    echo "FAILED: $output"
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/beyond"
cat >"$work/beyond.c" <<'END'
#include <aip/plugin.h>
static int beyond(int index) {
    int* numbers = calloc(4, sizeof(int));
    const int number = numbers[index];
    free(numbers);
    return number;
}
static aip_status reads(const aip_call* call, aip_json parameters) {
    (void)parameters;
    return aip_return_text(call, beyond(4) == 0 ? "nothing" : "something");
}
static const aip_tool tools[] = {{"reads", reads}};
AIP_C_PLUGIN(tools)
END
cat >"$work/beyond.json" <<'END'
{"description": "Reads beyond its memory.", "tools": [{"name": "reads", "type": "action", "namespace": "Beyond",
 "description": "Reads.", "input_schema": {"type": "object"}}]}
END
"$5" -std=c11 -g -O0 -fPIC -shared -fvisibility=hidden "-I$4" '-DAIP_PLUGIN_ID="beyond"' '-DAIP_PLUGIN_VERSION="1.0.0"' \
    "$work/beyond.c" -o "$work/beyond/libbeyond.so"
"$1" manifest "$work/beyond/libbeyond.so" --from "$work/beyond.json" -o "$work/beyond/plugin.json"
output=$(valgrind -q --error-exitcode=9 --suppressions="$3" "$1" call --in-process "$work/beyond" reads 2>&1) && {
    echo "FAILED: valgrind does not see it: $output"
    exit 1
}
if ! grep -q 'beyond (beyond.c:4)' <<<"$output"; then
    echo "FAILED: valgrind does not name the line: $output"
    exit 1
fi
