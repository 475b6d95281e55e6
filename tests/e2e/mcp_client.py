"""mcp_client.py CASE AGENT PLUGINS TEST_PLUGINS: the tools of the device for MCP clients, over lines (--mcp) and over HTTP."""
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from harness import LIMIT, AgentHarness, command, commands, gone, receive, until

LEGACY = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
UNSUPPORTED = 3
MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


class Lines:
    """aip-agent --mcp, as a client starts it."""

    def __init__(self, agent, plugins, *settings, state=True):
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [agent, "--mcp", f"--define=plugins.directories={plugins}",
             *([f"--define=state.directory={self.folder.name}/state"] if state else []),
             *(f"--define={each}" for each in settings)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.last = 0
        self.early = {}  # answers that came before those that were waited for

    def send(self, method, params=None, id=True):
        self.last += 1
        message = {"jsonrpc": "2.0", "method": method, "params": params or {}, **({"id": self.last} if id else {})}
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        return self.last

    def answer(self, id):
        while id not in self.early:
            line = self.process.stdout.readline()
            assert line, f"the agent has ended: {self.process.stderr.read()}"
            message = json.loads(line)
            if message.get("id") == id:
                return message
            self.early[message.get("id")] = message
        return self.early.pop(id)

    def ask(self, method, params=None):
        return self.answer(self.send(method, params))

    def call(self, tool, arguments):
        return self.ask("tools/call", {"name": tool, "arguments": arguments})

    def end(self):
        """Closes the input; gives what is still said, the log and the exit code."""
        out, log = self.process.communicate(timeout=LIMIT)
        self.folder.cleanup()
        return [json.loads(line) for line in out.splitlines()], log, self.process.returncode


def text(message):
    return message["result"]["content"][0]["text"]


def offered(client, name):
    """Plugins start beside the client: the list is asked for until the tool is in it."""
    while name not in [tool["name"] for tool in client.ask("tools/list")["result"]["tools"]]:
        message = client.early.pop(None, None) or json.loads(client.process.stdout.readline())
        assert message["method"] == "notifications/tools/list_changed", message


async def lines(agent, plugins, test_plugins):
    client = Lines(agent, plugins)
    opened = client.ask("initialize", LEGACY)["result"]
    assert opened["protocolVersion"] == "2025-11-25" and opened["capabilities"] == {"tools": {"listChanged": True}}, opened
    client.send("notifications/initialized", id=False)
    offered(client, "execute_command")
    result = client.call("execute_command", {"command": "echo hello"})["result"]
    assert result["structuredContent"]["stdout"] == "hello\n" and json.loads(result["content"][0]["text"])["success"], result
    wrong = client.call("execute_command", {"line": "echo"})["result"]
    assert wrong["isError"] and "Input validation error" in wrong["content"][0]["text"] and wrong["_meta"]["aip/code"] == 1, wrong
    assert client.call("nothing", {})["error"]["code"] == -32602
    assert client.ask("resources/list")["error"]["code"] == -32601
    modern = client.ask("tools/call", {"name": "execute_command", "arguments": {"command": "echo both"}, "_meta": MODERN})
    assert modern["result"]["resultType"] == "complete" and modern["result"]["structuredContent"]["stdout"] == "both\n"
    said, log, code = client.end()
    assert said == [] and code == 0, (said, code, log)


async def logs(agent, plugins, test_plugins):
    """Besides standard error, each process keeps its log in a file of its own in the state folder, and none in log.file."""
    with tempfile.TemporaryDirectory() as folder:
        settings = [f"state.directory={folder}/state", f"log.file={folder}/agent.log"]
        first = Lines(agent, plugins, *settings, state=False)
        first.ask("initialize", LEGACY)
        second = Lines(agent, plugins, *settings, state=False)
        second.ask("initialize", LEGACY)
        for client, name in ((first, "mcp.log"), (second, "mcp-2.log")):
            said, log, code = client.end()
            path = f"{folder}/state/log/{name}"
            assert code == 0 and f"log: kept in {path}" in log and "aip-agent" in open(path).read(), (code, log)
            assert os.stat(path).st_mode & 0o777 == 0o600 and os.stat(os.path.dirname(path)).st_mode & 0o777 == 0o700
        assert not os.path.exists(f"{folder}/agent.log")
        os.makedirs(f"{folder}/broken")
        open(f"{folder}/broken/log", "w").close()
        broken = Lines(agent, plugins, f"state.directory={folder}/broken", state=False)
        broken.ask("initialize", LEGACY)
        said, log, code = broken.end()
        assert code == 0 and "log: kept in no file" in log, (code, log)


async def ends(agent, plugins, test_plugins):
    """However the client goes: calls are answered or cancelled, and nothing is left."""
    for how, signals, expected in [("closes", [], 0), ("is asked to stop", [signal.SIGTERM], 0),
                                   ("is killed", [signal.SIGKILL], -signal.SIGKILL)]:
        client = Lines(agent, plugins, "execution.drain_timeout=0.2", "execution.cancel_grace=1")
        client.ask("initialize", LEGACY)
        offered(client, "execute_command")
        waiting = client.send("tools/call", {"name": "execute_command", "arguments": {"command": "sleep 86399"}})
        await until(lambda: commands(client.process.pid, " 86399"), LIMIT)
        [sleeper] = commands(client.process.pid, " 86399")
        sleeping = os.pidfd_open(sleeper)
        for number in signals:
            client.process.send_signal(number)
        said, log, code = client.end()
        assert code == expected, (how, code, log)
        if not signals:
            assert [m["id"] for m in said] == [waiting] and said[0]["result"]["isError"], said
        await gone(sleeping)


async def noise(agent, plugins, test_plugins):
    """What plugins print in the agent's own process does not get between the messages, and they read nothing."""
    client = Lines(agent, test_plugins, "plugins.allow=noisy", "plugins.isolation=in_process")
    client.ask("initialize", LEGACY)
    offered(client, "print")
    for _ in range(3):
        printed = client.call("print", {})
        assert text(printed) == "nothing to read", printed
    said, log, code = client.end()
    assert said == [] and code == 0 and log.count("noise") >= 3, (said, code, log)


async def namesakes(agent, plugins, test_plugins):
    """Two servers with the same tool: both are called, by names of their own."""
    server = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "mcp", "misbehaving_server.py")
    client = Lines(agent, plugins, "plugins.allow=First, Second",
                   *(f"mcp.{name}.{each}" for name, row in (("First", "text_only"), ("Second", "wrapped"))
                     for each in (f"command={sys.executable}", f'args="{server}", {row}')))
    client.ask("initialize", LEGACY)
    for name in ("work", "Second_work"):
        offered(client, name)
    assert text(client.call("work", {})).startswith("zwei") and text(client.call("Second_work", {})) == "42"
    said, log, code = client.end()
    assert code == 0, (said, code, log)


