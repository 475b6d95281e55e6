"""clients.py ERA_TRANSPORT AGENT: MCP clients from npm with the tools of this device, over lines and over HTTP."""
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "..", "e2e"))
from harness import LIMIT, AgentHarness  # noqa: E402

TOOLS = '''#!/usr/bin/env python3
import aip


@aip.action
def add(a: int, b: int) -> int:
    """The sum."""
    return a + b


@aip.action
def picture() -> str:
    """An image."""
    return "data:image/png;base64,QUJD"


@aip.action
def fail() -> None:
    """Fails."""
    raise aip.Error(aip.DENIED, "on purpose")


@aip.action
def steps(call: aip.Call) -> None:
    """Reports its progress."""
    for step in range(1, 5):
        call.progress(step * 250, f"step {step}")


@aip.action
def wait(call: aip.Call) -> None:
    """Ends when it is cancelled."""
    call.progress(1, "waits")
    call.wait(600)


aip.run(protocol="stdio", namespace="Peer", concurrency=16)
'''


def make_plugin(folder):
    os.mkdir(folder)
    shutil.copy(os.path.join(HERE, "..", "..", "..", "sdk", "python", "aip.py"), folder)
    program = os.path.join(folder, "tools.py")
    with open(os.open(program, os.O_CREAT | os.O_WRONLY, 0o755), "w") as file:
        file.write(TOOLS)
    manifest = subprocess.run([program, "--manifest"], capture_output=True, check=True).stdout
    with open(os.path.join(folder, "plugin.json"), "wb") as file:
        file.write(manifest)


async def client(*words):
    process = await asyncio.create_subprocess_exec("node", os.path.join(HERE, "client.mjs"), *words)
    assert await asyncio.wait_for(process.wait(), 2 * LIMIT) == 0, words


async def main(case, agent):
    era, transport = case.split("_")
    with tempfile.TemporaryDirectory() as folder:
        plugins = os.path.join(folder, "plugins")
        os.mkdir(plugins)
        make_plugin(os.path.join(plugins, "tools"))
        if transport == "stdio":
            await client(era, transport, agent, "--mcp", f"--define=plugins.directories={plugins}",
                         f"--define=state.directory={folder}/state")
            return
        key = os.path.join(folder, "key")
        with open(os.open(key, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write("a-key-of-clients\n")
        async with AgentHarness(agent, plugins, "mcp_server.listen=127.0.0.1:0", f"mcp_server.key_file={key}") as harness:
            await harness.logged("MCP clients are served at")
            port = open(harness.log).read().split("MCP clients are served at")[1].split("port ")[1].split("\n")[0]
            await client(era, transport, f"http://127.0.0.1:{port}/mcp", "a-key-of-clients")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
