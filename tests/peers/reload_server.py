#!/usr/bin/python3
"""An Agent Server that keeps a device busy while nginx in front of it is reloaded again and again.

reload_server.py TOKEN_FILE stays|cut

Prints "listening PORT", and "reload" for each reload that it wants (see nginx_front.py). Exits with 0 if every command
sent on a connection that lasted was answered, none twice, and the device stayed connected (`stays`) or came back after
each reload (`cut`).
"""

import asyncio
import sys
import uuid
from urllib.parse import parse_qs, urlsplit

import websockets
from python_server import LIMIT, PATIENCE, Device, Difference, expect, server_message

RELOADS = 5
LOAD = 8  # commands under way at any time
ENOUGH = 100  # answers between two reloads


class Load:
    """Commands without end, over whatever connection there is."""

    def __init__(self):
        self.sending = True
        self.connections = 0
        self.answered = 0
        self.lost = 0
        self.failure = None
        self.progress = asyncio.Condition()
        self.unanswered = {}
        self.answers = []  # of this connection
        self.known = set()  # of connections that are lost: their answers are given again, or late, on the next one

    async def send(self, socket):
        response = str(uuid.uuid4())
        self.unanswered[response] = response
        action = {"tool_name": "execute_command", "tool_type": "action", "parameters": {"command": "uname -s"},
                  "call_id": response}
        await socket.send(server_message(type="command", status="continue", agent_name="LinuxAgent", root_name="",
                                         actions=[action], session_id=f"s{self.answered % LOAD}", response_id=response))

    async def converse(self, socket):
        device = Device(socket)
        await device.register()
        self.answers = []
        for _ in range(LOAD):
            await self.send(socket)
        while self.unanswered:
            message = await device.hear("command_results")
            response = message["prev_response_id"]
            if response in self.known:
                self.known.remove(response)
                self.answers.append(response)
                continue
            if self.unanswered.pop(response, None) is None:
                raise Difference("a command was answered twice")
            self.answers.append(response)
            expect("status", message["action_results"][0]["status"], "success")
            async with self.progress:
                self.answered += 1
                self.progress.notify_all()
            if self.sending:
                await self.send(socket)
        await socket.close()

    async def serve(self, socket):
        self.connections += 1
        try:
            await self.converse(socket)
        except websockets.ConnectionClosed:
            self.lost += len(self.unanswered)
            self.known |= {*self.unanswered, *self.answers}
        except (Difference, LookupError, ValueError, TypeError, asyncio.TimeoutError) as failure:
            self.failure = failure
        self.unanswered = {}
        async with self.progress:
            self.progress.notify_all()

    async def until(self, condition, what):
        async with self.progress:
            try:
                await asyncio.wait_for(self.progress.wait_for(lambda: self.failure or condition()), PATIENCE)
            except asyncio.TimeoutError:
                raise Difference(f"timed out waiting for {what}") from None
        if self.failure:
            raise self.failure


async def drive(load, cut):
    for lap in range(RELOADS):
        answered, connections = load.answered, load.connections
        await load.until(lambda: load.answered >= answered + ENOUGH, "answers before a reload")
        print("reload", flush=True)
        expect("nginx", await asyncio.to_thread(sys.stdin.readline), "reloaded\n")
        if cut:
            await load.until(lambda: load.connections > connections, f"the device to come back after reload {lap}")
    answered = load.answered
    await load.until(lambda: load.answered >= answered + ENOUGH, "answers after the last reload")
    load.sending = False
    await load.until(lambda: not load.unanswered, "the last answers")
    if not cut:
        expect("connections", load.connections, 1)
        expect("lost commands", load.lost, 0)


async def main(token_file, kind):
    with open(token_file, encoding="utf-8") as file:
        token = file.readline().strip()
    load = Load()

    async def admit(path, _headers):
        right = parse_qs(urlsplit(path).query).get("token") == [token]
        return None if right else (403, {}, b"")

    async with websockets.serve(load.serve, "127.0.0.1", 0, process_request=admit, max_size=LIMIT) as server:
        print("listening", server.sockets[0].getsockname()[1], flush=True)
        try:
            await drive(load, kind == "cut")
            failure = None
        except Difference as difference:
            failure = difference
    print(f"{RELOADS} reloads, {load.connections} connections, {load.answered} commands answered, {load.lost} lost "
          f"with their connection: {failure or 'the device is as it should be'}", flush=True)
    return 1 if failure else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:3])))
