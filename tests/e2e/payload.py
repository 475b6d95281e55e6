"""payload.py AGENT PLUGINS BUILT: what commands and tasks carry stands in the log at trace only.

Each place of a message that carries payload gets a word of its own, with the plugins in each isolation; then the log of a
run at debug must have none of these words. The same run at trace proves that it looks where they are."""
import asyncio
import json
import os
import secrets
import shutil
import sys
import tempfile

from harness import LIMIT, AgentHarness, message, receive

SECRET = "payload" + secrets.token_hex(8)


class Words:
    """A word of its own for each place."""

    def __init__(self):
        self.places = {}

    def new(self, place):
        self.places[f"{SECRET}x{len(self.places)}x"] = place
        return next(reversed(self.places))

    def found_in(self, text):
        return [place for word, place in self.places.items() if word in text]


def actions(words):
    """(tool, parameters): one for each way in which a command can end."""
    shell = "execute_command"
    return [
        (shell, {"command": f"echo {words.new('parameters and result of a command')}"}),
        (shell, {"command": f"cat /nowhere/{words.new('standard error of a command')}"}),
        (shell, {"command": f"rm -rf {words.new('a command that is refused')}"}),
        (shell, {"command": f"cat '{words.new('a command that cannot be split')}"}),
        (shell, {"command": f"cat /proc/1/environ /{words.new('a path that is denied')}"}),
        (shell, {"command": "pwd", "cwd": f"/{words.new('a folder that is not there')}"}),
        (shell, {"command": {words.new("a parameter of the wrong type"): 1}}),
        (shell, {"command": "pwd", words.new("the name of a parameter"): 1}),
        ("echo", {"text": words.new("what a plugin gives back")}),
        ("echo", {"text": words.new("what a plugin gives back as shared memory") + "y" * 200_000}),
        ("complain", {"text": words.new("the error of a tool, and its progress")}),
        ("complain", {"text": words.new("an error that is too long") + "y" * 200_000}),
        ("nowhere", {"text": words.new("parameters of a tool that is not there")}),
        ("list_tools", {words.new("a parameter of list_tools"): words.new("and its value")}),
    ]


async def converse(harness, words):
    socket = await harness.registered()
    for number, (tool, parameters) in enumerate(actions(words)):
        action = {"tool_name": tool, "tool_type": "action", "call_id": f"c-{number}", "parameters": parameters}
        await socket.send(message(type="command", session_id="s", response_id=f"r-{number}", actions=[action]))
        assert (await receive(socket))["prev_response_id"] == f"r-{number}"
    for unreadable in ('{"type":"command","actions":[{"tool_name":"%s' % words.new("a message that ends too early"),
                       message(type="command", session_id="s", response_id="r", actions=[
                           {"tool_name": "echo", "parameters": words.new("parameters that are not an object")}]),
                       message(type="command", session_id="s", response_id="r",
                               actions=words.new("actions that are not a list"))):
        await socket.send(unreadable)
    await socket.send(message(type="task", task_name="t", session_id="s",
                              user_request=words.new("the request of a task")))
    await receive(socket, "task")
    await socket.send(message(type="command", task_name="t", session_id="s", response_id="last", actions=[
        {"tool_name": "echo", "tool_type": "action", "parameters": {}}]))
    while (await receive(socket))["prev_response_id"] != "last":
        pass
    await socket.send(json.dumps({"type": "task_end", "status": "completed", "session_id": "s",
                                  "result": {"text": words.new("the result of a task")}}))
    await harness.logged("session s ended")
    await socket.send(json.dumps({"type": "task_end", "status": "failed", "session_id": "f",
                                  "error": words.new("the error of a task")}))
    await harness.logged("session f failed")


async def run(agent, plugins, isolation, level):
    words = Words()
    async with AgentHarness(agent, plugins, "profile.x.agent=LinuxAgent", "profile.x.action=BashExecutor, Test",
                            f"plugins.isolation={isolation}", level=level) as harness:
        await converse(harness, words)
        harness.agent.terminate()
        await asyncio.to_thread(harness.agent.wait, LIMIT)
        found = words.found_in(open(harness.log).read())
    print(f"{isolation} at {level}: {len(found)} of {len(words.places)} places are in the log")
    return found


async def run_of_a_request(agent, plugins, level):
    """What the command line asks the server for, and a task that comes meanwhile."""
    words = Words()
    options = ("--request", words.new("the text of --request"), "--task-name", words.new("the name of its task"))
    async with AgentHarness(agent, plugins, level=level, options=options) as harness:
        socket = await harness.registered()
        await receive(socket, "task")
        refused = words.new("the name of a task that is refused")
        await socket.send(message(type="task", task_name=refused, session_id="s", user_request="x"))
        echo = await receive(socket, "error")
        assert refused in echo["error"], echo
        await socket.send(json.dumps({"type": "error", "status": "error", "error": echo["error"]}))
        harness.agent.terminate()
        await asyncio.to_thread(harness.agent.wait, LIMIT)
        return words.found_in(open(harness.log).read())


async def run_with_a_key(agent, plugins):
    """The api_key that the reference's servers send: at no level, and in no account of calls."""
    key = secrets.token_hex(16)
    async with AgentHarness(agent, plugins, level="trace") as harness:
        socket = await harness.registered()
        action = {"tool_name": "execute_command", "tool_type": "action", "call_id": "c",
                  "parameters": {"command": "pwd", "api_key": key}}
        await socket.send(message(type="command", session_id="s", response_id="r", actions=[action]))
        assert (await receive(socket))["action_results"][0]["status"] == "success"
        harness.agent.terminate()
        await asyncio.to_thread(harness.agent.wait, LIMIT)
        account = open(os.path.join(harness.folder.name, "state", "audit", "audit.jsonl")).read()
        assert '"begun"' in account and key not in account, "the api_key is in the audit"
        assert key not in open(harness.log).read(), "the api_key is in the log"


async def main(agent, shipped, built):
    with tempfile.TemporaryDirectory() as plugins:
        for source in (os.path.join(shipped, "shell"), os.path.join(built, "good")):
            folder = shutil.copytree(source, os.path.join(plugins, os.path.basename(source)))
            os.chmod(folder, 0o755)
        for isolation in ("process", "per_call", "in_process"):
            found = await run(agent, plugins, isolation, "debug")
            assert not found, f"in the log at debug: {found}"
        await run_with_a_key(agent, plugins)
        found = await run_of_a_request(agent, plugins, "debug")
        assert not found, f"in the log at debug: {found}"
        assert len(await run_of_a_request(agent, plugins, "trace")) == 3, "the words are not looked for where they are"
        assert len(await run(agent, plugins, "process", "trace")) > 10, "the words are not looked for where they are"


asyncio.run(main(*sys.argv[1:4]))
