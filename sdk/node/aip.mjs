// Tools for aip-agent in JavaScript: one file, no package, Node 18 or later.
//
//     #!/usr/bin/env node
//     import { action, run } from "./aip.mjs";
//
//     action("greet", "Greets someone.", { name: "string", times: { type: "integer", default: 1 } },
//         ({ name, times }) => Array(times).fill("Hello " + name).join(" "));
//
//     run();
//
// A parameter is a JSON Schema, or a short form: "string", "integer", "number", "boolean", "object", "any", with "[]" after it
// an array of them, with "?" at the end not required. A default makes it not required, too. The function gets the parameters as
// one object, and the call. The program is started by the agent in either protocol of PROGRAMS.md; by hand:
//
//     echo '{"name": "Ann"}' | ./hello.mjs greet      one call
//     ./hello.mjs --manifest > plugin.json            the manifest, with the hashes of the files beside the program
//
// What a tool prints goes to the log, never into the result.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";

const codes = ["OK", "INVALID", "NOT_FOUND", "UNSUPPORTED", "CANCELLED", "DEADLINE", "DENIED", "UNAVAILABLE", "EXHAUSTED",
    "STATE", "INTERNAL"];
const firstExitCode = 100;
const callerTexts = ["agent", "root", "process", "session", "task"];
const versions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/** Fails a call: new AipError("NOT_FOUND", "no such disk"). */
export class AipError extends Error {
    constructor(code, text) {
        super(text);
        this.code = Number.isInteger(code) ? code : codes.indexOf(code);
        if (this.code < 1) {
            throw new TypeError(`'${code}' is no code of a failure; its text: ${text}`);
        }
    }
}

class Call {
    #end;
    #report;
    #cancel = new AbortController();

