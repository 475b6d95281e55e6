"""hostile_server.py ROW AGENT PLUGINS: one attack of a server on a real agent under an address-space limit: what it is
answered, what it costs, and what still works meanwhile."""
import asyncio
import contextlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "e2e"))
import websockets  # noqa: E402
from harness import (LIMIT, SANITIZED, AgentHarness, command, commands, gone, message, receive,  # noqa: E402
                     until, usage)

MIB = 1 << 20
ROWS = {}


def row(*settings, peak_mib):
    """Registers an attack; `peak_mib` bounds what the agent's resident memory may have been at its peak."""
    def add(attack):
        ROWS[attack.__name__] = (attack, settings, peak_mib)
        return attack
    return add


def many(action, count, response="r", session="s"):
    return message(type="command", session_id=session, response_id=response, actions=[])[:-1].replace(
        '"actions": []', '"actions": [' + ",".join([json.dumps(action)] * count) + "]") + "}"


async def failure_of(socket, response):
    """The one failure that answers a COMMAND beyond a limit."""
    answer = await receive(socket)
    assert answer["prev_response_id"] == response, answer["prev_response_id"]
    (result,) = answer["action_results"]
    assert result["status"] == "failure", result
    return result["error"]


async def works(socket, session="honest", others=None):
    """Another session's command is executed, and a ping is answered. The pong is awaited last: it overtakes messages,
    and websockets reads nothing more, pongs neither, while 32 messages wait for recv()."""
    pong = await socket.ping()
    await socket.send(command(session, "echo alive", response=f"r-{session}"))
    while (answer := await receive(socket))["prev_response_id"] != f"r-{session}":
        if others is not None:
            others.append(answer)
    assert answer["action_results"][0]["status"] == "success", answer
    assert answer["action_results"][0]["result"]["stdout"] == "alive\n", answer
    await pong


async def read_all(socket):
    with contextlib.suppress(websockets.ConnectionClosed):
        async for _ in socket:
            pass


@row(peak_mib=200)
async def empty_actions(socket, harness):
    for i in range(4):
        await socket.send(many({"tool_name": ""}, 400_000, response=f"r{i}"))
        error = await failure_of(socket, f"r{i}")
        assert "400000 actions, at most 1000" in error, error
        await works(socket)


@row(peak_mib=400)
async def many_listings(socket, harness):
    listing = {"tool_name": "list_tools", "parameters": {}}
    await socket.send(many(listing, 100_000))
    assert "100000 actions" in await failure_of(socket, "r")
    for i in range(4):
        await socket.send(many(listing, 1_000, response=f"r{i}", session=f"s{i}"))
    others = []
    await works(socket, "honest", others)
    await works(socket, "later", others)
    while len(others) < 4:
        others.append(await receive(socket))
    for answer in others:  # 8,000 records of the audit, more than may wait: the calls wait for room
        assert {each["status"] for each in answer["action_results"]} == {"success"}, answer["action_results"][-1]


@row("connection.max_queue_size=33554432", peak_mib=250)
async def kept_results(socket, harness):
    """What COMMANDs that are not complete keep counts together: one that finds no room fails, and the rest of it is skipped."""
    text = os.path.join(harness.folder.name, "text")
    with open(text, "w") as file:
        file.write("x" * MIB)
    action = {"tool_name": "execute_command", "parameters": {"command": f"cat {text}"}}
    for i in range(20):
        await socket.send(many(action, 20, response=f"r{i}", session=f"s{i}"))
    others = []
    await works(socket, "honest", others)
    while len(others) < 20:
        others.append(await receive(socket))
    failures = [result["error"] for answer in others for result in answer["action_results"] if result["status"] == "failure"]
    assert any("those that other COMMANDs keep until they are answered leave no room" in error for error in failures), failures
    await works(socket, "later")


@row(peak_mib=200)
async def long_ids(socket, harness):
    for i, size in enumerate((1_025, 131_072, 2 * MIB)):
        for call in range(16):
            await socket.send(command("s", "echo x", response=f"r{i}", call="c" * size))
            assert f"call_id: {size} bytes, at most 1024" in await failure_of(socket, f"r{i}")
        await works(socket)
    for name in ("session_id", "agent_name", "root_name", "task_name"):
        fields = {"type": "command", "session_id": "s", "response_id": name, "actions": [], name: "x" * MIB}
        await socket.send(message(**fields))
        assert f"{name}: {MIB} bytes" in await failure_of(socket, name)
    await socket.send(command("s", "echo x", response="r" * MIB))
    error = (await receive(socket, "error"))["error"]
    assert "response_id" in error and len(error) < 1_000, error[:2_000]
    await works(socket)


