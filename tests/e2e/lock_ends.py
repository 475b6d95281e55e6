"""lock_ends.py CASE AGENT PLUGINS TEST_PLUGINS: what works on a call that nobody wants any more is ended."""
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile

from agentctl import FAILED, running
from bad_plugins import Caller
from harness import LIMIT, commands, gone, until
from programs import install, tool

# It answers pings while it works, and hears of no cancel.
WORKER = r"""#!/usr/bin/python3
import json, os, sys, threading, time
def send(message): print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)
def answer(id, value): send({"id": id, "result": {"content": [{"type": "text", "text": value}]}})
def work(id, path):
    while True:
        with open(path, "a") as file: file.write("x")
        time.sleep(0.01)
def wait(id, path):
    while not os.path.exists(path): time.sleep(0.01)
    answer(id, "waited")
def echo(id, path): answer(id, "echo")
tools = {each.__name__: each for each in (work, wait, echo)}
for line in sys.stdin:
    message = json.loads(line)
    id, method, asked = message.get("id"), message.get("method"), message.get("params", {})
    if method == "initialize":
        send({"id": id, "result": {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "w", "version": "1"}}})
    elif method == "tools/list":
        send({"id": id, "result": {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in tools]}})
    elif method == "tools/call":
        threading.Thread(target=tools[asked["name"]], args=(id, asked["arguments"]["path"]), daemon=True).start()
    elif id is not None:
        send({"id": id, "result": {}})
"""
SETTINGS = ["execution.cancel_grace=0.5", "plugins.backoff_base=0.05", "plugins.max_failures=0", "audit.fsync=none"]


class Worker:
    """The same program as a plugin and as an MCP server."""

    def __init__(self, kind, folder):
        self.plugins = os.path.join(folder, "plugins")
        os.mkdir(self.plugins, 0o755)
        self.prefix = "" if kind == "program" else "w_"
        if kind == "program":
            schema = {"type": "object", "properties": {"path": {"type": "string"}}}
            tools = [{**tool(name), "input_schema": schema} for name in ("work", "wait", "echo")]
            install(self.plugins, "worker", WORKER, tools, protocol="stdio", concurrency=4, name="worker.py")
            self.line, self.settings = "worker.py", []
        else:
            self.line = os.path.join(folder, "server.py")
            with open(self.line, "w") as file:
                file.write(WORKER)
            self.settings = ["mcp.w.command=/usr/bin/python3", f"mcp.w.args={self.line}", f"mcp.w.cwd={folder}", "mcp.w.prefix=w_"]
        self.file, self.sign = os.path.join(folder, "file"), os.path.join(folder, "sign")

    def name(self, tool):
        return self.prefix + tool

    async def works(self, harness):
        """Its process, when it has begun to work."""
        await until(lambda: os.path.exists(self.file), LIMIT)
        return [os.pidfd_open(each) for each in commands(harness.agent.pid, self.line)]

    def size(self):
        return os.path.getsize(self.file)


async def offered(caller, name):
    """An MCP server starts by itself, and nobody waits for it."""
    async with asyncio.timeout(LIMIT):
        while (result := await caller.call(name, parameters={"path": "-"}))["status"] != "success":
            await asyncio.sleep(0.02)
    return result


async def lock(agent, kind, folder):
    """After `lock` nothing works any more; after `unlock` the next call finds a process of its own."""
    worker = Worker(kind, folder)
    async with running(agent, worker.plugins, *SETTINGS, *worker.settings, "execution.cancel_grace=60") as (operator, harness, socket):
        caller = Caller(socket)
        await offered(caller, worker.name("echo"))
        calls = [asyncio.create_task(caller.call(worker.name("work"), lane, {"path": worker.file})) for lane in range(2)]
        processes = await worker.works(harness)
        assert processes
        assert (await operator.text("lock", "--reason=enough")).startswith("locked: "), "and nothing that has not ended"
        if kind == "program":  # the calls of a server are over at once, and then it is stopped
            assert not commands(harness.agent.pid, worker.line)
        for process in processes:
            await gone(process)
        size = worker.size()
        for result in await asyncio.gather(*calls):
            assert "locked by its operator: enough" in result["error"], result
        await operator.text("unlock")
        await offered(caller, worker.name("echo"))
        assert worker.size() == size
        await until(lambda: ended(harness) == ["DENIED", "DENIED"], LIMIT)
        caller.reader.cancel()


def ended(harness):
    """How the calls have ended that work, by the audit."""
    path = os.path.join(harness.folder.name, "state", "audit", "audit.jsonl")
    records = [json.loads(line) for line in open(path)]
    begun = {each["seq"] for each in records if each.get("kind") == "begun" and each.get("tool", "").endswith("work")}
    return [each.get("code") for each in records if each.get("kind") == "ended" and each.get("begun") in begun]


async def cancel(agent, kind, folder):
    """A call that ignores its cancel: the others in its process go on, it ends after them, and new calls do not run beside it."""
    worker = Worker(kind, folder)
    async with running(agent, worker.plugins, *SETTINGS, *worker.settings) as (operator, harness, socket):
        caller = Caller(socket)
        await offered(caller, worker.name("echo"))
        waits = asyncio.create_task(caller.call(worker.name("wait"), parameters={"path": worker.sign}))
        work = asyncio.create_task(caller.call(worker.name("work"), parameters={"path": worker.file}))
        (process,) = await worker.works(harness)
        (call,) = [each["id"] for each in (await operator.json("calls"))["calls"] if each["tool"].endswith("work")]
        await operator.text("cancel", str(call))
        assert "cancelled by the operator" in (await work)["error"], work
        assert not waits.done()
        later = asyncio.create_task(caller.call(worker.name("echo"), parameters={"path": "-"}))
        await until(lambda: any(each["state"] == "queued" for each in json.loads(calls(operator))["calls"]), LIMIT)
        open(worker.sign, "w").close()
        assert (await waits)["result"] == "waited", waits
        await gone(process)
        size = worker.size()
        assert (await later)["result"] == "echo", later
        assert worker.size() == size
        caller.reader.cancel()


async def lock_inside(agent, folder, built):
    """A thread of the agent itself cannot be ended: `lock` is in force, says what goes on, and ends with 1."""
    shutil.copytree(os.path.join(built, "ignores_cancel"), os.path.join(folder, "ignores_cancel"))
    subprocess.run(["chmod", "-R", "go-w", folder], check=True)
    settings = [*SETTINGS, "plugins.isolation=in_process", "execution.drain_timeout=1", "profile.x.agent=LinuxAgent", "profile.x.action=Test"]
    async with running(agent, folder, *settings) as (operator, harness, socket):
        caller = Caller(socket)
        call = asyncio.create_task(caller.call("echo"))
        await harness.logged("plugin ignores_cancel: inside")
        answer = await operator.json("lock", code=FAILED)
        assert answer["done"] and answer["not_ended"] == 1, answer
        assert "locked by its operator" in (await call)["error"]
        caller.reader.cancel()
        harness.agent.terminate()
        harness.ends_with = await asyncio.to_thread(harness.agent.wait, LIMIT)
        assert harness.ends_with in (0, 75)


def calls(operator):
    return subprocess.run(operator.line("calls", "--json"), capture_output=True, text=True, timeout=LIMIT).stdout


if __name__ == "__main__":
    case, agent = sys.argv[1:3]
    what, kind = case.split("_")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        if kind == "inside":
            asyncio.run(lock_inside(agent, folder, sys.argv[4]))
        else:
            asyncio.run({"lock": lock, "cancel": cancel}[what](agent, kind, folder))