    constructor(id, remainingMs, report, caller) {
        this.id = id ?? "";
        // Who asks, in the words of the server: foreign text, "" where it does not say.
        for (const name of callerTexts) {
            this[name] = String(caller(name) ?? "");
        }
        this.#end = remainingMs === undefined ? Infinity : Date.now() + Number(remainingMs);
        this.#report = report;
    }
    /** Aborted when the call is cancelled. */
    get signal() { return this.#cancel.signal; }
    get remainingMs() { return Math.max(0, this.#end - Date.now()); }
    /** From 0 to 1000. */
    progress(permille, text = "") {
        this.#report(Math.max(0, Math.min(1000, Math.trunc(permille))), String(text).replace(/\s+/g, " "));
    }
    cancel() { this.#cancel.abort(); }
}

/** The section [plugin.ID] of the agent's configuration, as far as run({ settings }) describes it. */
export function settings() {
    return process.env.AIP_SETTINGS ? JSON.parse(fs.readFileSync(process.env.AIP_SETTINGS, "utf8")) : {};
}

/** The plugin's own folder for what it keeps, which survives upgrades; null if the agent gives none. */
export function stateDir() {
    return process.env.AIP_STATE_DIR ?? null;
}

/** The folder of the plugin's files, to be read only. */
export function pluginDir() {
    return process.env.AIP_PLUGIN_DIR ?? path.dirname(path.resolve(process.argv[1]));
}

// Declaring tools

const tools = new Map();
const hints = { readOnly: "readOnlyHint", destructive: "destructiveHint", idempotent: "idempotentHint", openWorld: "openWorldHint" };

/** Declares a tool that does something. Options: title, namespace, timeout (seconds), result (a schema), readOnly,
 *  destructive, idempotent, openWorld. */
export function action(name, description, parameters, run, options = {}) {
    declare({ name, type: "action", description, parameters, run, options });
}

/** Declares a tool that only looks. */
export function dataCollection(name, description, parameters, run, options = {}) {
    declare({ name, type: "data_collection", description, parameters, run, options });
}

function declare(tool) {
    if (tools.has(tool.name)) {
        throw new TypeError(`there are two tools named ${tool.name}`);
    }
    const known = ["title", "namespace", "timeout", "result", ...Object.keys(hints)];
    for (const key of Object.keys(tool.options)) {
        if (!known.includes(key)) {
            throw new TypeError(`${tool.name}: unknown option ${key}`);
        }
    }
    tool.input = inputSchema(tool);
    tools.set(tool.name, tool);
}

function schemaOf(short, place) {
    if (typeof short === "object" && short !== null) {
        return short;
    }
    const [, kind, array] = /^(string|integer|number|boolean|object|any)(\[\])?$/.exec(short) ?? [];
    if (!kind) {
        throw new TypeError(`${place}: '${short}' is neither a schema nor a type`);
    }
    const schema = kind === "any" ? {} : { type: kind };
    return array ? { type: "array", items: schema } : schema;
}

function inputSchema({ name, parameters }) {
    const schema = { type: "object", properties: {}, required: [], additionalProperties: false };
    for (const [key, given] of Object.entries(parameters ?? {})) {
        const optional = typeof given === "string" && given.endsWith("?");
        schema.properties[key] = schemaOf(optional ? given.slice(0, -1) : given, `${name}(${key})`);
        if (!optional && !("default" in schema.properties[key])) {
            schema.required.push(key);
        }
    }
    return schema;
}

function manifestOf(tool, namespace) {
    const annotations = Object.entries(hints).filter(([key]) => key in tool.options).map(([key, hint]) => [hint, tool.options[key]]);
    const told = { name: tool.name, type: tool.type, namespace: tool.options.namespace ?? namespace, title: tool.options.title ?? null,
        description: tool.description, input_schema: tool.input,
        output_schema: tool.options.result === undefined ? null : schemaOf(tool.options.result, `the result of ${tool.name}`),
        meta: null, annotations: annotations.length ? Object.fromEntries(annotations) : null };
    return tool.options.timeout === undefined ? told : { ...told, timeout_seconds: tool.options.timeout };
}

async function runTool(tool, given, call) {
    const parameters = {};
    for (const [key, schema] of Object.entries(tool.input.properties)) {
        if (key in given) {
            parameters[key] = given[key];
        } else if (tool.input.required.includes(key)) {
            throw new AipError("INVALID", `'${key}' is a required property`);
        } else if ("default" in schema) {
            parameters[key] = schema.default;
        }
    }
    const result = await tool.run(parameters, call);
    return result === undefined ? null : result;
}

function failureOf(problem) {
    return problem instanceof AipError ? [problem.code, problem.message]
        : [codes.indexOf("INTERNAL"), problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem)];
}

// Running

/** Does what the command line says. `id` is by default the name of the program's folder, `settings` the JSON Schema of the
 *  plugin's settings. `protocol` is what the manifest says: "exec" starts the program for each call, "stdio" once. */
export async function run({ id, version = "1.0.0", description = null, namespace, protocol = "exec", concurrency = 1,
    settings: settingsSchema = null } = {}) {
    const program = fs.realpathSync(process.argv[1]);
    const words = process.argv.slice(2);
    id ??= path.basename(path.dirname(program));
    if (words.length === 1 && words[0] === "--manifest") {
        process.stdout.write(manifest({ program, id, version, description, namespace, protocol, concurrency, settingsSchema }) + "\n");
    } else if (words.length === 0) {
        serve({ name: id, version });
    } else if (words.length === 1 && tools.has(words[0])) {
        await runOne(tools.get(words[0]));
    } else {
        process.stderr.write(`usage: ${path.basename(program)} [--manifest | ${[...tools.keys()].join(" | ")}]\n`);
        process.exitCode = firstExitCode + codes.indexOf(words.length === 1 ? "NOT_FOUND" : "INVALID");
    }
}

/** All that is printed goes to standard error; standard output is the protocol's. */
function freeStdout() {
    console.log = console.info = console.debug = console.error;
    process.stdout.write = (...all) => process.stderr.write(...all);
}

function writeOut(text) {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length;) {
        try {
            done += fs.writeSync(1, bytes, done);
        } catch (problem) {
            if (problem.code !== "EAGAIN") {
                throw problem;
            }
        }
    }
}

async function runOne(tool) {
    freeStdout();
    const report = (permille, text) => {
        try {
            fs.writeSync(3, `${permille} ${text}\n`);
        } catch { /* by hand there is no descriptor 3 */ }
    };
    try {
        const given = fs.readFileSync(0, "utf8");
        const call = new Call(process.env.AIP_CALL_ID, process.env.AIP_DEADLINE_MS, report,
            (name) => process.env[`AIP_${name.toUpperCase()}`]);
        const result = await runTool(tool, given.trim() ? JSON.parse(given) : {}, call);
        writeOut(JSON.stringify(result) + (process.stdout.isTTY ? "\n" : ""));
        process.exit(0);
    } catch (problem) {
        const [code, text] = failureOf(problem);
        fs.writeSync(2, text + "\n");
        process.exit(firstExitCode + (code < codes.length ? code : codes.indexOf("INTERNAL")));
    }
}

/** MCP over standard input and output: as much of it as tools need. */
function serve(serverInfo) {
    freeStdout();
    const running = new Map();
    let ours = false;
    const send = (message) => writeOut(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
    const described = (tool) => {
        const { title, annotations, output_schema: output } = manifestOf(tool, "");
        return { name: tool.name, description: tool.description, inputSchema: tool.input,
            ...(title ? { title } : {}), ...(annotations ? { annotations } : {}),
            outputSchema: { type: "object", properties: { result: output ?? {} }, required: ["result"], "x-fastmcp-wrap-result": true } };
    };
    const callTool = async (id, parameters) => {
        const meta = parameters._meta ?? {};
        const report = (permille, text) => meta.progressToken !== undefined && send({ method: "notifications/progress",
            params: { progressToken: meta.progressToken, progress: permille, total: 1000, message: text } });
        const call = new Call(meta["aip/call_id"], meta["aip/deadline_ms"], report, (name) => meta[`aip/${name}`]);
        running.set(id, call);
        try {
            const tool = tools.get(parameters.name);
            if (!tool) {
                throw new AipError("NOT_FOUND", `unknown tool: ${parameters.name}`);
            }
            const result = await runTool(tool, parameters.arguments ?? {}, call);
            const text = typeof result === "string" ? result : JSON.stringify(result);
            send({ id, result: { content: ours ? [] : [{ type: "text", text }], structuredContent: { result } } });
        } catch (problem) {
            const [code, text] = failureOf(problem);
            send({ id, result: { content: [{ type: "text", text }], isError: true, _meta: { "aip/code": code } } });
        }
        running.delete(id);
    };
    const methods = {
        initialize(parameters) {
            ours = parameters.clientInfo?.name === "aip-agent";
            const asked = parameters.protocolVersion;
            return { protocolVersion: versions.includes(asked) ? asked : versions[0], capabilities: { tools: {} }, serverInfo };
        },
        ping: () => ({}),
        "tools/list": () => ({ tools: [...tools.values()].map(described) }),
    };
    const handle = ({ method, id, params = {} }) => {
        if (method === "notifications/cancelled") {
            running.get(params.requestId)?.cancel();
        } else if (id === undefined) {
            return;
        } else if (method === "tools/call") {
            callTool(id, params);
        } else if (Object.hasOwn(methods, method)) {
            send({ id, result: methods[method](params) });
        } else {
            send({ id, error: { code: -32601, message: `Method not found: ${method}` } });
        }
    };
    readline.createInterface({ input: process.stdin }).on("line", (line) => {
        let message;
        try {
            message = JSON.parse(line);
        } catch {
            return;
        }
        if (typeof message?.method === "string") {
            handle(message);
        }
    }).on("close", () => process.exit(0));
}

// The manifest

function* filesBelow(folder, prefix = "") {
    const spared = ["plugin.json", "plugin.json.sig", "__pycache__"];
    for (const entry of fs.readdirSync(path.join(folder, prefix), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const name = prefix + entry.name;
        if (entry.name.startsWith(".") || spared.includes(entry.name) || entry.name.endsWith("~")) {
            continue;
        }
        if (entry.isDirectory()) {
            yield* filesBelow(folder, name + "/");
        } else {
            yield { name, sha256: createHash("sha256").update(fs.readFileSync(path.join(folder, name))).digest("hex") };
        }
    }
}

function manifest({ program, id, version, description, namespace, protocol, concurrency, settingsSchema }) {
    try {
        fs.accessSync(program, fs.constants.X_OK);
    } catch {
        process.stderr.write(`${program} is not executable: chmod +x it\n`);
        process.exit(1);
    }
    namespace ??= id.split(".").at(-1).split(/[^A-Za-z0-9]+/).map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join("") + "Tools";
    return JSON.stringify({ schema_version: 1, id, version, description, command: ["./" + path.basename(program)], protocol,
        files: [...filesBelow(path.dirname(program))], concurrency, settings: settingsSchema,
        tools: [...tools.values()].map((tool) => manifestOf(tool, namespace)) }, null, 2);
}