@row(peak_mib=250)
async def long_session_ids(socket, harness):
    for i in range(20):
        await socket.send(command(f"{i}" + "s" * (20 * MIB - len(f"{i}")), "sleep 100", response=f"r{i}"))
        assert "session_id" in await failure_of(socket, f"r{i}")
    assert usage(harness.agent.pid)["rss_kib"] < (400 << 10 if SANITIZED else 60 << 10), usage(harness.agent.pid)
    await works(socket)
    await harness.logged(f"COMMAND refused: session_id: {20 * MIB} bytes")
    assert os.path.getsize(harness.log) < 4 * MIB


@row("execution.max_waiting_size=41943040", "connection.max_message_size=31457280", peak_mib=400)
async def waiting_commands(socket, harness):
    await socket.send(command("s", "sleep 100", response="first"))
    refused = 0
    for i in range(60):
        padding = {"tool_name": "execute_command", "parameters": {"command": "echo " + "x" * (20 * MIB)}}
        await socket.send(message(type="command", session_id="s", response_id=f"r{i}", actions=[padding]))
        if i >= 3:
            assert "bytes of commands" in await failure_of(socket, f"r{i}")
            refused += 1
    assert refused == 57
    await works(socket)


@row("execution.max_waiting_size=67108864", peak_mib=300)
async def unneeded_text(socket, harness):
    """What a COMMAND does not need is not kept while it waits."""
    await socket.send(command("s", "sleep 100", response="first"))
    for i in range(60):
        await socket.send(command("s", "echo x", response=f"r{i}")[:-1] + ', "junk": "' + "x" * (20 * MIB) + '"}')
    await works(socket)


