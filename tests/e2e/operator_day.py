"""operator_day.py CASE AGENT PLUGINS TEST_PLUGINS AGENTCTL: a day in an operator's life, with nothing but aip-agentctl.

The server of the test is the other side: what the operator does, it gets to see."""
import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse

from harness import LIMIT, AgentHarness, message, receive, until
from programs import install, tool

WORKER = """#!/bin/bash
[ "$1" = version ] && { echo '"VERSION"'; exit; }
echo 250 a quarter >&3
exec sleep 1000
"""


class Day(AgentHarness):
    """An agent with a control socket, a plugin of the operator's own, and a server whose token may change."""

    def __init__(self, agent, plugins, agentctl):
        self.config_folder = tempfile.TemporaryDirectory()
        self.own = self.place("plugins")
        os.mkdir(self.own, 0o755)
        self.socket_path = self.place("control.sock")
        self.agentctl = agentctl
        self.expected_token = "secret"
        self.configure("")
        super().__init__(agent, None, f"plugins.directories={plugins},{self.own}", f"control.socket={self.socket_path}",
                         "connection.heartbeat_interval=0.2", "execution.cancel_grace=0.5", config=self.place("agent.ini"))

    def place(self, name):
        return os.path.join(self.config_folder.name, name)

    def configure(self, text):
        with open(os.open(self.place("agent.ini"), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)

    def upgrade(self, version):
        shutil.rmtree(os.path.join(self.own, "worker"), ignore_errors=True)
        install(self.own, "worker", WORKER.replace("VERSION", version), [tool("version"), tool("work")], version=version)

    async def serve(self, socket, path):
        self.token = urllib.parse.parse_qs(urllib.parse.urlparse(path).query)["token"][0]
        self.connected.put_nowait(socket)
        await socket.wait_closed()

    def run(self, *words, code=0):
        done = subprocess.run([self.agentctl, f"--socket={self.socket_path}", *words], capture_output=True, text=True,
                              timeout=LIMIT)
        assert done.returncode == code, (words, done)
        return done.stdout + done.stderr

    def ask(self, *words, code=0):
        return json.loads(self.run("--json", *words, code=code))

    async def runs(self, *words, code=0):
        """Beside the server of the test, which goes on."""
        return await asyncio.to_thread(self.run, *words, code=code)

    async def shows(self, text, *words):
        end = asyncio.get_running_loop().time() + LIMIT
        while text not in (said := await asyncio.to_thread(self.run, *words)):
            assert asyncio.get_running_loop().time() < end, (text, said)
        return said

    def plugin(self, id):
        return next(each for each in self.ask("plugins")["plugins"] if each["id"] == id)


async def calls(socket, tool_name, response):
    await socket.send(message(type="command", session_id="day", response_id=response, actions=[
        {"tool_name": tool_name, "tool_type": "action", "call_id": "c", "parameters": {}}]))


async def result(socket, response):
    return (await receive(socket, response=response))["action_results"][0]


async def day(agent, plugins, _, agentctl):
    the = Day(agent, plugins, agentctl)
    the.upgrade("1.0.0")
    async with the:
        socket = await the.registered()
        await the.runs("health")

        # The morning: all is well.
        await the.shows("listening since", "status")
        status = the.ask("status")
        assert status["agent"]["server"]["state"] == "listening", status
        assert not status["lock"]["locked"] and status["calls"]["calls"] == [], status
        assert the.plugin("worker")["version"] == "1.0.0"
        assert {"version", "work"} <= {each["name"] for each in the.ask("tools")["tools"]}
        assert the.ask("call", "version", "{}")["result"] == "1.0.0"
        assert the.ask("call", "execute_command", '{"command": "echo good morning"}')["result"]["stdout"] == "good morning\n"
        assert not the.ask("call", "execute_command", '{"command": "ls /no/such"}', code=1)["result"]["success"]

        # The network breaks, and comes again.
        await the.unlisten()
        said = await the.shows("Connection refused", "status")
        assert "without a registration" in said, said
        assert "AIP-" in the.run("doctor", code=1)
        the.run("health", "--ready", code=1)
        await the.listen()
        socket = await the.registered()
        await the.shows("listening since", "status")

        # A call is watched and cancelled; the rest of its batch is skipped.
        watch = subprocess.Popen([agentctl, f"--socket={the.socket_path}", "watch"], stdout=subprocess.PIPE, text=True)
        await calls(socket, "work", "watched")
        lines = []
        while not lines or "25 %, a quarter" not in lines[-1]:
            lines.append(await asyncio.to_thread(watch.stdout.readline))
            assert lines[-1], lines
        [call] = the.ask("calls")["calls"]
        assert (call["tool"], call["session"], call["permille"], call["progress"]) == ("work", "day", 250, "a quarter"), call
        the.run("cancel", str(call["id"]))
        assert (await result(socket, "watched"))["status"] == "failure"
        while "over after" not in lines[-1]:
            lines.append(await asyncio.to_thread(watch.stdout.readline))
            assert lines[-1], lines
        watch.terminate()
        watch.wait(LIMIT)

        # The kill switch.
        await calls(socket, "work", "locked")
        await the.shows("work", "calls")
        the.run("lock", "--reason=inspection")
        error = (await result(socket, "locked"))["error"]
        assert "inspection" in error, error
        assert "inspection" in the.run("call", "version", "{}", code=1)
        assert "LOCKED" in the.run("status")
        the.run("health")
        assert "AIP-601: this device is locked" in await the.runs("health", "--ready", code=1)
        the.run("unlock")
        await the.runs("health", "--ready")
        assert the.ask("call", "version", "{}")["result"] == "1.0.0"

        # A plugin is taken out and put back.
        the.run("plugins", "disable", "worker")
        await the.shows("disabled", "plugins")
        assert "version" in the.run("call", "version", "{}", code=1)
        the.run("plugins", "enable", "worker")
        await until(lambda: the.plugin("worker")["state"] != "disabled", LIMIT)
        assert the.ask("call", "version", "{}")["result"] == "1.0.0"

        # The token is another one, and a limit is set: both by a reload.
        with open(os.open(os.path.join(the.folder.name, "token"), os.O_WRONLY | os.O_TRUNC), "w") as file:
            file.write("rotated\n")
        the.configure("[limits.Test]\nallow = false\n")
        the.run("reload")
        await the.logged("reload: done")
        assert "[limits.Test]" in the.run("call", "version", "{}", code=1)
        await socket.close()
        socket = await the.registered()
        assert the.token == "rotated", the.token

        # An upgrade: one that is refused, then a good one.
        with open(os.path.join(the.own, "worker", "plugin.json"), "w") as file:
            file.write("{")
        said = the.run("reload", code=1)
        assert said.startswith("reloaded\nplugin worker is ") and "plugin.json" in said, said
        assert [each["plugin"] for each in the.ask("reload", code=1)["refused"]] == ["worker"]
        the.upgrade("2.0.0")
        the.configure("")
        the.run("reload")
        await until(lambda: the.plugin("worker")["version"] == "2.0.0", LIMIT)
        assert the.ask("call", "version", "{}")["result"] == "2.0.0"
        the.run("log-level", "debug")

        # Its process is killed, and it is started again.
        [process] = the.plugin("worker")["processes"]
        os.kill(process["pid"], signal.SIGKILL)
        await until(lambda: the.plugin("worker").get("reason"), LIMIT)
        the.run("plugins", "revive", "worker")
        await the.shows("2.0.0", "call", "version", "{}")

        # The evening: what runs may end, then the agent goes.
        audit = os.path.join(the.folder.name, "state", "audit", "audit.jsonl")
        the.run("drain")
        assert await asyncio.to_thread(the.agent.wait, LIMIT) == 0

        # Everything is accounted for.
        kept = [json.loads(line) for line in the.run("audit", f"--file={audit}", "--json").splitlines()]
        ended = [each for each in kept if each["kind"] == "ended"]
        assert len([each for each in kept if each["kind"] == "begun"]) == len(ended), kept
        spoken, listed = [each["account"] for each in ended if "account" in each]
        assert spoken["argv"][0] == "echo" and spoken["argv"][-1] == "morning" and spoken["exit_code"] == 0, spoken
        assert listed["argv"][0] == "ls" and listed["exit_code"] != 0, listed
        assert {"lock", "unlock", "reload", "registered", "disconnected", "plugin", "plugin_failed", "operator"} <= {each["kind"] for each in kept}, {each["kind"] for each in kept}
        assert "secret" not in json.dumps(kept) and "rotated" not in json.dumps(kept)
        head = re.findall(r"audit: checkpoint (\S+)", open(the.log).read())[-1]
        the.run("audit", "verify", head, f"--file={audit}")
        shutil.copytree(os.path.dirname(audit), the.place("copy"))
        altered = os.path.join(the.place("copy"), os.path.basename(audit))
        with open(altered) as file:
            text = file.read()
        with open(altered, "w") as file:
            file.write(text.replace("inspection", "inspectioN", 1))
        assert "altered" in the.run("audit", "verify", head, f"--file={altered}", code=1)
    the.config_folder.cleanup()


if __name__ == "__main__":
    asyncio.run({"day": day}[sys.argv[1]](*sys.argv[2:]))
