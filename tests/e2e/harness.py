"""The agent as a process, and a server for it that a case drives: what the cases of this folder share."""
import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

try:
    import websockets
except ImportError:
    print("SKIPPED: Debian's python3-websockets is not installed")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)

LIMIT = 60
SANITIZED = "AIP_SANITIZED" in os.environ  # slower, and memory is not what it seems


def inside_namespace():
    return "AIP_E2E_NAMESPACE" in os.environ


def message(**fields):
    return json.dumps({"status": "continue", "agent_name": "LinuxAgent", **fields})


def command(session, line, response="r", call="c", timeout=100):
    action = {"tool_name": "execute_command", "tool_type": "action", "call_id": call,
              "parameters": {"command": line, "timeout": timeout}}
    return message(type="command", session_id=session, response_id=response, actions=[action])


def commands(pid, line=""):
    """The processes below another one whose command line ends with `line`; those that plugins run in do not count."""
    found = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid=", "-o", "args="], capture_output=True, text=True).stdout
    below = [(int(child.split()[0]), child.split(None, 1)[1]) for child in found.splitlines()]
    return ([child for child, args in below if args.endswith(line) and not args.startswith("aip-plugin-runner")] +
            [each for child, _ in below for each in commands(child, line)])


def usage(pid):
    status = open(f"/proc/{pid}/status").read()
    return {"threads": int(re.search(r"Threads:\s+(\d+)", status)[1]),
            "descriptors": len(os.listdir(f"/proc/{pid}/fd")),
            "rss_kib": int(re.search(r"VmRSS:\s+(\d+)", status)[1]),
            "peak_rss_kib": int(re.search(r"VmHWM:\s+(\d+)", status)[1])}


def at_most(used, allowed):
    """Whether there are no more threads and descriptors; those of what has just ended are closed a little later."""
    return used["threads"] <= allowed["threads"] and used["descriptors"] <= allowed["descriptors"]


class AgentHarness:
    """A server, and the agent that is connected to it."""

    def __init__(self, agent, plugins, *settings, level="info", config=None, options=(), popen=None):
        self.arguments = (agent, plugins, settings, level)
        self.config = [f"--config={config}"] if config else []
        self.options = list(options)
        self.popen = popen or {}
        self.connected = asyncio.Queue()
        self.port = 0
        self.ends_with = 0

    async def __aenter__(self):
        self.folder = tempfile.TemporaryDirectory()
        await self.listen()
        agent, plugins, settings, level = self.arguments
        token = os.path.join(self.folder.name, "token")
        with open(os.open(token, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write("secret\n")
        self.log = os.path.join(self.folder.name, "agent.log")
        defines = [f"server.url=ws://127.0.0.1:{self.port}/ws", f"server.token_file={token}", "client.id=dev",
                   *([f"plugins.directories={plugins}"] if plugins else []), f"state.directory={self.folder.name}/state", f"log.level={level}", f"log.file={self.log}", "log.console=false",
                   f"plugins.debuggable={'false' if os.geteuid() == 0 else 'true'}",  # the cases look into its /proc
                   "log.max_file_size=1073741824", "connection.backoff_base=0.05", "connection.backoff_cap=0.2",
                   *settings]
        self.agent = subprocess.Popen([agent, *self.config, *self.options,
                                       *(f"--define={define}" for define in defines)], **self.popen)
        return self

    async def __aexit__(self, failure, *_):
        if self.agent.poll() is None:
            self.agent.terminate()
        code = await asyncio.to_thread(self.ended)
        if failure or code != self.ends_with:
            print(open(self.log, errors="replace").read()[-8000:])
        await self.unlisten()
        self.folder.cleanup()
        assert failure or code == self.ends_with, f"the agent ended with {code}"

    def ended(self):
        try:
            return self.agent.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.agent.kill()
            return f"{self.agent.wait()}: it did not end by itself within {LIMIT} s"

    async def logged(self, text):
        await until(lambda: os.path.exists(self.log) and text in open(self.log).read(), LIMIT)

    async def listen(self):
        self.server = await websockets.serve(self.serve, "0.0.0.0" if inside_namespace() else "127.0.0.1", self.port, max_size=None, ping_interval=None,
                                             close_timeout=1)
        self.port = self.server.sockets[0].getsockname()[1]

    async def unlisten(self):
        self.server.close()
        await self.server.wait_closed()

    async def serve(self, socket, path):
        assert path == "/ws?token=secret", path
        self.connected.put_nowait(socket)
        await socket.wait_closed()

    async def registered(self):
        socket = await asyncio.wait_for(self.connected.get(), LIMIT)
        assert json.loads(await asyncio.wait_for(socket.recv(), LIMIT))["type"] == "register"
        await socket.send('{"type":"heartbeat","status":"ok"}')
        return socket


async def receive(socket, kind="command_results", response=None):
    """The next message of its kind. With `response`, its answer: after a reconnect those that may be lost come first."""
    while True:
        answer = json.loads(await asyncio.wait_for(socket.recv(), LIMIT))
        if answer["type"] == kind and response in (None, answer.get("prev_response_id")):
            return answer


def takes_signals(pid):
    """Whether the agent has come so far that a signal cannot simply kill it."""
    with open(f"/proc/{pid}/status") as status:
        blocked = next(line.split()[1] for line in status if line.startswith("SigBlk"))
    return int(blocked, 16) >> (signal.SIGTERM - 1) & 1


async def gone(process, limit=LIMIT):
    """Waits for the end of a process that `os.pidfd_open` has named."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(process, ended.set)
    await asyncio.wait_for(ended.wait(), limit)
    asyncio.get_running_loop().remove_reader(process)
    os.close(process)


async def until(condition, limit=LIMIT):
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "not within its limit"
        await asyncio.sleep(0.005)
