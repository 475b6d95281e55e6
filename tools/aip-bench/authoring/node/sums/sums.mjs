#!/usr/bin/env node
import { action, run } from "./aip.mjs";

function add({ a, b }) {
    return a + b;
}

action("add", "Adds two numbers.", { a: "integer", b: "integer" }, add);
run();
