"""hidden.py AGENT: what `env`, `fixed_arguments` and `headers_file` of MCP servers hold is looked for wherever it must not be.

The servers say it all in errors, progress, refusals, on standard error and when they end."""
import asyncio
import glob
import os
import subprocess
import sys
import tempfile

from misbehaving import SERVER, SETTINGS, Caller, listed
from harness import LIMIT, AgentHarness, until
from remote_server import Row, Server

SECRETS = {"variable": "canary-of-env/Fz8+", "argument": "canary-of-argument-Qk3", "header": "canary-of-header-Lx7"}
ROWS = ("tells_what_it_knows", "dies_with_what_it_knows", "refuses_with_what_it_knows", "environment")


class EchoesItsHeaders(Row):
    def post(self, request, message):
        if message.get("method") == "tools/call":
            return request.reply(403, request.headers["Authorization"].encode())
        super().post(request, message)


def configuration(folder, port):
    headers = os.path.join(folder, "headers")
    with open(os.open(headers, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        file.write(f"Authorization: Bearer {SECRETS['header']}\n")
    lines = []
    for name in ROWS:
        lines += [f"[mcp.{name}]", f"command = {sys.executable}", f'args = "{SERVER}", {name}', f"prefix = {name}_", f"cwd = {folder}"]
        if name != "environment":
            lines += [f"env = API_KEY={SECRETS['variable']}, PLAIN={SECRETS['variable']}", f'fixed_arguments = {{"key": "{SECRETS["argument"]}"}}']
    lines += ["[mcp.echoes_its_headers]", f"url = http://127.0.0.1:{port}/echoes_its_headers", f"headers_file = {headers}"]
    name = os.path.join(folder, "agent.ini")
    with open(name, "w") as file:
        file.write("\n".join(lines) + "\n")
    return name


def below(pid):
    found = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True).stdout
    children = list(map(int, found.split()))
    return children + [each for child in children for each in below(child)]


def read(name):
    with open(name, "rb") as file:
        return file.read().decode(errors="replace")


def of_process(pid, name):
    """Empty: it has ended."""
    try:
        return read(f"/proc/{pid}/{name}")
    except OSError:
        return ""


def seen_from_outside(agent):
    """Command lines of all processes, and the environment of all but the servers whose it is."""
    places = {}
    for pid in (agent, *below(agent)):
        words = of_process(pid, "cmdline")
        places[f"command line of {pid}"] = words
        if SERVER not in words or words.split("\0")[-2] == "environment":
            places[f"environment of {pid}, {words}"] = of_process(pid, "environ")
    return places


def printed(agent, config, *more):
    """What the agent says about the settings, right ones and wrong ones."""
    places = {}
    for option in ("--print-config", "--check", "--list-plugins"):
        done = subprocess.run([agent, option, f"--config={config}", "-D", "server.url=ws://127.0.0.1:1/ws", "-D", "client.id=dev", *more],
                              capture_output=True, text=True, timeout=2 * LIMIT)
        places[f"{option}, {len(more)} definitions"] = done.stdout + done.stderr
    return places


async def run(agent, folder):
    server = Server()
    server.rows["echoes_its_headers"] = EchoesItsHeaders()
    config = configuration(folder, server.server_port)
    plugins = os.path.join(folder, "plugins")
    os.mkdir(plugins)
    places = {}
    async with AgentHarness(agent, plugins, *SETTINGS, config=config, level="trace") as harness:
        caller = Caller(await harness.registered())
        await listed(caller, ["tells_what_it_knows_work", "dies_with_what_it_knows_work", "environment_work", "work"])
        places |= seen_from_outside(harness.agent.pid)
        for tool in ("tells_what_it_knows_work", "dies_with_what_it_knows_work", "work"):
            result = await caller.call(tool)
            assert result["status"] == "failure" and "***" in result["error"], (tool, result)
            places[f"error of {tool}"] = result["error"]
        places["environment of another server"] = str((await caller.call("environment_work"))["result"])
        places["list of tools"] = str(await caller.call("list_tools", parameters={}))
        await until(lambda: "plugin refuses_with_what_it_knows: start-failed: " in open(harness.log).read(), LIMIT)
        for log in glob.glob(f"{harness.log}*"):
            places[log] = read(log)
        for kept in glob.glob(f"{harness.folder.name}/state/**/*", recursive=True):
            places[kept] = read(kept) if os.path.isfile(kept) else ""
    wrong = ["-D", f"mcp.tells_what_it_knows.env=9{SECRETS['variable']}", "-D", f"mcp.environment.fixed_arguments={SECRETS['argument']}"]
    for more in ([], wrong):
        places |= printed(agent, config, "-D", f"plugins.directories={plugins}", *more)
    for place, text in places.items():
        for secret in SECRETS.values():
            at = text.find(secret)
            assert at < 0, f"a secret is in {place}: {text[max(0, at - 200):at + 100]}"
    print(f"{len(SECRETS)} secrets in none of {len(places)} places")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)
        asyncio.run(run(sys.argv[1], work))
