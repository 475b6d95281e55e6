"""inspector.py TRANSPORT AGENT: the command line of the MCP Inspector with the tools of this device, over stdio or http."""
import asyncio
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "..", "e2e"))
from clients import install, served  # noqa: E402
from harness import LIMIT  # noqa: E402

INSPECTOR = os.path.join(HERE, "node_modules", "@modelcontextprotocol", "inspector", "clients", "launcher", "build", "index.js")
IS_ERROR = 5


async def inspect(folder, *words):
    """Exit code and output."""
    process = await asyncio.create_subprocess_exec(
        "node", INSPECTOR, "--cli", "--config", os.path.join(folder, "servers.json"), "--server", "device", "--format", "json", *words,
        env={**os.environ, "HOME": folder, "MCP_INSPECTOR_SECRET_STORE": "memory"}, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, errors = await asyncio.wait_for(process.communicate(), LIMIT)
    print(*words, process.returncode, output.decode()[:500], errors.decode()[-500:])
    return process.returncode, output.decode(), errors.decode()


async def check(folder, server):
    with open(os.path.join(folder, "servers.json"), "w") as file:
        json.dump({"mcpServers": {"device": server}}, file)
    code, output, _ = await inspect(folder, "--method", "tools/list")
    tools = {tool["name"]: tool for tool in json.loads(output)["result"]["tools"]}
    assert code == 0 and {"add", "picture", "fail", "steps", "wait"} <= set(tools), tools
    assert tools["add"]["inputSchema"]["required"] == ["a", "b"], tools["add"]
    code, output, _ = await inspect(folder, "--method", "tools/call", "--tool-name", "add", "--tool-arg", "a=2", "b=3")
    assert code == 0 and json.loads(output)["result"]["content"] == [{"type": "text", "text": "5"}], output
    code, output, _ = await inspect(folder, "--method", "tools/call", "--tool-name", "fail")
    assert code == IS_ERROR and "on purpose" in output, output
    code, output, errors = await inspect(folder, "--method", "tools/call", "--tool-name", "nothing")
    assert code != 0 and "nothing" in output + errors, output


async def main(transport, agent):
    with tempfile.TemporaryDirectory() as folder:
        plugins = os.path.join(folder, "plugins")
        os.mkdir(plugins)
        install(os.path.join(plugins, "tools"), os.path.join(HERE, "client_tools.py"))
        if transport == "stdio":
            await check(folder, {"command": agent, "args": ["--mcp", f"--define=plugins.directories={plugins}",
                                                            f"--define=state.directory={folder}/state"]})
            return
        async with served(folder, plugins, agent) as (_, url, key):
            await check(folder, {"type": "streamable-http", "url": url, "headers": {"Authorization": f"Bearer {key}"}})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
