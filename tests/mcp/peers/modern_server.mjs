// A server of the revision 2026-07-28 only, with ERAS=both of all revisions, made with the official SDK: over stdio, or with PORT
// over HTTP.
import { createServer } from "node:http";

import { McpServer, createMcpHandler } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import * as z from "zod";

const revisions = process.env.ERAS === "both" ? {} : { legacy: "reject" };

function make() {
    const server = new McpServer({ name: "modern", version: "1.0.0" }, { capabilities: { tools: { listChanged: true } } });
    server.registerTool("add", { description: "Adds.", inputSchema: z.object({ a: z.number(), b: z.number() }),
        outputSchema: z.object({ sum: z.number() }) },
        async ({ a, b }) => ({ content: [{ type: "text", text: String(a + b) }], structuredContent: { sum: a + b } }));
    server.registerTool("image", { description: "An image." },
        async () => ({ content: [{ type: "image", mimeType: "image/png", data: "QUJD" }] }));
    server.registerTool("fail", { description: "Fails." },
        async () => ({ content: [{ type: "text", text: "on purpose" }], isError: true }));
    return server;
}

if (process.env.PORT) {
    const handler = createMcpHandler(make, revisions);
    createServer(async (request, response) => {
        const pieces = [];
        for await (const piece of request) {
            pieces.push(piece);
        }
        const hasBody = request.method === "POST";
        const answer = await handler.fetch(new Request(`http://127.0.0.1:${process.env.PORT}${request.url}`,
            { method: request.method, headers: request.headers, body: hasBody ? Buffer.concat(pieces) : undefined }));
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        if (answer.body) {
            for await (const piece of answer.body) {
                response.write(piece);
            }
        }
        response.end();
    }).listen(Number(process.env.PORT), "127.0.0.1");
} else {
    serveStdio(make, revisions);
}
