"""peers.py CASE AGENT: the tools of MCP servers from npm, called through an agent."""
import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "..", "e2e"))
from bad_plugins import Caller  # noqa: E402
from harness import LIMIT, AgentHarness, until  # noqa: E402

PACKAGES = os.path.join(HERE, "node_modules", "@modelcontextprotocol")
SDK_SERVER = os.path.join(HERE, "modern_server.mjs")
MARK = f"mcp-peers-{os.getpid()}"
ENTITY = {"name": "disk", "entityType": "part", "observations": ["spins"]}


def script(name):
    return os.path.join(PACKAGES, f"server-{name}", "dist", "index.js")


def holds(text):
    return lambda result: text in str(result)


def png(result):
    return isinstance(result, str) and result.startswith("data:image/png;base64,iVBOR")


def with_image(result):
    return any(block["type"] == "image" and png(block["data"]) for block in result)


# Of each tool: good arguments, what their result must be like, and wrong arguments with words of the error.
EVERYTHING = {
    "echo": ({"message": "hello"}, holds("hello"), {"message": 7}, "Input validation error"),
    "get-annotated-message": ({"messageType": "error", "includeImage": True}, with_image, {"messageType": "x"}, "Input validation error"),
    "get-env": ({}, holds("PATH"), None, None),
    "get-resource-links": ({"count": 2}, lambda result: len(result) == 3, {"count": 99}, "Input validation error"),
    "get-resource-reference": ({"resourceType": "Text", "resourceId": 1}, holds("resource"), {"resourceType": "x"}, "Input validation error"),
    "get-structured-content": ({"location": "Chicago"}, lambda result: {"temperature", "conditions", "humidity"} <= set(result), {},
                               "Input validation error"),
    "get-sum": ({"a": 2, "b": 3}, holds("5"), {"a": 2}, "Input validation error"),
    "get-tiny-image": ({}, with_image, None, None),
    "gzip-file-as-resource": ({"name": "x.gz", "data": "data:text/plain;base64,QUJD", "outputType": "resource"}, holds("x.gz"),
                              {"outputType": "x"}, "Input validation error"),
    "toggle-simulated-logging": ({}, holds("logging"), None, None),
    "toggle-subscriber-updates": ({}, holds("updates"), None, None),
    "trigger-long-running-operation": ({"duration": 1, "steps": 4}, holds("completed"), {"duration": "x"}, "Input validation error"),
    "simulate-research-query": ({"topic": "disks"}, None, {}, "Input validation error"),
}
MEMORY = {
    "create_entities": ({"entities": [ENTITY]}, holds("disk"), {"entities": 1}, "Input validation error"),
    "create_relations": ({"relations": [{"from": "disk", "to": "disk", "relationType": "is"}]}, holds("is"), {}, "Input validation error"),
    "add_observations": ({"observations": [{"entityName": "disk", "contents": ["hums"]}]}, holds("hums"),
                         {"observations": [{"entityName": "none", "contents": ["x"]}]}, "not found"),
    "read_graph": ({}, lambda result: result["entities"][0]["observations"] == ["spins", "hums"], None, None),
    "search_nodes": ({"query": "hums"}, holds("disk"), {"query": 1}, "Input validation error"),
    "open_nodes": ({"names": ["disk"]}, holds("disk"), {"names": "disk"}, "Input validation error"),
    "delete_observations": ({"deletions": [{"entityName": "disk", "observations": ["hums"]}]}, holds("success"), {}, "Input validation error"),
    "delete_relations": ({"relations": [{"from": "disk", "to": "disk", "relationType": "is"}]}, holds("success"), {}, "Input validation error"),
    "delete_entities": ({"entityNames": ["disk"]}, holds("success"), {}, "Input validation error"),
}
MODERN = {
    "add": ({"a": 1, "b": 2}, lambda result: result == {"sum": 3}, {"a": "x", "b": 2}, "Input validation error"),
    "image": ({}, lambda result: result == "data:image/png;base64,QUJD", None, None),
    "fail": (None, None, {}, "on purpose (INTERNAL)"),
}


