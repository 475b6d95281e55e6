"""hanging.py CASE AGENT BUILT: calls that hang, or a process that stands still. Each is answered at its timeout, and the
log says who holds the places meanwhile.

CASE is `calls` (four calls in a plugin with four places), `stopped` (its process under SIGSTOP) or `all_stopped` (every
process below the agent)."""
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from harness import LIMIT, AgentHarness, message, receive

SETTINGS = ["profile.x.agent=LinuxAgent", "profile.x.action=Test", "execution.tool_timeout=1.5",
            "execution.cancel_grace=0.2", "execution.silence_warning=0.3", "plugins.backoff_base=0.001"]


def install(built, name, folder):
    shutil.copytree(os.path.join(built, name), os.path.join(folder, name))
    os.chmod(os.path.join(folder, name), 0o755)
    path = os.path.join(folder, name, "plugin.json")
    with open(path) as file:
        manifest = json.load(file)
    manifest["concurrency"] = 4
    with open(path, "w") as file:
        json.dump(manifest, file)


def call(number, tool):
    action = {"tool_name": tool, "tool_type": "action", "call_id": f"id-{number}", "parameters": {}}
    return message(type="command", session_id=f"s-{number}", response_id=f"r-{number}", actions=[action])


def below(pid):
    found = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True).stdout
    return [each for child in map(int, found.split()) for each in (child, *below(child))]


async def answers(socket, count):
    found = {}
    while len(found) < count:
        answer = await receive(socket)
        (result,) = answer["action_results"]
        found[answer["prev_response_id"]] = (result["status"], result["error"])
    return found


async def hang(case, harness, socket):
    tool = "echo" if case == "calls" else "wait"
    if case != "calls":
        await socket.send(call(0, "echo"))
        assert (await answers(socket, 1))["r-0"][0] == "success"
        processes = below(harness.agent.pid)
        for process in processes if case == "all_stopped" else processes[-1:]:
            os.kill(process, signal.SIGSTOP)
    for number in range(1, 7):
        await socket.send(call(number, tool))
    found = await answers(socket, 6)
    assert sorted(found) == [f"r-{number}" for number in range(1, 7)], found
    assert all(status == "failure" for status, _ in found.values()), found
    for number in range(1, 5):
        await harness.logged(f":id-{number}: '{tool}' of plugin ")
    await harness.logged("no sign of life for 0.")
    await harness.logged(f"4 of 4 busy; the oldest: {tool}, ")
    return found


async def main(case, agent, built):
    name = "ignores_cancel" if case == "calls" else "good"
    with tempfile.TemporaryDirectory() as plugins:
        install(built, name, plugins)
        async with AgentHarness(agent, plugins, *SETTINGS) as harness:
            socket = await harness.registered()
            found = await asyncio.wait_for(hang(case, harness, socket), LIMIT)
            if case != "calls":
                await socket.send(call("last", "echo"))
                assert (await answers(socket, 1))["r-last"][0] == "success"
    print(f"{case}: {found}")


asyncio.run(main(*sys.argv[1:4]))
