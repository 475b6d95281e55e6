"""conformance.py SIDE_ERA AGENT [SCENARIO]: the official conformance suite of MCP with our server, or with our host.

What fails and may fail stands in conformance_ERA.yml with its reason; all else must pass, and what stands there must fail."""
import asyncio
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "..", "e2e"))
from bad_plugins import Caller  # noqa: E402
from clients import install, served  # noqa: E402
from harness import LIMIT  # noqa: E402
from peers import all_offered  # noqa: E402

SUITE = os.path.join(HERE, "node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js")
ERAS = {"legacy": ["2025-06-18", "2025-11-25"], "modern": ["2026-07-28"]}  # earlier revisions have next to no scenarios
ATTEMPTS = 3


def busy():
    """Whether this machine has so much else to do that the half second which the suite waits for an answer is too short."""
    return os.getloadavg()[0] > 2 * os.cpu_count()


async def suite(folder, side, era, *words):
    for revision in ERAS[era]:
        attempt = 0
        while not await passes(os.path.join(folder, f"{revision}-{attempt}"), side, "--spec-version", revision, *words):
            attempt += 1
            assert busy() and attempt < ATTEMPTS, "the suite says something else than is expected"


async def passes(results, side, *words):
    process = await asyncio.create_subprocess_exec(
        "node", SUITE, side, *words, "--output-dir", results, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = (await asyncio.wait_for(process.communicate(), 4 * LIMIT))[0].decode(errors="replace")
    print(output[max(output.rfind("SUMMARY ==="), 0):])
    if process.returncode != 0:
        print(output, *failures(results), sep="\n")
    return process.returncode == 0


def failures(results):
    for folder, _, names in os.walk(results):
        if "checks.json" in names:
            with open(os.path.join(folder, "checks.json")) as file:
                yield from (f"{os.path.basename(folder)}: {check['id']}: {check['status']}: {check.get('errorMessage')} {check.get('details')}"
                            for check in json.load(file) if check["status"] in ("FAILURE", "WARNING"))


def chosen(era, scenario):
    if scenario:
        return ["--scenario", scenario]
    return ["--suite", "all", "--expected-failures", os.path.join(HERE, f"conformance_{era}.yml")]


def install_tools(folder):
    manifest = install(folder, os.path.join(HERE, "conformance_tools.py"))
    schema = subprocess.run([os.path.join(folder, "tools.py"), "--schema"], capture_output=True, check=True).stdout
    with open(manifest) as file:
        told = json.load(file)
    next(tool for tool in told["tools"] if tool["name"] == "json_schema_2020_12_tool")["input_schema"] = json.loads(schema)
    with open(manifest, "w") as file:
        json.dump(told, file)


async def server(folder, era, agent, *words):
    plugins = os.path.join(folder, "plugins")
    os.mkdir(plugins)
    install_tools(os.path.join(plugins, "tools"))
    changing = ["mcp.Changing.command=/usr/bin/python3", f"mcp.Changing.args={os.path.join(HERE, 'changing_server.py')}"]
    async with served(folder, plugins, agent, *changing) as (connection, url, key):
        caller = Caller(connection)
        await all_offered(caller, {"test_trigger_tool_change"}, "Changing")
        await caller.call("test_simple_text")  # starts the plugin: the suite waits half a second for a call
        caller.reader.cancel()
        proxy = await asyncio.create_subprocess_exec("node", os.path.join(HERE, "with_key.mjs"), url, key, stdout=subprocess.PIPE)
        try:
            port = int(await asyncio.wait_for(proxy.stdout.readline(), LIMIT))
            await suite(folder, "server", era, *words, "--url", f"http://127.0.0.1:{port}/mcp")
        finally:
            proxy.kill()
            await proxy.wait()


async def client(folder, era, agent, *words):
    command = f"/usr/bin/python3 {os.path.join(HERE, 'conformance_client.py')} {agent}"
    await suite(folder, "client", era, *words, "--command", command, "--timeout", str(1000 * LIMIT))


async def main(case, agent, scenario=None):
    side, era = case.split("_")
    with tempfile.TemporaryDirectory() as folder:
        await (server if side == "server" else client)(folder, era, agent, *chosen(era, scenario))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
