"""bad_plugins.py CASE AGENT BUILT SOURCES: an agent with every plugin of tests/plugins/bad at once, and a good one.

BUILT has one folder per plugin, SOURCES is tests/plugins/bad: none may be forgotten here."""
import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import time

from harness import LIMIT, SANITIZED, AgentHarness, message, until, usage

CALLS = 100

# What the gate finds.
REFUSED = {"capability_taken": "capability-collision", "group_writable": "permissions", "no_symbol": "entry-missing",
           "wrong_hash": "hash-mismatch"}

# What loading and starting it finds: for good, it is not tried again. What a library throws may end its process first.
UNSTARTABLE = {"constructor_exits": "start-crashed", "constructor_hangs": "start-timeout",
               "constructor_throws": "", "create_null": "create-failed", "create_throws": "create-failed",
               "minor_too_new": "entry-invalid", "missing_extension": "extension-missing", "missing_tool": "tool-missing",
               "null_create": "entry-invalid", "other_id": "entry-invalid", "other_version": "entry-invalid",
               "short_entry": "entry-invalid", "short_extension": "entry-invalid", "short_plugin": "entry-invalid",
               "start_crashes": "start-crashed", "start_fails": "start-failed", "start_hangs": "start-timeout",
               "start_throws": "start-failed", "undefined_symbol": "load-failed", "wrong_major": "entry-invalid"}

# Every call ends its process. If that takes long to end, all that is known is that its connection is closed.
CLOSED = "closed its connection"
LETHAL = {"aborts": ("SIGABRT", CLOSED), "becomes_another": (CLOSED,), "closes_descriptors": ("exit code 1", CLOSED),
          "eats_memory": ("SIGABRT", CLOSED), "ends_its_thread": ("SIGABRT", CLOSED), "exits": ("exit code 3", CLOSED),
          "exits_well": ("exit code 0", CLOSED), "fork_bomb": ("SIGABRT", CLOSED), "kills_its_group": ("SIGKILL", CLOSED),
          "overflows_stack": ("SIGSEGV", CLOSED),
          "scribbles": ("broke the protocol",), "segfaults": ("SIGSEGV", CLOSED), "uses_all_files": ("SIGABRT", CLOSED)}

# No call returns before its time is over; several are inside at once. Those that wait go to the next process.
OVER = "the time given to the tool is over"
HANGING = {"deadlock", "ignores_cancel", "leaves_children", "spins", "stops_itself"}

# The call fails, the plugin lives on.
FAILING = {"invalid_json": "not valid JSON", "invalid_utf8": "invalid UTF-8", "kills_its_parent": "the watcher lives",
           "nested_json": "256 levels",
           "result_of_no_size": "bytes, the limit is", "result_too_large": "bytes, the limit is",
           "result_without_data": "it is empty", "throws": "an exception left the plugin",
           "throws_number": "an exception left the plugin"}

# What they do wrong does not touch the answer.
ANSWERING = {"call_after_return", "floods", "floods_the_agent", "foreign_thread", "host_after_return", "returns_twice",
             "stop_crashes", "stop_hangs", "stop_throws"}

SETTINGS = ["profile.x.agent=LinuxAgent", "profile.x.action=Test", "plugins.order=good", "plugins.memory_limit=67108864",
            "plugins.file_limit=64", "plugins.idle_timeout=0.5", "plugins.start_timeout=5", "plugins.backoff_base=0.001",
            "plugins.backoff_cap=0.01", "plugins.environment=AIP_TEST_MARK", "plugin.leaves_children.isolation=per_call",
            "plugin.leaves_children.start_ahead=0.5",
            "execution.cancel_grace=0.05", "connection.max_message_size=524288",
            # For the stacks of ten calls at once, and of threads that end late on a busy machine.
            *(f"plugin.{name}.memory_limit=1073741824" for name in [*HANGING, *FAILING, *ANSWERING])]


