"""An MCP server over lines whose list of tools is another one after each call, as the conformance suite wants to see it."""
import json
import sys


def tool(name):
    return {"name": name, "description": f"The tool {name}.", "inputSchema": {"type": "object"}}


def send(**message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


tools = [tool("test_trigger_tool_change")]
for line in sys.stdin:
    asked = json.loads(line)
    method = asked.get("method")
    if method == "initialize":
        send(id=asked["id"], result={"protocolVersion": "2025-11-25", "capabilities": {"tools": {"listChanged": True}},
                                     "serverInfo": {"name": "changing", "version": "1"}})
    elif method == "tools/list":
        send(id=asked["id"], result={"tools": tools})
    elif method == "tools/call":
        tools.pop() if len(tools) > 1 else tools.append(tool("test_another"))
        send(method="notifications/tools/list_changed")
        send(id=asked["id"], result={"content": [{"type": "text", "text": "changed"}]})
    elif "id" in asked:
        send(id=asked["id"], result={})
