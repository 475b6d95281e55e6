"""mixed.py SECONDS AGENT PLUGINS BUILT [SEED]: a hostile server and hostile plugins at once, honest commands in between:
each of these is answered, and the agent's memory is back where it was. By hand; BUILT is tests/plugins/built of a build.

Two times are told of the honest commands: how long they were for this script, which on a busy machine waits for the processor
longer than for the agent (its lag), and what the agent's log says."""
import asyncio
import contextlib
import json
import os
import random
import re
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "e2e"))
import websockets  # noqa: E402
from harness import LIMIT, AgentHarness, message, usage  # noqa: E402

BAD = ["aborts", "closes_descriptors", "deadlock", "eats_memory", "exits", "floods", "floods_the_agent", "ignores_cancel",
       "invalid_json", "kills_its_group", "leaves_children", "nested_json", "overflows_stack", "result_too_large",
       "returns_twice", "scribbles", "segfaults", "spins", "stops_itself", "throws", "uses_all_files"]
SETTINGS = ["profile.x.agent=LinuxAgent", "profile.x.action=Test,BashExecutor", "plugins.memory_limit=128MiB",
            "plugins.failure_window=1", "plugins.backoff_cap=0.1", "execution.tool_timeout=5",
            "transfer.receive=true", "transfer.max_inbox_files=200",
            "plugin.shell.memory_limit=0"]


def install(plugins, built, folder):
    shutil.copytree(os.path.join(plugins, "shell"), os.path.join(folder, "shell"))
    for name in BAD:
        shutil.copytree(os.path.join(built, name), os.path.join(folder, name))
        path = os.path.join(folder, name, "plugin.json")
        with open(path) as file:
            manifest = json.load(file)
        manifest["tools"][0]["name"] = name
        with open(path, "w") as file:
            json.dump(manifest, file)


class Server:
    def __init__(self, harness, chance):
        self.harness, self.chance = harness, chance
        self.ready = asyncio.Event()
        self.waiting, self.sent, self.times, self.wrong = {}, {}, [], []
        self.count, self.asked, self.ended_by_agent, self.lost_early = 0, 0, 0, 0

    def command(self, session, *actions):
        self.count += 1
        return f"r{self.count}", message(type="command", session_id=session, response_id=f"r{self.count}",
                                         actions=list(actions))

    async def connections(self, end):
        """One after the other; each is lost in the middle of things, unless the agent ends it before."""
        while True:
            try:
                self.socket = await self.harness.registered()
            except websockets.ConnectionClosed:  # lost before that: the agent makes another
                self.lost_early += 1
                continue
            self.ready.set()
            reader = asyncio.create_task(self.read(self.socket))
            for response, (_, _, text, _) in list(self.waiting.items()):  # of the last one: answered all the same
                await self.send(text)
                self.sent[response] = time.monotonic()
            await asyncio.wait([reader], timeout=min(self.chance.uniform(5, 60), max(end - time.monotonic(), 0)))
            if not reader.done() and time.monotonic() >= end:
                return reader
            self.ended_by_agent += reader.done()
            self.ready.clear()
            self.socket.transport.abort()
            await reader

    async def read(self, socket):
        with contextlib.suppress(websockets.ConnectionClosed):
            async for text in socket:
                if len(text) > 100_000:  # none of ours
                    continue
                answer = json.loads(text)
                if answer["type"] == "heartbeat":
                    await socket.send('{"type":"heartbeat","status":"ok"}')
                if answer["type"] == "command_results" and answer["prev_response_id"] in self.waiting:
                    asked, line, _, answered = self.waiting.pop(answer["prev_response_id"])
                    took, out = time.monotonic() - asked, self.sent.get(answer["prev_response_id"], asked) - asked
                    self.times.append((took, out, answer["prev_response_id"], answer["timestamp"]))
                    (result,) = answer["action_results"]
                    lost = any(word in (result["error"] or "") for word in ("connection", "cancelled"))
                    right = lost or (result["result"] or {}).get("stdout") == line + "\n"
                    answered.set_result(None if right else result)

    async def send(self, text):
        await self.ready.wait()
        with contextlib.suppress(websockets.ConnectionClosed):
            await self.socket.send(text)

    async def honest(self, lane, end):
        """A command after the other, each with a limit."""
        while time.monotonic() < end:
            await self.ready.wait()
            line = f"{lane} {self.count}"
            answered = asyncio.get_running_loop().create_future()
            size = self.chance.choice([0, 0, 0, 100_000])  # the larger one goes in shared memory
            response, text = self.command(f"honest{lane}", {
                "tool_name": "execute_command", "tool_type": "action", "call_id": "c",
                "parameters": {"command": "echo " + " " * size + line}})
            self.asked += 1
            self.waiting[response] = (time.monotonic(), line, text, answered)
            await self.send(text)
            self.sent[response] = time.monotonic()
            wrong = await asyncio.wait_for(answered, 5 * LIMIT)  # this script may be far behind
            self.wrong += [wrong] if wrong else []
            await asyncio.sleep(self.chance.uniform(0, 0.1))

    async def hostile(self, end):
        while time.monotonic() < end:
            await self.chance.choice([self.calls, self.batches, self.costly, self.garbage, self.files, self.tasks,
                                      self.waits])(self.chance.randrange(1, 40))

    async def calls(self, times):
        for _ in range(times):
            name = self.chance.choice(BAD)
            await self.send(self.command(f"{name}{times}", {"tool_name": name, "parameters": {}})[1])

    async def batches(self, times):
        for action in ({"tool_name": ""}, {"tool_name": "list_tools", "parameters": {}}, {"tool_name": "x" * 2_000}):
            await self.send(self.command(f"b{times}", *[action] * self.chance.choice([10, 1_000, 1_001]))[1])

    async def costly(self, times):
        members = {f"k{i}": [] for i in range(times * 2_000)}
        await self.send(self.command(f"k{times}", {"tool_name": "execute_command", "parameters": members})[1])

    async def garbage(self, times):
        for i in range(times * 20):
            await self.send(self.chance.choice(['{"type":"zork","status":"ok"}', "{", "[" * 300, '"\u202e"', json.dumps(
                {"type": "error", "status": "error", "error": "\u0001" * 2_000}), json.dumps(
                {"type": "device_info_request", "status": "ok", "response_id": f"q{i}"})]))

    async def files(self, times):
        for i in range(times):
            await self.send(json.dumps({"type": "binary_data", "filename": f"../f{i}", "size": self.chance.choice([0, 9])}))
            await self.send(b"x" * self.chance.choice([0, 9]))

    async def tasks(self, times):
        for i in range(times):
            await self.send(message(type="task", user_request="x" * 10_000, task_name=f"t{i}", session_id=f"t{i}"))
            await self.send(json.dumps({"type": "task_end", "status": "failed", "session_id": f"t{i}"}))

    async def waits(self, times):
        """Behind a sleep, with text that is kept until their session ends."""
        for text in ("sleep 2", *["echo " + "x" * times * 50_000] * 5):
            await self.send(self.command(f"w{times}", {"tool_name": "execute_command", "parameters": {"command": text}})[1])
        await asyncio.sleep(self.chance.uniform(0, 1))
        await self.send(json.dumps({"type": "task_end", "status": "failed", "session_id": f"w{times}"}))


