"""memory.py AGENT BUILT: 70 echoes of 10 MiB in each isolation; what agent and runner have ever used stays bounded."""
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time

from harness import LIMIT, AgentHarness, message, usage

ECHOES = 70  # the 65th ended a runner once
PAYLOAD = 10 << 20
KEPT_KIB = 4 << 10
LARGEST_KIB = {"agent": 128 << 10, "runner": 64 << 10}


def runners(pid):
    """The processes that plugins run in, and their watchers."""
    found = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True).stdout
    return [each for child in map(int, found.split()) for each in (child, *runners(child))]


def peak_of(processes):
    peaks = [0]
    for process in processes:
        try:
            peaks.append(usage(process)["peak_rss_kib"])
        except (OSError, TypeError):  # it has ended
            pass
    return max(peaks)


async def echo(agent, plugins, isolation):
    action = {"tool_name": "echo", "tool_type": "action", "call_id": "c", "parameters": {"text": "x" * PAYLOAD}}
    line = message(type="command", session_id="s", response_id="r", actions=[action])
    peaks = {"agent": 0, "runner": 0}
    async with AgentHarness(agent, plugins, "profile.x.agent=LinuxAgent", "profile.x.action=Test", "connection.ping_interval=0",
                            f"plugins.isolation={isolation}") as harness:
        socket = await harness.registered()
        start = time.monotonic()
        for _ in range(ECHOES):
            # A server that uses response ids once only; an answer is small if the echo has failed.
            await socket.send(line.replace('"r"', f'"r{time.monotonic_ns()}"', 1))
            while len(answer := await asyncio.wait_for(socket.recv(), LIMIT)) < PAYLOAD:
                assert '"type":"heartbeat"' in answer, answer[:1000]
            peaks["runner"] = max(peaks["runner"], peak_of(runners(harness.agent.pid)))
        peaks["agent"] = usage(harness.agent.pid)["peak_rss_kib"]
        took = (time.monotonic() - start) / ECHOES
    print(f"{isolation}: {took * 1000:.0f} ms each; peaks in MiB: "
          + ", ".join(f"{name} {peak >> 10}" for name, peak in peaks.items()))
    return {name for name, peak in peaks.items() if peak > LARGEST_KIB[name]}


async def kept(agent, plugins, laps, calls):
    """Results just below what the allocator gives back by itself, some or many at once: what the agent keeps of them."""
    action = {"tool_name": "echo", "tool_type": "action", "call_id": "c", "parameters": {"text": "x" * ((4 << 20) - 65536)}}
    line = message(type="command", session_id="S", response_id="R", actions=[action])
    async with AgentHarness(agent, plugins, "profile.x.agent=LinuxAgent", "profile.x.action=Test",
                            "plugins.isolation=in_process", "connection.answer_memory=64KiB") as harness:
        socket = await harness.registered()
        before = usage(harness.agent.pid)["rss_kib"]
        for lap in range(laps):
            for i in range(calls):
                await socket.send(line.replace('"S"', f'"s{i}"', 1).replace('"R"', f'"r{lap}.{i}"', 1))
            answered = 0
            while answered < calls:
                answered += '"command_results"' in (await asyncio.wait_for(socket.recv(), LIMIT))[:1000]
        full = usage(harness.agent.pid)["rss_kib"]
        end = time.monotonic() + LIMIT
        while (after := usage(harness.agent.pid)["rss_kib"]) > before + KEPT_KIB and time.monotonic() < end:
            await asyncio.sleep(0.1)
    print(f"kept of {laps * calls}: {before >> 10} MiB before, {full >> 10} MiB with the last answer, {after >> 10} MiB soon after")
    assert after <= before + KEPT_KIB, (before, full, after)


async def main(agent, built):
    with tempfile.TemporaryDirectory() as plugins:
        folder = shutil.copytree(os.path.join(built, "good"), os.path.join(plugins, "good"))
        os.chmod(folder, 0o755)
        beyond = {isolation: await echo(agent, plugins, isolation) for isolation in ("process", "per_call", "in_process")}
        for laps, calls in ((4, 16), (1, 3)):
            await kept(agent, plugins, laps, calls)
    assert not any(beyond.values()), beyond


asyncio.run(main(*sys.argv[1:3]))
