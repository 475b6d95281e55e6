"""confinement.py CASE AGENT BUILT: a hostile plugin attacks the agent, which says in its registration what keeps it apart.

CASE is `self` or `unprivileged` (if this is root: as another user)."""
import asyncio
import contextlib
import json
import os
import resource
import shutil
import sys
import tempfile
import time

from harness import LIMIT, AgentHarness, message, receive
import websockets  # noqa: E402

ANYBODY = 54321
ATTACKS = ["kill", "stop", "queue", "directory", "getfd", "ptrace", "read", "mem", "environ", "fd"]
SIGNALS = ["kill", "stop", "queue", "directory"]
SETTINGS = ["profile.x.agent=LinuxAgent", "profile.x.action=Test", "plugins.debuggable=false"]


def install(built, folder):
    for name in ("hostile", "good", "multiplies"):
        shutil.copytree(os.path.join(built, name), os.path.join(folder, name))
        os.chmod(os.path.join(folder, name), 0o755)


def attack(how, pid):
    action = {"tool_name": "attack", "tool_type": "action", "call_id": how,
              "parameters": {"how": how, "process": pid, "name": "x"}}
    # the plugin reads them with scanf
    return message(type="command", session_id="s", response_id=how, actions=[action]).replace(
        json.dumps(action["parameters"]), json.dumps(action["parameters"], separators=(",", ":")))


async def main(case, agent, built):
    if case == "unprivileged" and os.geteuid() == 0:
        if not all(os.stat(path).st_mode & 0o005 == 0o005 for path in parents(agent)):
            print("SKIPPED: another user cannot run the agent from here")
            sys.exit(77)
        os.setgroups([])
        os.setresgid(ANYBODY, ANYBODY, ANYBODY)
        os.setresuid(ANYBODY, ANYBODY, ANYBODY)
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, files[1]), files[1]))  # as systemd has it
    with tempfile.TemporaryDirectory() as folder:
        install(built, folder)
        for host_view in ("", "hostile"):
            async with AgentHarness(agent, folder, *SETTINGS, f"plugins.host_view={host_view}") as harness:
                await attack_all(harness)
        if os.geteuid() != 0:  # for whom the system does not count them
            async with AgentHarness(agent, folder, *SETTINGS) as harness:
                await use_up_descriptors(harness)
        for host_view in ("", "multiplies"):
            async with AgentHarness(agent, folder, *SETTINGS, f"plugins.host_view={host_view}",
                                    "plugins.process_limit=200") as harness:
                await multiply(harness)


def call(tool, session="s", **parameters):
    action = {"tool_name": tool, "tool_type": "action", "call_id": tool, "parameters": parameters}
    return message(type="command", session_id=session, response_id=tool, actions=[action])


async def use_up_descriptors(harness):
    """The descriptors that are on their way count for the user: the agent's own limit must be above a plugin's, and the
    results of other plugins must do without."""
    socket = await harness.registered()
    await socket.send(call("fill"))
    (filled,) = (await receive(socket))["action_results"]
    assert filled["result"] == "ETOOMANYREFS", filled
    long = "x" * 100_000  # which goes in shared memory
    for size in (1, 1, 30):
        await socket.send(call("echo", text=long * size))
        (result,) = (await receive(socket))["action_results"]
        assert result["status"] == "success" and result["result"] == {"text": long * size}, str(result)[:1000]


async def multiply(harness):
    """A fork bomb in one plugin: its call fails with the limit, others go on meanwhile, and the agent stops."""
    socket = await harness.registered()
    await socket.send(call("now", session="bomb"))
    honest = 0
    while True:
        sent = time.monotonic()
        await socket.send(call("echo", honest=honest))
        answers = {}
        while "echo" not in answers:
            answer = await receive(socket)
            answers[answer["prev_response_id"]] = answer["action_results"][0]
        assert answers["echo"]["result"] == {"honest": honest} and time.monotonic() - sent < 20, answers
        honest += 1
        if "now" in answers:
            break
    assert "more than 200 processes and threads (plugins.process_limit)" in answers["now"]["error"], answers
    reading = asyncio.create_task(read_all(socket))
    harness.agent.terminate()
    stopping = time.monotonic()
    await asyncio.to_thread(harness.agent.wait, LIMIT)
    await reading
    print(f"{honest} honest calls beside a fork bomb, stop in {time.monotonic() - stopping:.1f} s")
    assert time.monotonic() - stopping < 15


async def read_all(socket):
    with contextlib.suppress(websockets.ConnectionClosed):
        async for _ in socket:
            pass


async def attack_all(harness):
    socket = await asyncio.wait_for(harness.connected.get(), LIMIT)
    plugins = {each["id"]: each for each in json.loads(await socket.recv())["metadata"]["plugins"]}
    await socket.send('{"type":"heartbeat","status":"ok"}')
    isolation = plugins["hostile"]["isolation"]
    print(isolation)
    assert isolation["mode"] == "process" and "undumpable" in isolation["in_force"], isolation
    for how in refused(isolation["in_force"], os.geteuid() == 0):
        await socket.send(attack(how, harness.agent.pid))
        (result,) = (await receive(socket))["action_results"]
        assert result["status"] == "success" and result["result"] in ("EPERM", "ESRCH", "EACCES", "EINVAL"), (how, result)


def refused(in_force, root):
    """Which attacks must fail. The agent is undumpable, which does not keep root away, nor CAP_PERFMON from environ."""
    apart = {"pid_namespace", "signal_scope"} <= set(in_force)
    return [how for how in ATTACKS if (apart or how not in SIGNALS) and (not root or apart and how != "environ")]


def parents(path):
    path = os.path.dirname(os.path.realpath(path))
    while path != "/":
        yield path
        path = os.path.dirname(path)


asyncio.run(main(*sys.argv[1:]))