def install(built, folder):
    """All of them, with a tool of its own name each. The agent is given long enough unless a plugin hangs anyway."""
    for name in ["good", *REFUSED, *UNSTARTABLE, *LETHAL, *HANGING, *FAILING, *ANSWERING]:
        shutil.copytree(os.path.join(built, name), os.path.join(folder, name))
        os.chmod(os.path.join(folder, name), 0o755)
        path = os.path.join(folder, name, "plugin.json")
        with open(path) as file:
            manifest = json.load(file)
        for tool in manifest["tools"]:
            if name not in ("good", "capability_taken"):
                tool["name"] = name
            if name not in HANGING:
                tool["timeout_seconds"] = LIMIT
        manifest["concurrency"] = 10 if name in HANGING else 1
        with open(path, "w") as file:
            json.dump(manifest, file)


class Caller:
    """Sends commands and hands each answer to who has asked; an answer that nobody waits for is an error."""

    def __init__(self, socket):
        self.socket = socket
        self.waiting = {}
        self.count = 0
        self.reader = asyncio.create_task(self.read())

    async def read(self):
        while True:
            answer = json.loads(await self.socket.recv())
            if answer["type"] == "command_results":
                self.waiting.pop(answer["prev_response_id"]).set_result(answer["action_results"])

    async def call(self, tool, lane=0, parameters={}, kind="action"):
        self.count += 1
        response = f"{tool}-{self.count}"
        self.waiting[response] = asyncio.get_running_loop().create_future()
        action = {"tool_name": tool, "tool_type": kind, "call_id": response, "parameters": parameters}
        await self.socket.send(message(type="command", session_id=f"{tool}-{lane}", response_id=response, actions=[action]))
        done, _ = await asyncio.wait([self.waiting[response], self.reader], timeout=LIMIT,
                                     return_when=asyncio.FIRST_COMPLETED)
        assert self.reader not in done, f"the connection is lost: {self.reader.exception()}"
        assert done, f"{response} was not answered"
        (result,) = done.pop().result()
        return result

    async def calls(self, tool, times, lanes=1):
        results = []
        async def lane(number):
            for _ in range(number, times, lanes):
                results.append(await self.call(tool, number))
        await asyncio.gather(*map(lane, range(lanes)))
        return results


def fits(tool, result, quarantine):
    error = result["error"] or ""
    if tool in ANSWERING:
        return result["status"] == "success"
    if result["status"] != "failure":
        return False
    if tool in UNSTARTABLE:
        return f"is failed: {UNSTARTABLE[tool]}" in error
    if tool in FAILING:
        return FAILING[tool] in error
    words = (OVER, "does not return", CLOSED) if tool in HANGING else LETHAL[tool]
    return any(word in error for word in words) and (quarantine or "is quarantined" not in error)


async def call_all(caller, times, quarantine):
    async def one(tool):
        results = await caller.calls(tool, times, 10 if tool in HANGING else 1)
        unfit = [result for result in results if not fits(tool, result, quarantine)]
        assert len(results) == times and not unfit, f"{tool}: {unfit[:3]}"
        return tool, results[-1]["error"]
    return dict(await asyncio.gather(*map(one, [*UNSTARTABLE, *LETHAL, *HANGING, *FAILING, *ANSWERING])))


async def keep_asking(caller, times):
    """The good plugin meanwhile."""
    while True:
        start = time.monotonic()
        result = await caller.call("echo")
        assert result["status"] == "success" and result["result"] == {}, result
        times.append(time.monotonic() - start)
        await asyncio.sleep(0.005)


def marked(agent):
    """All processes that the agent has started, wherever they are by now."""
    mark = f"AIP_TEST_MARK={os.environ['AIP_TEST_MARK']}\0".encode()
    found = []
    for process in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            with open(f"/proc/{process}/environ", "rb") as environment:
                found += [process] if process != agent and mark in environment.read() else []
        except OSError:
            pass  # it is gone
    return found


async def at_rest(agent):
    """No process of a plugin is left."""
    await until(lambda: not marked(agent), LIMIT)
    return usage(agent)


