// An Agent Server on Node's "ws", to try the agent against.
//
// node node_server.mjs TOKEN_FILE
//
// Listens on a free port of loopback, prints "listening PORT", serves one device through a fixed script and exits: 0 if
// the device did what aip.md says, 1 with the differences otherwise. Nothing here comes from the agent's own code.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import process from "node:process";
import { WebSocketServer } from "ws";

const LIMIT = 100 * 1024 * 1024;
const PATIENCE = 60_000;
const CLIENT_FIELDS = [
  "type", "status", "client_type", "session_id", "task_name", "client_id", "target_id", "request", "action_results",
  "timestamp", "request_id", "prev_response_id", "error", "metadata",
];
const SERVER_FIELDS = [
  "type", "status", "user_request", "agent_name", "process_name", "root_name", "actions", "messages", "error",
  "session_id", "task_name", "timestamp", "response_id", "result",
];
const SKIPPED = "Skipped due to previous failure (early_exit=True).";

function expect(what, found, wanted) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) {
    throw new Error(`${what}: ${String(a).slice(0, 300)} instead of ${String(b).slice(0, 300)}`);
  }
}

function serverMessage(fields) {
  const all = { timestamp: new Date().toISOString(), response_id: randomUUID(), ...fields };
  return JSON.stringify(Object.fromEntries(SERVER_FIELDS.map((name) => [name, all[name] ?? null])));
}

function within(promise, what) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`waited too long for ${what}`)), PATIENCE);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/// The device on the other end. Heartbeats are acknowledged whenever they come.
class Device {
  constructor(socket) {
    this.socket = socket;
    this.heartbeats = 0;
    this.clientId = null;
    this.heard = [];
    this.waiting = null;
    socket.on("message", (data, isBinary) => this.receive({ text: data.toString("utf8"), isBinary }));
    socket.on("close", (code) => this.receive({ closed: code }));
    socket.on("error", (error) => this.receive({ failed: error.message }));
  }

  receive(event) {
    this.heard.push(event);
    this.waiting?.();
  }

  async event(what) {
    while (this.heard.length === 0) {
      await within(new Promise((resolve) => { this.waiting = resolve; }), what);
    }
    return this.heard.shift();
  }

  say(fields) {
    this.socket.send(serverMessage(fields));
  }

  // The next message but for heartbeats; it must be of the type wanted.
  async hear(wanted) {
    for (;;) {
      const { text, isBinary, closed, failed } = await this.event(wanted);
      expect(`how the connection ended while ${wanted} was awaited`, closed ?? failed ?? null, null);
      expect("kind of frame", isBinary ? "binary" : "text", "text");
      const message = JSON.parse(text);
      expect(`fields of ${message.type}`, Object.keys(message), CLIENT_FIELDS);
      if (this.clientId !== null) {
        expect("client_id", message.client_id, this.clientId);
      }
      if (message.type === wanted) {
        return message;
      }
      expect("type of message", message.type, "heartbeat");
      this.acknowledge();
    }
  }

  acknowledge() {
    this.heartbeats += 1;
    this.say({ type: "heartbeat", status: "ok" });
  }

  async register() {
    const message = await this.hear("register");
    expect("status of register", message.status, "ok");
    expect("client_type", message.client_type, "device");
    expect("whether register carries a client_id", Boolean(message.client_id), true);
    this.clientId = message.client_id;
    for (const name of ["platform", "registration_time"]) {
      expect(`whether the metadata of register carries ${name}`, name in (message.metadata ?? {}), true);
    }
    this.say({ type: "heartbeat", status: "ok" });
  }

  // Sends one COMMAND through `send` and gives its results, the frame around them checked.
  async command(actions, fields = {}, send = (text) => this.socket.send(text)) {
    const complete = actions.map((a, i) => ({ parameters: {}, tool_type: "action", call_id: `call-${i}`, ...a }));
    const around = { session_id: randomUUID(), response_id: randomUUID(), ...fields };
    send(serverMessage({
      type: "command", status: "continue", agent_name: "LinuxAgent", process_name: "", root_name: "",
      actions: complete, ...around,
    }));
    const message = await this.hear("command_results");
    expect("status of results", message.status, "continue");
    expect("session_id of results", message.session_id, around.session_id);
    expect("prev_response_id", message.prev_response_id, around.response_id);
    expect("call ids", message.action_results.map((r) => r.call_id), complete.map((a) => a.call_id));
    for (const result of message.action_results) {
      expect("fields of a result", Object.keys(result), ["status", "error", "result", "namespace", "call_id"]);
    }
    return message.action_results;
  }
}

const unameAction = { tool_name: "execute_command", parameters: { command: "uname -s" } };

