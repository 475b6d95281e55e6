"""operator_rules.py CASE AGENT PLUGINS TEST_PLUGINS: what the operator has decided holds for every caller."""
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

from harness import LIMIT, AgentHarness, command, commands, gone, message, receive, until
from mcp_client import LEGACY, Lines, offered

LOCKED = "Refused by this device's policy: this device is locked by its operator: "


def lock(state, content):
    """As the agent writes it: at no moment half of it."""
    os.makedirs(state, exist_ok=True)
    with open(os.path.join(state, "part"), "w") as file:
        file.write(content)
    os.rename(os.path.join(state, "part"), os.path.join(state, "operator.lock"))


def unlock(state):
    os.remove(os.path.join(state, "operator.lock"))


class Server:
    """COMMANDs, each in a session of its own."""

    def __init__(self, socket):
        self.socket = socket
        self.sent = 0

    async def send(self, line, session=None):
        self.sent += 1
        await self.socket.send(command(session or f"s-{self.sent}", line, f"r-{self.sent}"))
        return f"r-{self.sent}"

    async def outcome(self, response):
        """The error, or what the program has written."""
        result = (await receive(self.socket, response=response))["action_results"][0]
        return result["error"] or result["result"].get("stdout", result["result"])

    async def call(self, line="echo hello"):
        return await self.outcome(await self.send(line))

    async def information(self):
        """What get_system_info says."""
        self.sent += 1
        await self.socket.send(message(type="command", session_id=f"s-{self.sent}", response_id=f"r-{self.sent}", actions=[
            {"tool_name": "get_system_info", "tool_type": "action", "parameters": {}}]))
        return await self.outcome(f"r-{self.sent}")

    async def lists(self):
        self.sent += 1
        await self.socket.send(message(type="command", session_id="l", response_id=f"r-{self.sent}", actions=[
            {"tool_name": "list_tools", "tool_type": "action", "parameters": {}}]))
        result = (await receive(self.socket, response=f"r-{self.sent}"))["action_results"][0]
        return [tool["tool_name"] for tool in result["result"]]


def hosts(agent):
    """The processes in which its plugins are."""
    found = subprocess.run(["ps", "--ppid", str(agent), "-o", "pid="], capture_output=True, text=True).stdout
    return sorted(map(int, found.split()))


async def locked(agent, plugins, _):
    """A lock that appears while calls run, whoever has made it; and after a restart."""
    sleeper = f" {1000 + os.getpid() % 80000}"
    settings = ("plugins.isolation=per_call", "connection.heartbeat_interval=0.2", "execution.cancel_grace=0.5")
    async with AgentHarness(agent, plugins, *settings) as harness:
        state = os.path.join(harness.folder.name, "state")
        server = Server(await harness.registered())
        assert await server.call() == "hello\n"
        await until(lambda: hosts(harness.agent.pid), LIMIT)
        running = await server.send("sleep" + sleeper, "a")
        waiting = await server.send("echo waited", "a")
        await until(lambda: commands(harness.agent.pid, sleeper), LIMIT)
        ends = os.pidfd_open(commands(harness.agent.pid, sleeper)[0])
        lock(state, json.dumps({"locked": True, "reason": "maintenance", "since": ""}))
        assert await server.call() == LOCKED + "maintenance"
        error = await server.outcome(running)
        assert "this device is locked by its operator: maintenance (DENIED)" in error, error
        assert "locked by its operator: maintenance" in await server.outcome(waiting)
        await gone(ends)
        await until(lambda: not hosts(harness.agent.pid), LIMIT)  # nothing is started ahead of a call that is not to come
        assert "execute_command" in await server.lists()
        for _ in range(3):
            await receive(server.socket, "heartbeat")
        await harness.logged("locked by the operator: no action is executed until aip-agentctl unlock: maintenance")
        lock(state, '{"locked": false')
        error = await server.call()
        assert error.startswith(LOCKED) and "operator.lock is damaged" in error and "aip-agentctl unlock" in error, error
        unlock(state)
        assert await server.call() == "hello\n"
        await harness.logged("unlocked: actions are executed")
    with tempfile.TemporaryDirectory() as state:
        lock(state, json.dumps({"reason": "kept", "since": ""}))
        async with AgentHarness(agent, plugins, f"state.directory={state}") as harness:
            server = Server(await harness.registered())
            assert await server.call() == LOCKED + "kept"


