"""large.py AGENT: results of MCP servers that run as programs and are too large are sent as files, which the results name."""
import asyncio
import itertools
import json
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "e2e"))
from files import receive_file  # noqa: E402
from harness import LIMIT, AgentHarness, message, receive, until  # noqa: E402

# Rows of misbehaving_server.py: what the file of its first result holds, and its type.
ROWS = {
    "large_result": (json.dumps("x" * 2000).encode(), "json", "application/json"),
    "large_image": (bytes(10 * (1 << 20) // 4 * 3), "png", "image/png"),
    "large_blocks": (None, "json", "application/json"),
}


class Asker:
    """Calls one tool after the other, of a server that takes files."""

    def __init__(self, socket):
        self.socket = socket
        self.responses = map(str, itertools.count())

    async def ask(self, tool):
        response = next(self.responses)
        action = {"tool_name": tool, "tool_type": "action", "call_id": response, "parameters": {}}
        await self.socket.send(message(type="command", session_id="s", response_id=response, actions=[action]))

    async def result(self, tool):
        await self.ask(tool)
        return (await receive(self.socket))["action_results"][0]

    async def offered(self, names):
        end = asyncio.get_running_loop().time() + LIMIT
        while missing := set(names) - {each["tool_name"] for each in (await self.result("list_tools"))["result"]}:
            assert asyncio.get_running_loop().time() < end, f"not offered: {missing}"
            await asyncio.sleep(0.05)

    async def file(self, tool):
        """The start of the transfer, the content, and the result that names it."""
        await self.ask(tool)
        start, data = await receive_file(self.socket)
        result = (await receive(self.socket))["action_results"][0]
        assert result["status"] == "success", result
        assert result["result"]["file"] == start["filename"] and result["result"]["size"] == len(data), result
        assert "the limit is 1000: it was sent as this file" in result["result"]["note"], result
        return start, data, result["result"]


async def rows(agent, folder):
    from misbehaving import SETTINGS, Row, settings_of, sleepers
    plugins = os.path.join(folder, "plugins")
    os.mkdir(plugins)
    settings = [each for name in ROWS for each in settings_of(name, Row(settings=["max_result_size=1000"]), folder)]
    async with AgentHarness(agent, plugins, *SETTINGS, "transfer.send=true", *settings) as harness:
        asker = Asker(await harness.registered())
        await asker.offered([f"{name}_work" for name in ROWS])
        for name, (content, suffix, mime) in ROWS.items():
            start, data, result = await asker.file(f"{name}_work")
            assert start["filename"] == f"{name}_work.{suffix}" and result["mime_type"] == mime, (start, result)
            if content is not None:
                assert data == content, (name, len(data), data[:100])
            else:
                text, image = json.loads(data)
                assert text == {"type": "text", "text": "x" * 2000} and image["data"].startswith("data:image/png;base64,"), data[:100]
        assert (await asker.result("large_result_work"))["result"] == "x" * 10
        assert not re.search(r"^\S+ error ", open(harness.log).read(), re.MULTILINE)
    await until(lambda: not sleepers(), LIMIT)


async def main(agent):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        await rows(agent, folder)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
