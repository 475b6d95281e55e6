// client.mjs ERA TRANSPORT TARGET...: the official client SDKs with our server. ERA: legacy or modern; TRANSPORT: stdio with the
// command line of the agent, or http with the address and the key.
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as OldHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [era, transport, ...target] = process.argv.slice(2);
const modern = era === "modern";
const byLines = { command: target[0], args: target.slice(1), stderr: "inherit" };
const headers = { requestInit: { headers: { Authorization: `Bearer ${target[1]}` } } };
const Http = modern ? StreamableHTTPClientTransport : OldHttp;
const Stdio = modern ? StdioClientTransport : OldStdio;
const info = { name: "peer", version: "1" };
const client = modern
    ? new Client(info, { capabilities: {}, versionNegotiation: { mode: "auto" } })
    : new OldClient(info, { capabilities: {} });
await client.connect(transport === "http" ? new Http(new URL(target[0]), headers) : new Stdio(byLines));
assert.equal(client.getServerVersion().name, "aip-agent");

/** The old SDK takes the schema of the result before the options. */
const call = (name, args = {}, options = {}) =>
    client.callTool({ name, arguments: args }, ...(modern ? [options] : [undefined, options]));

let names = [];
for (const end = Date.now() + 60_000; !names.includes("add"); ) {  // plugins start beside the client
    assert(Date.now() < end, `offered: ${names}`);
    names = (await client.listTools()).tools.map((tool) => tool.name);
}
const sum = await call("add", { a: 2, b: 3 });
assert.equal(sum.content[0].text, "5");
assert.equal(sum.structuredContent, modern ? 5 : undefined);  // before 2026-07-28 only objects are structured
const wrong = await call("add", { a: "x", b: 3 });
assert(wrong.isError && wrong.content[0].text.includes("Input validation error"), JSON.stringify(wrong));
await assert.rejects(call("nothing"), /Unknown tool/);
const picture = await call("picture");
assert.equal(picture.content[0].type, "image");
assert.equal(picture.content[0].mimeType, "image/png");
assert.equal(picture.content[0].data, "QUJD");
const failed = await call("fail");
assert(failed.isError && failed.content[0].text.includes("on purpose"), JSON.stringify(failed));
const reports = [];
while (reports.length === 0) // the SDKs lose those that they read together with the result
    await call("steps", {}, { onprogress: (progress) => reports.push(progress.progress) });
assert(reports.every((each, at) => at === 0 || each > reports[at - 1]), String(reports));
const abort = new AbortController();
const waiting = call("wait", {}, { signal: abort.signal, onprogress: () => abort.abort("enough") });
await assert.rejects(waiting, /enough|abort/i);
const all = await Promise.all([...Array(40).keys()].map((each) => call("add", { a: each, b: 1 })));
assert(all.every((result, each) => result.content[0].text === String(each + 1)));
await client.close();
console.log(`${era} over ${transport}: as it should be`);
process.exit(0);
