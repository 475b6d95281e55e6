#!/usr/bin/python3
"""An Agent Server on Debian's python3-websockets, to try the agent against.

python_server.py TOKEN_FILE

Listens on a free port of loopback, prints "listening PORT", serves one device through a fixed script and exits: 0 if
the device did what aip.md says, 1 with the differences otherwise. Nothing here comes from the agent's own code.
"""

import asyncio
import json
import sys
import uuid
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlsplit

import websockets

LIMIT = 100 * 1024 * 1024
PATIENCE = 60
CLIENT_FIELDS = (
    "type status client_type session_id task_name client_id target_id request action_results timestamp request_id "
    "prev_response_id error metadata"
).split()
SERVER_FIELDS = (
    "type status user_request agent_name process_name root_name actions messages error session_id task_name timestamp "
    "response_id result"
).split()
SKIPPED = "Skipped due to previous failure (early_exit=True)."


class Difference(Exception):
    """What the device did otherwise than aip.md says."""


def expect(what, found, wanted):
    if found != wanted:
        raise Difference(f"{what}: {str(found)[:300]!r} instead of {str(wanted)[:300]!r}")


def server_message(**fields):
    fields.setdefault("timestamp", datetime.now(timezone.utc).isoformat())
    fields.setdefault("response_id", str(uuid.uuid4()))
    return json.dumps({name: fields.get(name) for name in SERVER_FIELDS}, ensure_ascii=False, separators=(",", ":"))


def pieces(text, size):
    return [text[at : at + size] for at in range(0, len(text), size)]


class Device:
    """The device on the other end. Heartbeats are acknowledged whenever they come."""

    def __init__(self, socket):
        self.socket = socket
        self.heartbeats = 0
        self.client_id = None

    async def hear(self, wanted):
        """The next message but for heartbeats; it must be of the type wanted."""
        while True:
            text = await asyncio.wait_for(self.socket.recv(), PATIENCE)
            expect("kind of frame", type(text).__name__, "str")
            message = json.loads(text)
            expect("fields of " + str(message.get("type")), list(message), CLIENT_FIELDS)
            if self.client_id is not None:
                expect("client_id", message["client_id"], self.client_id)
            if message["type"] == wanted:
                return message
            expect("type of message", message["type"], "heartbeat")
            await self.acknowledge()

    async def acknowledge(self, **fields):
        self.heartbeats += 1
        await self.socket.send(server_message(type="heartbeat", status="ok", **fields))

    async def register(self):
        message = await self.hear("register")
        expect("status of register", message["status"], "ok")
        expect("client_type", message["client_type"], "device")
        self.client_id = message["client_id"]
        if not self.client_id:
            raise Difference("register carries no client_id")
        for name in ("platform", "registration_time"):
            if name not in (message["metadata"] or {}):
                raise Difference(f"the metadata of register carries no {name}")
        await self.socket.send(server_message(type="heartbeat", status="ok"))

    async def command(self, actions, in_pieces=0, **fields):
        """Sends one COMMAND and gives its results, the frame around them checked."""
        actions = [{"parameters": {}, "tool_type": "action", "call_id": f"call-{i}", **a} for i, a in enumerate(actions)]
        fields = {"session_id": str(uuid.uuid4()), "response_id": str(uuid.uuid4()), **fields}
        text = server_message(
            type="command", status="continue", agent_name="LinuxAgent", process_name="", root_name="",
            actions=actions, **fields,
        )
        await self.socket.send(pieces(text, in_pieces) if in_pieces else text)
        message = await self.hear("command_results")
        expect("status of results", message["status"], "continue")
        expect("session_id of results", message["session_id"], fields["session_id"])
        expect("prev_response_id", message["prev_response_id"], fields["response_id"])
        results = message["action_results"]
        expect("call ids", [r["call_id"] for r in results], [a["call_id"] for a in actions])
        for result in results:
            expect("fields of a result", list(result), ["status", "error", "result", "namespace", "call_id"])
        return results


async def list_tools(device):
    (result,) = await device.command([{"tool_name": "list_tools"}])
    expect("status of list_tools", result["status"], "success")
    names = [tool["tool_name"] for tool in result["result"]]
    if "execute_command" not in names:
        raise Difference(f"execute_command is not among the tools: {names}")
    return names


