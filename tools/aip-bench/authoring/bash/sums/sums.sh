#!/usr/bin/env bash
add() {
    jq '.a + .b'
}
"$1"
