"""conformance_client.py AGENT URL: what the conformance suite starts as a client. An agent has the suite's server at URL as an MCP
server, and each of its tools is called."""
import asyncio
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "..", "e2e"))
from bad_plugins import Caller  # noqa: E402
from harness import LIMIT, AgentHarness  # noqa: E402

SCENARIO = os.environ["MCP_CONFORMANCE_SCENARIO"]
CONTEXT = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT") or "{}")
IS_MODERN = os.environ.get("MCP_CONFORMANCE_PROTOCOL_VERSION", "") >= "2026"
WITHOUT_TOOLS = {"initialize", "request-metadata", "json-schema-ref-no-deref"}  # none, or none that can be offered
VALUES = {"string": "us-west1", "integer": 2, "number": 3, "boolean": True, "object": {}, "array": []}


def arguments(tool, offered):
    if tool["tool_name"] == "json_schema_echo":
        return {"schema": offered["json_schema_2020_12_tool"]["input_schema"]}
    schema = tool["input_schema"]
    return {name: VALUES[schema["properties"][name].get("type", "string")] for name in schema.get("required", [])}


def calls(offered):
    """Names and arguments. What the schema does not allow, null for what is not required, is left out."""
    planned = [(call["name"], call["arguments"]) for call in CONTEXT.get("toolCalls", [])]
    return [(name, {key: value for key, value in given.items() if value is not None}) for name, given in planned] or [
        (name, arguments(tool, offered)) for name, tool in offered.items()]


async def listed(harness, caller):
    """The tools of the suite's server, as soon as it has told them."""
    await harness.logged("plugin Suite mcp started")
    end = asyncio.get_running_loop().time() + LIMIT
    while True:
        tools = (await caller.call("list_tools", parameters={}))["result"]
        offered = {tool["tool_name"]: tool for tool in tools if tool["namespace"] == "Suite"}
        if offered or SCENARIO in WITHOUT_TOOLS:
            return offered
        assert asyncio.get_running_loop().time() < end, "the tools are not offered"


async def main(agent, url):
    with tempfile.TemporaryDirectory() as plugins:
        os.chmod(plugins, 0o755)
        settings = [f"mcp.Suite.url={url}", f"mcp.Suite.protocol={'modern' if IS_MODERN else 'legacy'}"]
        async with AgentHarness(agent, plugins, *settings) as harness:
            caller = Caller(await harness.registered())
            if SCENARIO.startswith("auth/"):
                await harness.logged("headers_file")
                return
            offered = await listed(harness, caller)
            for name, given in calls(offered):
                print(name, given, await caller.call(name, parameters=given))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