async def uname(device, **fields):
    (result,) = await device.command([{"tool_name": "execute_command", "parameters": {"command": "uname -s"}}], **fields)
    expect("status of uname", result["status"], "success")
    expect("stdout of uname", result["result"]["stdout"], "Linux\n")
    expect("exit_code of uname", result["result"]["exit_code"], 0)


async def failing_batch(device):
    command = {"tool_name": "execute_command", "parameters": {"command": "uname -s"}}
    results = await device.command([command, {"tool_name": "no_such_tool"}, command])
    expect("statuses of the batch", [r["status"] for r in results], ["success", "failure", "skipped"])
    if "no_such_tool" not in (results[1]["error"] or ""):
        raise Difference(f"the error does not name the tool: {results[1]['error']!r}")
    expect("error of the skipped action", results[2]["error"], SKIPPED)
    expect("result of the skipped action", (results[2]["result"], results[2]["namespace"]), (None, None))


async def fragmented_command(device):
    """One COMMAND in fragments of 7 characters, some of which end inside an escape."""
    call_id = 'call "ü" \\ \u2028 😀'
    command = {"tool_name": "execute_command", "parameters": {"command": "uname -s"}, "call_id": call_id}
    (result,) = await device.command([command], in_pieces=7)
    expect("status of the fragmented command", result["status"], "success")


async def echo(device, tools):
    if "echo" not in tools:
        print("echo is not offered: skipped")
        return
    payload = "0123456789abcdef" * (5 * 65536)
    (result,) = await device.command([{"tool_name": "echo", "parameters": {"payload": payload}}])
    expect("status of echo", result["status"], "success")
    expect("length of the echo", len(result["result"]), len(payload))
    expect("the echo", result["result"] == payload, True)


async def ping(device):
    pong = await device.socket.ping()
    await asyncio.wait_for(pong, PATIENCE)


async def heartbeat(device):
    """The device sends heartbeats by itself; wait for one more."""
    count = device.heartbeats
    while device.heartbeats == count:
        await device.hear("heartbeat")
        await device.acknowledge()


async def task(device):
    name, session = "peer-task", str(uuid.uuid4())
    await device.socket.send(
        server_message(type="task", status="continue", user_request="say your name", task_name=name, session_id=session)
    )
    message = await device.hear("task")
    expect("status of task", message["status"], "continue")
    expect("request", message["request"], "say your name")
    expect("task_name", message["task_name"], name)
    expect("session_id of task", message["session_id"], session)
    expect("metadata of task", list(message["metadata"]), ["platform"])
    await device.socket.send(server_message(type="heartbeat", status="ok", session_id=session))
    await uname(device, session_id=session, task_name=name)
    await device.socket.send(server_message(type="task_end", status="completed", session_id=session, result=[]))


async def serve(socket):
    device = Device(socket)
    await device.register()
    tools = await list_tools(device)
    await uname(device)
    await failing_batch(device)
    await fragmented_command(device)
    await echo(device, tools)
    await ping(device)
    await heartbeat(device)
    await task(device)
    await uname(device)
    await socket.close()
    expect("code of the close", socket.close_code, 1000)


async def main(token_file):
    with open(token_file, encoding="utf-8") as file:
        token = file.readline().strip()
    outcome = asyncio.get_running_loop().create_future()

    async def admit(path, _headers):
        url = urlsplit(path)
        if url.path != "/ws" or parse_qs(url.query).get("token") != [token] or outcome.done():
            return 403, {}, b""
        return None

    async def handle(socket):
        try:
            await serve(socket)
            error = None
        except asyncio.TimeoutError:
            error = "the device said nothing for too long"
        except (Difference, ValueError, LookupError, TypeError, websockets.ConnectionClosed) as difference:
            error = f"{type(difference).__name__}: {difference}"
        if not outcome.done():
            outcome.set_result(error)

    async with websockets.serve(handle, "127.0.0.1", 0, process_request=admit, max_size=LIMIT) as server:
        print("listening", server.sockets[0].getsockname()[1], flush=True)
        try:
            error = await asyncio.wait_for(outcome, 4 * PATIENCE)
        except asyncio.TimeoutError:
            error = "it did not get through the script in time"
    print("the device differs: " + error if error else "the device is as it should be", flush=True)
    return 1 if error else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1])))
