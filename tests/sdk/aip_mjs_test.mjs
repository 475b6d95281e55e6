// aip_mjs_test.mjs FOLDER: sdk/node/aip.mjs, which is in FOLDER.
import assert from "node:assert";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const library = path.resolve(process.argv[2], "aip.mjs");
const aip = await import(library);
const { action } = aip;

// What a parameter is declared as, its schema, and whether it is required.
const parameters = [
    ["string", { type: "string" }, true],
    ["integer?", { type: "integer" }, false],
    ["number[]", { type: "array", items: { type: "number" } }, true],
    ["any", {}, true],
    ["any[]?", { type: "array", items: {} }, false],
    [{ type: "string", minLength: 1 }, { type: "string", minLength: 1 }, true],
    [{ type: "boolean", default: false }, { type: "boolean", default: false }, false],
];

function runTool(words, input = "") {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "aip-"));
    const file = path.join(folder, "tool.mjs");
    const declared = Object.fromEntries(parameters.map(([short], i) => [`p${i}`, short]));
    fs.writeFileSync(file, `#!${process.execPath}
import { action, dataCollection, run, AipError } from ${JSON.stringify(library)};
action("all", "Takes all.", ${JSON.stringify(declared)}, (given) => given);
action("f", "Does it.", { x: "integer" }, async ({ x }) => {
    console.log("noise");
    if (x === 1) throw new RangeError("one");
    if (x === 2) throw new AipError("DENIED", "two");
    if (x === 3) return undefined;
    if (x === 4) throw new AipError("DENID", "four");
    if (x === 5) throw new AipError(1234, "five");
    return { x };
}, { readOnly: true, timeout: 5 });
run({ id: "tool", protocol: "stdio" });
`, { mode: 0o755 });
    const ended = spawnSync(file, words, { input, encoding: "utf8" });
    fs.rmSync(folder, { recursive: true });
    return ended;
}

for (const [words, input, code, out, error] of [
    [["f"], '{"x":7}', 0, '{"x":7}', "noise\n"],
    [["f"], '{"x":3}', 0, "null", "noise\n"],
    [["f"], '{"x":1}', 110, "", "noise\nRangeError: one\n"],
    [["f"], '{"x":2}', 106, "", "noise\ntwo\n"],
    [["f"], '{"x":4}', 110, "", "noise\nTypeError: 'DENID' is no code of a failure; its text: four\n"],
    [["f"], '{"x":5}', 110, "", "noise\nfive\n"],
    [["f"], "", 101, "", "'x' is a required property\n"],
    [["g"], "", 102, "", "usage: tool.mjs [--manifest | all | f]\n"],
]) {
    const ended = runTool(words, input);
    assert.deepStrictEqual([ended.status, ended.stdout, ended.stderr], [code, out, error]);
}

delete process.env.AIP_STATE_DIR;
delete process.env.AIP_PLUGIN_DIR;
assert.strictEqual(aip.stateDir(), null);
assert.strictEqual(aip.pluginDir(), path.dirname(path.resolve(process.argv[1])));
Object.assign(process.env, { AIP_PLUGIN_DIR: "/plugins/x", AIP_STATE_DIR: "/state/x" });
assert.deepStrictEqual([aip.pluginDir(), aip.stateDir()], ["/plugins/x", "/state/x"]);
delete process.env.AIP_STATE_DIR;
delete process.env.AIP_PLUGIN_DIR;

const manifest = JSON.parse(runTool(["--manifest"]).stdout);
assert.deepStrictEqual([manifest.id, manifest.command, manifest.protocol], ["tool", ["./tool.mjs"], "stdio"]);
assert.deepStrictEqual(manifest.files.map((file) => file.name), ["tool.mjs"]);
parameters.forEach(([short, schema, required], i) => {
    const { input_schema: input } = manifest.tools[0];
    assert.deepStrictEqual(input.properties[`p${i}`], schema, short);
    assert.strictEqual(input.required.includes(`p${i}`), required, short);
});
assert.deepStrictEqual(manifest.tools[1].annotations, { readOnlyHint: true });
assert.strictEqual(manifest.tools[1].timeout_seconds, 5);

const asked = [{ id: 1, method: "initialize", params: { protocolVersion: "2024-11-05" } }, { id: "l", method: "tools/list" }, 7,
    { id: 2, method: "tools/call", params: { name: "g" } }, { id: 3, method: "nothing" }, { id: 4, method: "toString" }];
const answers = Object.fromEntries(runTool([], "hello\n" + asked.map((each) => JSON.stringify(each) + "\n").join("")).stdout
    .trim().split("\n").map((line) => JSON.parse(line)).map((each) => [each.id, each]));
assert.strictEqual(answers[1].result.protocolVersion, "2024-11-05");
assert.strictEqual(answers.l.result.tools.length, 2);
assert.strictEqual(answers[2].result._meta["aip/code"], 2);
assert.deepStrictEqual([answers[3].error.code, answers[4].error.code], [-32601, -32601]);

for (const wrong of [() => action("a", "", { x: "text" }), () => action("b", "", {}, () => 1, { colour: "red" }),
    () => { action("c", "", {}); action("c", "", {}); }]) {
    assert.throws(wrong, TypeError);
}
