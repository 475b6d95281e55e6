"""inspector.py ERA_TRANSPORT AGENT: the command line of the MCP Inspector with the tools of this device, over stdio or http."""
import asyncio
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "..", "e2e"))
from clients import PATIENCE, install, served  # noqa: E402
from harness import LIMIT  # noqa: E402

INSPECTOR = os.path.join(HERE, "node_modules", "@modelcontextprotocol", "inspector", "clients", "launcher", "build", "index.js")
IS_ERROR = 5


class Inspector:
    def __init__(self, folder, era, server):
        self.folder = folder
        self.era = era
        with open(os.path.join(folder, "servers.json"), "w") as file:
            json.dump({"mcpServers": {"device": server}}, file)

    async def __call__(self, *words):
        """Exit code and output."""
        process = await asyncio.create_subprocess_exec(
            "node", INSPECTOR, "--cli", "--config", os.path.join(self.folder, "servers.json"), "--server", "device", "--format", "json",
            "--protocol-era", self.era, *words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "HOME": self.folder, "MCP_INSPECTOR_SECRET_STORE": "memory"})
        output, errors = await asyncio.wait_for(process.communicate(), 2 * LIMIT)
        print(*words, process.returncode, output.decode()[:500], errors.decode()[-500:])
        return process.returncode, output.decode() or errors.decode()

    async def call(self, tool, *words):
        return await self("--method", "tools/call", "--tool-name", tool, *words)


def content(output):
    return json.loads(output)["result"]["content"]


async def check(inspector):
    code, output = await inspector("--method", "tools/list", "--strict")
    tools = {tool["name"]: tool for tool in json.loads(output)["result"]["tools"]}
    assert code == 0 and {"add", "picture", "fail", "steps", "wait"} <= set(tools), tools
    assert tools["add"]["inputSchema"]["required"] == ["a", "b"], tools["add"]
    code, output = await inspector.call("add", "--tool-arg", "a=2", "b=3")
    assert code == 0 and content(output) == [{"type": "text", "text": "5"}], output
    code, output = await inspector.call("picture")
    assert code == 0 and content(output) == [{"type": "image", "mimeType": "image/png", "data": "QUJD"}], output
    code, output = await inspector.call("add", "--tool-args-json", '{"a": 2, "b": 3}', "--load", "--load-requests", "200")
    assert code == 0 and json.loads(output)["result"]["ok"] == 200, output
    code, output = await inspector.call("fail")
    assert code == IS_ERROR and "on purpose" in output, output
    code, output = await inspector.call("nothing")
    assert code != 0 and "nothing" in output, output


async def main(case, agent):
    era, transport = case.split("_")
    with tempfile.TemporaryDirectory() as folder:
        plugins = os.path.join(folder, "plugins")
        os.mkdir(plugins)
        install(os.path.join(plugins, "tools"), os.path.join(HERE, "client_tools.py"))
        if transport == "stdio":
            arguments = ["--mcp", f"--define=plugins.directories={plugins}", f"--define=state.directory={folder}/state", f"--define={PATIENCE}"]
            await check(Inspector(folder, era, {"command": agent, "args": arguments}))
            return
        async with served(folder, plugins, agent) as (_, url, key):
            server = {"type": "streamable-http", "url": url, "headers": {"Authorization": f"Bearer {key}"}}
            await check(Inspector(folder, era, server))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
