// list.mjs ERA TARGET...: prints the tools of a server as an official client SDK sees them, one JSON array. ERA: legacy or modern;
// TARGET: a url, or a command line.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as OldHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [era, target, ...args] = process.argv.slice(2);
const modern = era === "modern";
const Http = modern ? StreamableHTTPClientTransport : OldHttp;
const Stdio = modern ? StdioClientTransport : OldStdio;
const info = { name: "peer", version: "1" };
const client = modern
    ? new Client(info, { capabilities: {}, versionNegotiation: { mode: "auto" } })
    : new OldClient(info, { capabilities: {} });
await client.connect(target.startsWith("http") ? new Http(new URL(target))
    : new Stdio({ command: target, args, env: process.env, stderr: "ignore" }));
const tools = [];
for (let cursor; ; ) {
    const page = await client.listTools(cursor ? { cursor } : undefined);
    tools.push(...page.tools);
    cursor = page.nextCursor;
    if (!cursor) {
        break;
    }
}
console.log(JSON.stringify(tools));
await client.close();
process.exit(0);