async def files(agent, plugin, _):
    """They are for the Agent Server only."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(plugin, os.path.join(folder, os.path.basename(plugin)))
        client = Lines(agent, folder, "transfer.send=true")
        client.ask("initialize", LEGACY)
        offered(client, "numbers")
        refused = client.call("numbers", {"count": 3})["result"]
        assert refused["isError"] and "who called the tool takes no files" in text({"result": refused}) and refused["_meta"]["aip/code"] == UNSUPPORTED, refused
        client.end()


async def refusals(agent, plugins, test_plugins):
    for options, words in [(["--mcp", "--daemon"], "--mcp serves the client that has started it"),
                           (["--mcp", "--check", "--connect"], "not with --mcp"),
                           (["--mcp", "--check", "--define=mcp_server.profile=none"], "there is no [profile.none]"),
                           (["--mcp", "--define=mcp_server.profile=none"], "there is no [profile.none]"),
                           (["--check", "--define=mcp_server.listen=127.0.0.1:1"], "mcp_server.key_file is not set"),
                           (["--check", "--define=mcp_server.listen=0.0.0.0:1"], "mcp_server.allow_remote"),
                           (["--check", "--define=mcp_server.listen=here"], "is not ADDRESS:PORT")]:
        done = subprocess.run([agent, "--define=server.url=ws://127.0.0.1:1/", *options], input="", capture_output=True,
                              text=True, timeout=LIMIT)
        assert done.returncode in (64, 78) and words in done.stdout + done.stderr, (options, done)


def post(port, body, key="the-key-of-clients", **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/mcp", json.dumps(body).encode(),
                                     {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
                                      "Authorization": f"Bearer {key}", **headers})
    try:
        with urllib.request.urlopen(request, timeout=LIMIT) as response:
            return response.status, dict(response.headers), response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


async def http(agent, plugins, test_plugins):
    """Beside the Agent Server, whose commands go on."""
    with tempfile.TemporaryDirectory() as folder:
        key = os.path.join(folder, "key")
        with open(os.open(key, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write("the-key-of-clients\n")
        async with AgentHarness(agent, plugins, "mcp_server.listen=127.0.0.1:0", f"mcp_server.key_file={key}") as harness:
            server = await harness.registered()
            await harness.logged("MCP clients are served at")
            log = open(harness.log).read()
            port = int(log.split("MCP clients are served at ")[1].split("\n")[0].rsplit(":", 1)[1])
            call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                    "params": {"name": "execute_command", "arguments": {"command": "echo http"}, "_meta": MODERN}}
            headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "execute_command"}
            status, _, body = await asyncio.to_thread(lambda: post(port, call, **headers))
            assert status == 200 and json.loads(body)["result"]["structuredContent"]["stdout"] == "http\n", (status, body)
            for wrong, expected in [({"key": "other"}, 401), ({"Origin": "http://evil.example"}, 403), ({"Host": "evil.example"}, 403)]:
                status, _, _ = await asyncio.to_thread(lambda: post(port, call, **{**headers, **wrong}))
                assert status == expected, (wrong, status)
            opened = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": LEGACY}
            status, answered, _ = await asyncio.to_thread(lambda: post(port, opened))
            assert status == 200 and answered["Mcp-Session-Id"], answered
            await server.send(command("s", "echo server", response="r"))
            assert (await receive(server, response="r"))["action_results"][0]["result"]["stdout"] == "server\n"
            assert "the-key" not in open(harness.log).read()


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]](*sys.argv[2:]))