def filesystem(folder):
    with open(os.path.join(folder, "a.txt"), "w") as file:
        file.write("one\ntwo\n")
    with open(os.path.join(folder, "a.png"), "wb") as file:
        file.write(b"\x89PNG\r\n")
    a, outside = {"path": os.path.join(folder, "a.txt")}, {"path": "/etc/passwd"}
    denied = "Access denied"
    return {
        "read_file": (a, holds("two"), outside, denied),
        "read_text_file": ({**a, "head": 1}, holds("one"), outside, denied),
        "read_media_file": ({"path": os.path.join(folder, "a.png")}, holds("iVBORw0K"), outside, denied),
        "read_multiple_files": ({"paths": [a["path"]]}, holds("two"), {"paths": []}, "Input validation error"),
        "write_file": ({"path": os.path.join(folder, "b.txt"), "content": "three"}, holds("b.txt"), {**outside, "content": ""}, denied),
        "edit_file": ({**a, "edits": [{"oldText": "two", "newText": "2"}]}, holds("2"), {**a, "edits": [{"oldText": "x", "newText": ""}]}, "match"),
        "create_directory": ({"path": os.path.join(folder, "d")}, holds("d"), outside, denied),
        "list_directory": ({"path": folder}, holds("b.txt"), outside, denied),
        "list_directory_with_sizes": ({"path": folder, "sortBy": "size"}, holds("b.txt"), {"path": folder, "sortBy": "x"}, "Input validation error"),
        "directory_tree": ({"path": folder}, holds("b.txt"), outside, denied),
        "move_file": ({"source": os.path.join(folder, "b.txt"), "destination": os.path.join(folder, "c.txt")}, holds("c.txt"), {}, "Input validation error"),
        "search_files": ({"path": folder, "pattern": "*.txt"}, holds("c.txt"), {"path": folder}, "Input validation error"),
        "get_file_info": (a, holds("size"), outside, denied),
        "list_allowed_directories": ({}, holds(folder), None, None),
    }


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def leftovers():
    """Processes that have our mark in their environment, apart from the server that is ours."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/environ", "rb") as environment:
                found += [int(process)] if f"MARK={MARK}\0".encode() in environment.read() else []
        except OSError:
            pass
    return found


async def check_list(offered, era, target):
    """What is offered is what a client from npm is offered by the same server."""
    listing = await asyncio.create_subprocess_exec("node", os.path.join(HERE, "list.mjs"), era, *target, stdout=subprocess.PIPE)
    output, _ = await asyncio.wait_for(listing.communicate(), LIMIT)
    theirs = json.loads(output)
    assert [each["name"] for each in theirs] == list(offered), (theirs, offered)
    for tool in theirs:
        ours = offered[tool["name"]]
        assert ours["description"] == tool.get("description", "") and ours["annotations"] == tool.get("annotations"), (ours, tool)
        assert ours["input_schema"] == tool["inputSchema"] and ours["output_schema"] == tool.get("outputSchema"), (ours, tool)


async def use(agent, settings, tools, name="Peer", era="legacy", target=()):
    with tempfile.TemporaryDirectory() as plugins:
        os.chmod(plugins, 0o755)
        async with AgentHarness(agent, plugins, *(f"mcp.{name}.{each}" for each in settings), "plugins.backoff_base=0.05") as harness:
            caller = Caller(await harness.registered())
            await check_list(await all_offered(caller, tools, name), era, target)
            for tool, (good, fits, wrong, words) in tools.items():
                if good is not None:
                    result = await caller.call(tool, parameters=good)
                    assert result["status"] == "success" or fits is None, (tool, str(result)[:500])
                    assert fits is None or fits(result["result"]), (tool, str(result)[:500])
                if wrong is not None:
                    result = await caller.call(tool, parameters=wrong)
                    assert result["status"] == "failure" and words in result["error"], (tool, str(result)[:500])
            many = next(tool for tool, row in tools.items() if row[0] is not None)
            results = await asyncio.gather(*(caller.call(many, lane, tools[many][0]) for lane in range(200)))
            assert all(each["status"] == "success" for each in results), [each for each in results if each["status"] != "success"][:1]
            log = open(harness.log).read()
            assert not re.search(r"^\S+ error ", log, re.MULTILINE), log
    await until(lambda: not leftovers(), LIMIT)


async def all_offered(caller, tools, name):
    end = asyncio.get_running_loop().time() + LIMIT
    offered = {}
    while set(tools) - set(offered):
        assert asyncio.get_running_loop().time() < end, f"not offered: {set(tools) - set(offered)}"
        await asyncio.sleep(0.05)
        listed = (await caller.call("list_tools", parameters={}))["result"]
        offered = {each["tool_name"]: each for each in listed if each["namespace"] == name}
    assert set(offered) == set(tools), set(offered) ^ set(tools)
    return offered


def by_stdio(*command, eras="modern"):
    arguments = ", ".join(f'"{each}"' for each in command)
    return ["command=node", f"args={arguments}", f'env="MARK={MARK}", "NODE_NO_WARNINGS=1", ERAS={eras}']


def servers():
    """What npx has started by way of a shell."""
    found = []
    for process in leftovers():
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            found += [process] if len(words) > 1 and words[1].endswith(b".bin/mcp-server-everything") else []
        except OSError:
            pass
    return found


async def npx_killed(agent, folder):
    """The server, a grandchild of npx, then the agent is killed: what is called again works, and nothing is left."""
    plugins = os.path.join(folder, "plugins")
    os.mkdir(plugins)
    settings = ["command=npx", "args=--no, --, mcp-server-everything", f"cwd={HERE}", f'env="MARK={MARK}", "npm_config_cache={folder}/cache"']
    harness = AgentHarness(agent, plugins, *(f"mcp.Peer.{each}" for each in settings), "plugins.backoff_base=0.05", "plugins.max_failures=0")
    async with harness:
        harness.ends_with = -signal.SIGKILL
        caller = Caller(await harness.registered())
        await all_offered(caller, EVERYTHING, "Peer")
        for _ in range(2):
            assert len(servers()) == 1 and len(leftovers()) > 1, (servers(), leftovers())
            os.kill(servers()[0], signal.SIGKILL)
            result = {"status": "failure"}
            while result["status"] == "failure":  # one that comes before the end is seen fails
                result = await caller.call("echo", parameters={"message": "hello"})
            assert "hello" in str(result["result"]), result
        caller.reader.cancel()
        harness.agent.kill()
        await until(lambda: not leftovers(), LIMIT)


class HttpServer:
    """Runs within `with`, which may come again."""

    def __init__(self, *command):
        self.command, self.port = command, free_port()
        self.settings = [f"url=http://127.0.0.1:{self.port}/mcp"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, env={**os.environ, "PORT": str(self.port)}, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        end = time.monotonic() + LIMIT
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                break
            except OSError:
                assert time.monotonic() < end, "the server does not listen"
                time.sleep(0.05)
        return self.settings

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


async def restarted(agent, server):
    """It knows nothing of the session then, and says so with 400."""
    with tempfile.TemporaryDirectory() as plugins:
        os.chmod(plugins, 0o755)
        async with AgentHarness(agent, plugins, *(f"mcp.Peer.{each}" for each in server.settings)) as harness:
            caller = Caller(await harness.registered())
            for _ in range(3):
                with server:
                    await all_offered(caller, EVERYTHING, "Peer")
                    result = await caller.call("echo", parameters={"message": "hello"})
                    assert result["status"] == "success", result
                assert (await caller.call("echo", parameters={"message": "hello"}))["status"] == "failure"


async def both_eras(agent):
    """Servers that speak the revisions of both eras in one process, each asked for either."""
    os.environ["ERAS"] = "both"
    eras = {f"{how}_{era}": (how, era) for how in ("stdio", "http") for era in ("auto", "legacy", "modern")}
    with tempfile.TemporaryDirectory() as plugins, HttpServer("node", SDK_SERVER) as by_http:
        os.chmod(plugins, 0o755)
        settings = [f"mcp.{name}.{each}" for name, (how, era) in eras.items()
                    for each in (f"protocol={era}", f"prefix={name}_", *(by_http if how == "http" else by_stdio(SDK_SERVER, eras="both")))]
        async with AgentHarness(agent, plugins, *settings) as harness:
            caller = Caller(await harness.registered())
            for name in eras:
                await all_offered(caller, {f"{name}_{tool}" for tool in MODERN}, name)
                result = await caller.call(f"{name}_add", parameters={"a": 1, "b": 2})
                assert result["result"] == {"sum": 3}, (name, result)
                assert "on purpose" in (await caller.call(f"{name}_fail", parameters={}))["error"]
    await until(lambda: not leftovers(), LIMIT)


async def main(case, agent):
    with tempfile.TemporaryDirectory() as folder:
        if case == "everything":
            await use(agent, by_stdio(script("everything")), EVERYTHING, target=["node", script("everything")])
        elif case == "everything_http":
            with HttpServer("node", script("everything"), "streamableHttp") as settings:
                await use(agent, settings, EVERYTHING, target=[settings[0].removeprefix("url=")])
        elif case == "everything_restarted":
            await restarted(agent, HttpServer("node", script("everything"), "streamableHttp"))
        elif case == "memory":
            settings = by_stdio(script("memory"))
            settings[2] += f', "MEMORY_FILE_PATH={folder}/memory.json"'
            await use(agent, settings, MEMORY, target=["node", script("memory")])
        elif case == "filesystem":
            place = os.path.realpath(folder)
            await use(agent, by_stdio(script("filesystem"), place), filesystem(place), target=["node", script("filesystem"), place])
        elif case == "npx_killed":
            await npx_killed(agent, folder)
        elif case == "modern":
            await use(agent, by_stdio(SDK_SERVER), MODERN, era="modern", target=["node", SDK_SERVER])
        elif case == "modern_http":
            with HttpServer("node", SDK_SERVER) as settings:
                await use(agent, settings, MODERN, era="modern", target=[settings[0].removeprefix("url=")])
        elif case == "both_eras":
            await both_eras(agent)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
