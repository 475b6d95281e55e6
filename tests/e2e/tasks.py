"""tasks.py CASE AGENT BUILT: a plugin that counts within a task of the server (aip.task-events/1).

CASE is `reset` (two tasks in a row, in a process of its own and in the agent's) or `late` (the plugin is loaded by the
first call of a task, and again after its process has died)."""
import asyncio
import json
import os
import shutil
import sys
import tempfile

from harness import LIMIT, AgentHarness, message, receive, until

SETTINGS = ["profile.x.agent=LinuxAgent", "profile.x.action=Test", "plugins.backoff_base=0.001", "plugins.backoff_cap=0.01"]


def install(built, folder):
    shutil.copytree(os.path.join(built, "tasks"), os.path.join(folder, "tasks"))
    os.chmod(os.path.join(folder, "tasks"), 0o755)


class Server:
    """The part of a server that orders tasks. As the reference does, it gives a task's session an id of its own."""

    def __init__(self, socket):
        self.socket = socket
        self.count = 0

    async def begin(self, task):
        await self.socket.send(json.dumps({"type": "task", "status": "continue", "user_request": "go", "task_name": task,
                                           "session_id": f"asked-{task}"}))
        assert (await receive(self.socket, "task"))["task_name"] == task

    async def call(self, task, tool="count", status="continue"):
        self.count += 1
        await self.socket.send(message(type="command", status=status, session_id=f"made-{task}", task_name=task,
                                       response_id=f"r-{self.count}", root_name="Files", process_name="explorer",
                                       actions=[{"tool_name": tool, "tool_type": "action", "call_id": "c"}]))
        (result,) = (await receive(self.socket, response=f"r-{self.count}"))["action_results"]
        return result["result"]

    async def end(self, task):
        await self.socket.send(json.dumps({"type": "task_end", "status": "completed", "session_id": f"made-{task}"}))


def heard(log):
    """What the plugin has written, without the rest of the line."""
    words = ("begin ", "end ", "inside ")
    lines = [line.rstrip().split("tasks: ", 1)[-1] for line in open(log) if "tasks: " in line]
    return [line for line in lines if line.startswith(words)]


async def reset(agent, built, folder):
    for isolation in ("process", "in_process"):
        async with AgentHarness(agent, folder, *SETTINGS, f"plugin.tasks.isolation={isolation}", "plugin.tasks.load=start") as harness:
            server = Server(await harness.registered())
            assert await server.call("none") == 1  # a session without a TASK
            await server.begin("one")
            await until(lambda: "begin asked-one/one" in heard(harness.log), LIMIT)
            assert [await server.call("one") for _ in range(3)] == [1, 2, 3]
            assert await server.call("none") == 4
            await server.end("one")
            await server.begin("two")
            assert await server.call("two") == 1
            assert await server.call("two", status="completed") == 2
            await until(lambda: "end asked-two/two" in heard(harness.log), LIMIT)
            found = [line for line in heard(harness.log) if "none" not in line]
            assert found == ["begin asked-one/one", *["inside made-one/one"] * 3, "end asked-one/one",
                             "begin asked-two/two", *["inside made-two/two"] * 2, "end asked-two/two"], found


async def late(agent, built, folder):
    async with AgentHarness(agent, folder, *SETTINGS) as harness:
        server = Server(await harness.registered())
        await server.begin("one")
        await server.end("one")
        await server.begin("two")
        assert await server.call("two") == 1
        await server.call("two", "die")
        assert await server.call("two") == 1
        found = heard(harness.log)
        assert [line for line in found if not line.startswith("inside")] == ["begin made-two/two"] * 2, found


CASES = {"reset": reset, "late": late}


async def main(case, agent, built):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        install(built, folder)
        await CASES[case](agent, built, folder)
    print(f"{case}: as it should be")


asyncio.run(main(*sys.argv[1:]))