async function listTools(device) {
  const [result] = await device.command([{ tool_name: "list_tools" }]);
  expect("status of list_tools", result.status, "success");
  const names = result.result.map((tool) => tool.tool_name);
  expect("whether execute_command is among the tools", names.includes("execute_command"), true);
  return names;
}

async function uname(device, fields) {
  const [result] = await device.command([unameAction], fields);
  expect("status of uname", result.status, "success");
  expect("stdout of uname", result.result.stdout, "Linux\n");
  expect("exit_code of uname", result.result.exit_code, 0);
}

async function failingBatch(device) {
  const results = await device.command([unameAction, { tool_name: "no_such_tool" }, unameAction]);
  expect("statuses of the batch", results.map((r) => r.status), ["success", "failure", "skipped"]);
  expect("whether the error names the tool", String(results[1].error).includes("no_such_tool"), true);
  expect("the skipped action", [results[2].error, results[2].result, results[2].namespace], [SKIPPED, null, null]);
}

// One COMMAND in frames of 7 bytes, which cut through characters, with a ping in the middle.
async function fragmentedCommand(device) {
  const inFrames = (text) => {
    const bytes = Buffer.from(text, "utf8");
    for (let at = 0; at < bytes.length; at += 7) {
      device.socket.send(bytes.subarray(at, at + 7), { binary: false, fin: at + 7 >= bytes.length });
      if (at === 70) {
        device.socket.ping("between two fragments");
      }
    }
  };
  const pong = new Promise((resolve) => device.socket.once("pong", (data) => resolve(data.toString())));
  const [result] = await device.command([{ ...unameAction, call_id: 'call "ü" \\ \u2028 😀' }], {}, inFrames);
  expect("status of the fragmented command", result.status, "success");
  expect("pong between two fragments", await within(pong, "a pong"), "between two fragments");
}

async function echo(device, tools) {
  if (!tools.includes("echo")) {
    console.log("echo is not offered: skipped");
    return;
  }
  const payload = "0123456789abcdef".repeat(5 * 65536);
  const [result] = await device.command([{ tool_name: "echo", parameters: { payload } }]);
  expect("status of echo", result.status, "success");
  expect("length of the echo", result.result.length, payload.length);
  expect("whether the echo is what was said", result.result === payload, true);
}

async function ping(device) {
  const pong = new Promise((resolve) => device.socket.once("pong", (data) => resolve(data.toString())));
  device.socket.ping("are you there");
  expect("payload of the pong", await within(pong, "a pong"), "are you there");
}

// The device sends heartbeats by itself; wait for one more.
async function heartbeat(device) {
  for (const count = device.heartbeats; device.heartbeats === count; device.acknowledge()) {
    await device.hear("heartbeat");
  }
}

async function task(device) {
  const [name, session] = ["peer-task", randomUUID()];
  device.say({ type: "task", status: "continue", user_request: "say your name", task_name: name, session_id: session });
  const message = await device.hear("task");
  expect("status of task", message.status, "continue");
  expect("request", message.request, "say your name");
  expect("task_name", message.task_name, name);
  expect("session_id of task", message.session_id, session);
  expect("metadata of task", Object.keys(message.metadata ?? {}), ["platform"]);
  device.say({ type: "heartbeat", status: "ok", session_id: session });
  await uname(device, { session_id: session, task_name: name });
  device.say({ type: "task_end", status: "completed", session_id: session, result: [] });
}

async function close(device) {
  device.socket.close(1000);
  for (;;) {
    const { closed } = await device.event("the close");
    if (closed !== undefined) {
      expect("code of the close", closed, 1000);
      return;
    }
  }
}

async function serve(socket) {
  const device = new Device(socket);
  await device.register();
  const tools = await listTools(device);
  await uname(device);
  await failingBatch(device);
  await fragmentedCommand(device);
  await echo(device, tools);
  await ping(device);
  await heartbeat(device);
  await task(device);
  await uname(device);
  await close(device);
}

const token = readFileSync(process.argv[2], "utf8").split("\n")[0].trim();
const http = createServer();
const sockets = new WebSocketServer({ noServer: true, maxPayload: LIMIT, perMessageDeflate: true });

http.on("upgrade", (request, socket, head) => {
  const url = new URL(request.url, "ws://127.0.0.1");
  if (url.pathname !== "/ws" || url.searchParams.get("token") !== token) {
    socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  sockets.handleUpgrade(request, socket, head, (webSocket) => {
    http.close();
    serve(webSocket).then(
      () => console.log("the device is as it should be"),
      (error) => {
        console.log(`the device differs: ${error.message}`);
        process.exitCode = 1;
      },
    ).finally(() => webSocket.terminate());
  });
});
setTimeout(() => {
  console.log("the device differs: it did not get through the script in time");
  process.exit(1);
}, 4 * PATIENCE).unref();
http.listen(0, "127.0.0.1", () => console.log(`listening ${http.address().port}`));