def quantiles(times):
    times = sorted(times)
    return f"median {times[len(times) // 2] * 1000:.1f} ms, 99 % {times[len(times) * 99 // 100] * 1000:.0f} ms"


def agents_times(log):
    with open(log, errors="replace") as lines:
        found = (re.search(r"session honest\w+ response \S+ .* (?:succeeded|failed) in ([\d.]+) ms", line) for line in lines)
        return [float(each[1]) / 1000 for each in found if each]


async def unanswered(control):
    """How many COMMANDs the agent still has to answer."""
    reader, writer = await asyncio.open_unix_connection(control)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: agent\r\nConnection: close\r\n\r\n")
    text = (await reader.read()).decode()
    writer.close()
    return int(re.search(r"^aip_agent_commands_unanswered (\d+)", text, re.M)[1])


async def lag(longest):
    """The longest time by which this script was late."""
    while True:
        begin = time.monotonic()
        await asyncio.sleep(0.05)
        longest.append(max(longest.pop(), time.monotonic() - begin - 0.05))


async def main(seconds, agent, plugins, built, seed=None):
    seed = seed or str(random.randrange(1 << 32))
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as inbox:
        install(plugins, built, folder)
        control = os.path.join(inbox, "control.socket")
        async with AgentHarness(agent, folder, *SETTINGS, f"transfer.inbox={inbox}/files", f"control.socket={control}") as harness:
            server = Server(harness, random.Random(seed))
            end = time.monotonic() + float(seconds)
            connections = asyncio.create_task(server.connections(end))
            longest = [0]
            late = asyncio.create_task(lag(longest))
            await server.honest("first", time.monotonic() + 2)
            before = usage(harness.agent.pid)
            await asyncio.gather(*(server.honest(lane, end) for lane in range(3)),
                                 *(server.hostile(end) for _ in range(2)))
            reader = await connections
            await server.honest("last", time.monotonic() + 10)
            after = usage(harness.agent.pid)
            begin = time.monotonic()
            while await unanswered(control) > 0:  # what hangs waits for its time-out, one after the other
                await asyncio.sleep(1)
            print(f"the rest took {time.monotonic() - begin:.0f} s", flush=True)
            await asyncio.sleep(60)
            rest = usage(harness.agent.pid)
            late.cancel()
            reader.cancel()
            assert not reader.done() or not reader.exception()
            times = sorted(server.times)
            print(f"{server.count} commands; honest: {server.asked} asked, {len(times)} answered: {quantiles(each[0] for each in times)}; "
                  f"this script was late by {longest[0]:.1f} s at most\n"
                  f"in the agent: {quantiles(agents_times(harness.log))}; "
                  f"it has ended {server.ended_by_agent} connections, {server.lost_early} of them before the registration\n"
                  "the slowest:")
            for took, out, response, stamp in times[:-6:-1]:
                print(f"  {response}, answered at {stamp}: {took:.2f} s, of these {out:.2f} until it was sent (the last time)")
            print(f"before:  {before}\nafter:   {after}, log {os.path.getsize(harness.log) >> 10} KiB\nat rest: {rest}",
                  flush=True)
            assert not server.wrong, f"{len(server.wrong)} honest commands failed, e.g. {server.wrong[0]}"
            assert not server.waiting, f"not answered: {list(server.waiting)}"
            assert after["descriptors"] <= before["descriptors"] + 8 * len(BAD), "descriptors are left"


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