def refused_soon(client):
    """The first answer that is a failure: what was called a moment before does not make it look for the lock again for a millisecond."""
    limit = time.monotonic() + 1
    while True:
        result = client.call("execute_command", {"command": "echo hello"})["result"]
        if result.get("isError") or time.monotonic() > limit:
            return result


async def locked_beside(agent, plugins, _):
    """The process of an MCP client beside the agent, with the same state folder."""
    client = Lines(agent, plugins)
    state = os.path.join(client.folder.name, "state")
    client.ask("initialize", LEGACY)
    client.send("notifications/initialized", id=False)
    offered(client, "execute_command")
    assert not client.call("execute_command", {"command": "echo hello"})["result"].get("isError")
    slow = client.send("tools/call", {"name": "execute_command", "arguments": {"command": "sleep 1000", "timeout": 100}})
    lock(state, json.dumps({"reason": "maintenance", "since": ""}))
    refused = refused_soon(client)
    assert refused["isError"] and refused["content"][0]["text"] == LOCKED + "maintenance", refused
    assert refused["_meta"]["aip/code"] == 6, refused
    began = time.monotonic()
    ended = client.answer(slow)["result"]
    assert ended["isError"] and "maintenance" in ended["content"][0]["text"], ended
    assert time.monotonic() - began < 20
    unlock(state)
    assert not client.call("execute_command", {"command": "echo hello"})["result"].get("isError")
    _, log, code = client.end()
    assert code == 0, (code, log)


async def limits(agent, plugins, _):
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "agent.ini")

        def configure(text):
            with open(config, "w") as file:
                file.write(text)

        async def reload(outcome="reload: done"):
            seen = open(harness.log).read().count(outcome)
            harness.agent.send_signal(signal.SIGHUP)
            await until(lambda: open(harness.log).read().count(outcome) > seen, LIMIT)

        configure("[limits.BashExecutor]\nrate = 2/h\n[limits.Nothing]\nrate = 1/h\n")
        async with AgentHarness(agent, plugins, config=config) as harness:
            server = Server(await harness.registered())
            await harness.logged("[limits.Nothing] limits nothing: no plugin has such a tool")
            assert [await server.call(), await server.call()] == ["hello\n", "hello\n"]
            error = await server.call()
            assert error.startswith("Refused by this device's policy: [limits.BashExecutor] rate = 2/h: it may be called "
                                    "again in 3"), error
            configure("[limits.BashExecutor]\nrat = 9/h\n")
            await reload("reload: everything stays as it is")
            assert "rate = 2/h" in await server.call()
            configure("[limits.BashExecutor]\nconcurrency = 1\nbytes_out = 4KiB/h\n")
            await reload()
            slow = await server.send("sleep 2")
            assert "[limits.BashExecutor] concurrency = 1: so many calls are running" in await server.call()
            assert await server.outcome(slow) == ""
            error = await server.call("find /usr/bin")
            assert "[limits.BashExecutor] bytes_out = 4KiB/h: the result has " in error, error
            configure("[server]\nreadonly = true\n[limits]\nlockdown_after = 3/h\n")
            await reload()
            information = await server.information()
            assert "Linux" in information["uname"], information  # its annotations say that it changes nothing
            for _ in range(3):
                error = await server.call()
                assert error == "Refused by this device's policy: server.readonly = true: this tool may change something", error
            assert (await server.call()).startswith(LOCKED + "limits.lockdown_after = 3/h: so many calls were denied")
            await until(lambda: os.path.exists(os.path.join(harness.folder.name, "state", "operator.lock")), LIMIT)
            unlock(os.path.join(harness.folder.name, "state"))
            configure("")
            await reload()
            assert await server.call() == "hello\n"
        checked = subprocess.run([agent, "--check", f"--define=plugins.directories={plugins}", "--define=server.url=ws://127.0.0.1/ws",
                                  "--define=limits.BashExecuter.rate=1/h"], capture_output=True, text=True)
        assert checked.returncode == 78, checked
        assert "[limits.BashExecuter] limits nothing: no plugin has such a tool; did you mean 'BashExecutor'?" in checked.stderr, checked


if __name__ == "__main__":
    asyncio.run({"locked": locked, "locked_beside": locked_beside, "limits": limits}[sys.argv[1]](*sys.argv[2:]))