def swap(folder, name, other):
    """The library at its path is another one from now on."""
    library = os.path.join(folder, name, f"{name}.so")
    shutil.copy(os.path.join(folder, other, f"{other}.so"), f"{library}.new")
    os.replace(f"{library}.new", library)


async def all_plugins(built, sources, quarantine):
    known = {*REFUSED, *UNSTARTABLE, *LETHAL, *HANGING, *FAILING, *ANSWERING}
    assert known == set(os.listdir(sources)), known ^ set(os.listdir(sources))
    with tempfile.TemporaryDirectory() as folder:
        install(built, folder)
        settings = [*SETTINGS, "execution.tool_timeout=0.3", f"plugins.max_failures={5 if quarantine else 0}",
                    "plugins.failure_window=3600"]
        async with AgentHarness(AGENT, folder, *settings) as harness:
            socket = await harness.registered()
            for name, code in REFUSED.items():
                await harness.logged(f"plugin {name}: refused: {code}")
            swap(folder, "stop_throws", "segfaults")
            caller, times = Caller(socket), []
            asking = asyncio.create_task(keep_asking(caller, times))
            await call_all(caller, 1, quarantine)
            asking.cancel()
            before = await at_rest(harness.agent.pid)
            asking = asyncio.create_task(keep_asking(caller, times))
            start = time.monotonic()
            last = await call_all(caller, CALLS - 1, quarantine)
            took = time.monotonic() - start
            assert not asking.done(), asking.exception()
            asking.cancel()
            if quarantine:
                assert all("is quarantined" in last[tool] for tool in LETHAL), last
            await at_rest(harness.agent.pid)
            await until(lambda: usage(harness.agent.pid)["descriptors"] <= before["descriptors"], LIMIT)
            after = usage(harness.agent.pid)
            assert (await caller.call("echo"))["status"] == "success"
            print(f"{len(last)} bad plugins, {caller.count} calls, the most in {took:.1f} s; the good one meanwhile: "
                  f"{len(times)} calls, the longest {max(times) * 1000:.0f} ms")
            print(f"before {before}, after {after}")
            assert after["threads"] <= before["threads"] + 4, "more than the workers, which are made when they are needed"
            # What is queued and logged at once, and the allocator's arenas, reach their size with the load.
            assert SANITIZED or after["rss_kib"] < before["rss_kib"] + (16 << 10)
            assert harness.agent.poll() is None and harness.connected.empty(), "it was not connected all the time"
            caller.reader.cancel()


async def killed(built):
    """With it end all the processes of its plugins, and those that they have started, wherever they are."""
    with tempfile.TemporaryDirectory() as folder:
        install(built, folder)
        async with AgentHarness(AGENT, folder, *SETTINGS) as harness:
            harness.ends_with = -signal.SIGKILL
            caller = Caller(await harness.registered())
            calls = [asyncio.create_task(caller.calls(tool, 2, 2)) for tool in [*HANGING, "wait"]]
            two_each = (len(calls) - 1) * 2 + 2 * 6  # its watcher and itself; leaves_children twice, each with four more
            await until(lambda: len(marked(harness.agent.pid)) >= two_each, LIMIT)
            processes = len(marked(harness.agent.pid))
            harness.agent.kill()
            start = time.monotonic()
            await until(lambda: not marked(harness.agent.pid), 10)
            print(f"{processes} processes were gone {(time.monotonic() - start) * 1000:.0f} ms after the agent was killed")
            await asyncio.gather(caller.reader, *calls, return_exceptions=True)


if __name__ == "__main__":
    case, AGENT, built, sources = sys.argv[1:]
    os.environ["AIP_TEST_MARK"] = f"{os.getpid()}-{time.time_ns()}"
    asyncio.run({"called": lambda: all_plugins(built, sources, False),
                 "quarantined": lambda: all_plugins(built, sources, True),
                 "killed": lambda: killed(built)}[case]())