@row(peak_mib=100)
async def forged_log_lines(socket, harness):
    forged = "a\n2026-01-01 ERROR forged \x1b[2J\u009b31m\u2028b\u202egpj"
    await socket.send(message(type="task", user_request="x", task_name=forged, session_id=forged))
    await socket.send(json.dumps({"type": "task_end", "status": "failed", "session_id": forged, "error": forged}))
    await works(socket)
    await harness.logged("\\u202egpj")
    log = open(harness.log, newline="").read()
    assert not [c for c in log if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u2028\u2029\u202e")]
    assert not [line for line in log.split("\n") if line.startswith("2026-01-01")]


@row(peak_mib=700)
async def costly_checks(socket, harness):
    """Parameters with very many members: soon refused, and the workers are there for others."""
    members = "{" + ",".join(f'"k{i}":0' for i in range(900_000)) + "}"
    costly = message(type="command", session_id="S", response_id="S", actions=[{"tool_name": "execute_command"}])
    costly = costly.replace('"execute_command"', '"execute_command", "parameters": ' + members)
    for i in range(10):
        await socket.send(costly.replace('"S"', f'"costly{i}"'))
    start = time.monotonic()
    await socket.send(command("large", "echo alive " + "x" * 100_000, response="large"))
    waiting = {"large", *(f"costly{i}" for i in range(10))}
    while waiting:
        answer = await receive(socket)
        waiting.remove(answer["prev_response_id"])
        if answer["prev_response_id"] == "large":
            print(f"large: {time.monotonic() - start:.1f} s")
        else:
            assert answer["action_results"][0]["error"].endswith("too expensive to check"), answer
    assert time.monotonic() - start < (120 if SANITIZED else 30)
    await works(socket)


@row(peak_mib=150)
async def info_requests(socket, harness):
    for i in range(20_000):
        await socket.send(json.dumps({"type": "device_info_request", "status": "ok", "response_id": f"q{i}"}))
    kinds = {"device_info_response": 0, "error": 0}
    while sum(kinds.values()) < 20_000:
        answer = json.loads(await asyncio.wait_for(socket.recv(), LIMIT))
        kinds[answer["type"]] += 1
    print(kinds)
    assert kinds["device_info_response"] >= 100, kinds
    await works(socket)


@row(peak_mib=150)
async def provoked_log_lines(socket, harness):
    """Nothing is read meanwhile: the agent goes on reading although its answers wait."""
    start = time.monotonic()
    for i in range(10_000):
        await socket.send('{"type":"zork%d","status":"ok"}' % i)
        await socket.send("{nonsense %d" % i)
        await socket.send(json.dumps({"type": "error", "status": "error", "error": f"{i}" + "\u0001" * 2_000}))
        await socket.send(message(type="task", user_request="x", task_name=f"t{i}", session_id=f"s{i}"))
    await works(socket)
    await harness.logged("lines are dropped from now on: what the server sends makes too many")
    size = os.path.getsize(harness.log)
    allowed = 4 * MIB + (time.monotonic() - start) * 64 * 1024
    print(f"{size} bytes of log, {allowed:.0f} are allowed")
    assert size < allowed, f"{size} bytes of log, {allowed:.0f} are allowed"
    reports = [line for line in open(harness.log, encoding="utf-8") if "the server reports" in line]
    assert reports and max(map(len, reports)) < 512 * len("\\x01") + 300, max(map(len, reports))


@row(peak_mib=150)
async def deaf_server(socket, harness):
    """It takes nothing although the agent has much to send: what it says counts all the same."""
    text = os.path.join(harness.folder.name, "text")
    with open(text, "w") as file:
        file.write("x" * 200_000)
    socket.transport.pause_reading()
    for i in range(60):
        await socket.send(command(f"s{i}", f"head -c 200000 {text}", response=f"r{i}"))
        await harness.logged(f"response r{i} task")
    await socket.send(command("long", "sleep 100", response="long"))
    await until(lambda: commands(harness.agent.pid, " 100"), LIMIT)
    process = os.pidfd_open(commands(harness.agent.pid, " 100")[0])
    await socket.send(json.dumps({"type": "task_end", "status": "failed", "session_id": "long"}))
    await gone(process, 5 if SANITIZED else 2)
    socket.transport.resume_reading()
    answers = [(await receive(socket))["prev_response_id"] for _ in range(61)]
    assert sorted(answers) == sorted(["long", *(f"r{i}" for i in range(60))]), answers
    await works(socket)


@row("transfer.receive=true", "transfer.inbox=INBOX", "transfer.max_inbox_files=200", peak_mib=150)
async def empty_files(socket, harness):
    async def send():
        for i in range(20_000):
            await socket.send(json.dumps({"type": "binary_data", "filename": f"f{i}", "size": 0}))
            await socket.send(b"")
    sending = asyncio.create_task(send())
    await works(socket)
    sending.cancel()
    reading = asyncio.create_task(read_all(socket))  # else the library does not see that the agent closes
    start = time.monotonic()
    harness.agent.terminate()
    await asyncio.to_thread(harness.agent.wait, LIMIT)
    await reading
    assert time.monotonic() - start < 10, "the agent stops slowly"
    assert len(os.listdir(harness.inbox)) <= 200


@row(peak_mib=150)
async def no_memory(socket, harness):
    """A message that does not fit into what is left: the connection is lost, not the agent."""
    limit_memory(harness.agent.pid, 48 * MIB)
    with contextlib.suppress(websockets.ConnectionClosed):
        await socket.send(command("s", "echo " + "x" * (90 * MIB)))
    socket = await harness.registered()
    await works(socket)


@row(peak_mib=150)
async def little_memory(socket, harness):
    """While less and less is left: large results, many listings, long lines of the log. Whatever cannot be had, the agent
    goes on, and all is well when there is memory again."""
    text = os.path.join(harness.folder.name, "text")
    with open(text, "w") as file:
        file.write("x" * (3 * MIB))
    for left in (24, 8, 2):
        limit_memory(harness.agent.pid, left * MIB)
        with contextlib.suppress(websockets.ConnectionClosed, asyncio.TimeoutError):
            for i in range(20):
                await socket.send(many({"tool_name": "list_tools", "parameters": {}}, 1_000, f"l{left}.{i}", f"l{i}"))
                await socket.send(command(f"s{i}", "echo " + "x" * 200_000, response=f"e{left}.{i}"))
                await socket.send(command(f"h{i}", f"head -c {3 * MIB} {text}", response=f"h{left}.{i}"))
            for i in range(60):  # some may stay without an answer
                await asyncio.wait_for(socket.recv(), 3)
        lift_limit(harness.agent.pid)
        socket = await working(socket, harness, f"left{left}")


def limit_memory(pid, left):
    size = int(re.search(r"VmSize:\s+(\d+)", open(f"/proc/{pid}/status").read())[1]) << 10
    resource.prlimit(pid, resource.RLIMIT_AS, (size + left, resource.RLIM_INFINITY))


def lift_limit(pid):
    """Also of what it has started meanwhile, which has inherited it."""
    with contextlib.suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    below = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True).stdout
    for child in below.split():
        lift_limit(int(child))


async def working(socket, harness, session):
    """The connection on which it works: another one if that is lost."""
    while True:
        with contextlib.suppress(websockets.ConnectionClosed):
            await works(socket, session)
            return socket
        socket = await harness.registered()


async def run(name, agent, plugins):
    attack, settings, peak_mib = ROWS[name]
    if not SANITIZED:  # whose shadow memory is larger than any limit
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, resource.RLIM_INFINITY))
    with tempfile.TemporaryDirectory() as inbox:
        await attacked(name, attack, peak_mib,
                       AgentHarness(agent, plugins, *(each.replace("INBOX", inbox) for each in settings)), inbox)


async def attacked(name, attack, peak_mib, harness, inbox):
    harness.inbox = inbox
    async with harness:
        socket = await harness.registered()
        start = time.monotonic()
        await attack(socket, harness)
        took = time.monotonic() - start
        if harness.agent.poll() is None:
            peak = usage(harness.agent.pid)["peak_rss_kib"] / 1024
            print(f"{name}: {took:.1f} s, peak {peak:.0f} MiB")
            assert SANITIZED or peak <= peak_mib, f"{peak:.0f} MiB, at most {peak_mib}"


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
