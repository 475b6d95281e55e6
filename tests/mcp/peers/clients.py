"""clients.py ERA_TRANSPORT AGENT: MCP clients from npm with the tools of this device, over lines and over HTTP."""
import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "..", "e2e"))
from harness import LIMIT, AgentHarness  # noqa: E402

PATIENCE = f"plugins.start_timeout={LIMIT}"


def install(folder, program):
    """Makes a plugin of a program that uses aip.py; returns the path of its manifest."""
    os.mkdir(folder)
    shutil.copy(os.path.join(HERE, "..", "..", "..", "sdk", "python", "aip.py"), folder)
    copy = os.path.join(folder, "tools.py")
    shutil.copy(program, copy)
    os.chmod(copy, 0o755)
    manifest = os.path.join(folder, "plugin.json")
    with open(manifest, "wb") as file:
        file.write(subprocess.run([copy, "--manifest"], capture_output=True, check=True).stdout)
    return manifest


@contextlib.asynccontextmanager
async def served(folder, plugins, agent, *settings):
    """An agent that serves MCP clients over HTTP: its connection to the server, its address and the key."""
    key = os.path.join(folder, "key")
    with open(os.open(key, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        file.write("a-key-of-clients\n")
    async with AgentHarness(agent, plugins, "mcp_server.listen=127.0.0.1:0", f"mcp_server.key_file={key}", PATIENCE, *settings) as harness:
        connection = await harness.registered()
        await harness.logged("MCP clients are served at")
        port = open(harness.log).read().split("MCP clients are served at ")[1].split("\n")[0].rsplit(":", 1)[1]
        yield connection, f"http://127.0.0.1:{port}/mcp", "a-key-of-clients"


async def client(*words):
    process = await asyncio.create_subprocess_exec("node", os.path.join(HERE, "client.mjs"), *words)
    assert await asyncio.wait_for(process.wait(), 2 * LIMIT) == 0, words


async def main(case, agent):
    era, transport = case.split("_")
    with tempfile.TemporaryDirectory() as folder:
        plugins = os.path.join(folder, "plugins")
        os.mkdir(plugins)
        install(os.path.join(plugins, "tools"), os.path.join(HERE, "client_tools.py"))
        if transport == "stdio":
            await client(era, transport, agent, "--mcp", f"--define=plugins.directories={plugins}",
                         f"--define=state.directory={folder}/state", f"--define={PATIENCE}")
            return
        async with served(folder, plugins, agent) as (_, url, key):
            await client(era, transport, url, key)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
