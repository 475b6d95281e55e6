// with_key.mjs TARGET KEY: a proxy that adds the key of our server to each request, which the conformance suite cannot.
// Prints its port.
import { createServer, request } from "node:http";

const [target, key] = process.argv.slice(2);
const { hostname, port } = new URL(target);

createServer((asked, answer) => {
    const headers = [...asked.rawHeaders, "Authorization", `Bearer ${key}`];
    const passed = request({ hostname, port, method: asked.method, path: asked.url, headers, agent: false, setHost: false });
    passed.on("response", (given) => {
        answer.writeHead(given.statusCode, given.rawHeaders);
        answer.flushHeaders();
        given.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    answer.on("close", () => passed.destroy());
    asked.pipe(passed);
}).listen(0, "127.0.0.1", function () {
    console.log(this.address().port);
});
