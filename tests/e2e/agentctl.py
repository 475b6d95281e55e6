"""agentctl.py CASE AGENT PLUGINS TEST_PLUGINS: aip-agentctl with a running agent."""
import asyncio
import contextlib
import grp
import json
import os
import pty
import re
import resource
import shutil
import signal
import socket as sockets
import stat
import subprocess
import sys
import tempfile
import threading
import time

from harness import LIMIT, AgentHarness, command, commands, message, receive, until
from mcp_client import LEGACY, Lines, offered
from programs import install, tool

DONE, FAILED, USAGE, NO_INPUT, UNAVAILABLE, NO_OUTPUT, DENIED = 0, 1, 64, 66, 69, 74, 77


class Operator:
    """The tool, with the socket of an agent."""

    def __init__(self, agent, folder):
        self.program = os.path.join(os.path.dirname(agent), "aip-agentctl")
        self.socket = os.path.join(folder, "run", "control.sock")

    def line(self, *words):
        return [self.program, f"--socket={self.socket}", *words]

    async def run(self, *words, **more):
        done = await asyncio.to_thread(subprocess.run, self.line(*words), capture_output=True, text=True, timeout=LIMIT, **more)
        return done.returncode, done.stdout, done.stderr

    async def text(self, *words, code=DONE):
        """What it prints for people."""
        returned, out, err = await self.run(*words)
        assert returned == code, (words, returned, out, err)
        return out if code == DONE else err

    async def json(self, *words, code=DONE):
        returned, out, err = await self.run(*words, "--json")
        assert returned == code and not err, (words, returned, out, err)
        return json.loads(out)

    def start(self, *words, **more):
        return subprocess.Popen(self.line(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


@contextlib.asynccontextmanager
async def running(agent, plugins, *settings, **more):
    with tempfile.TemporaryDirectory() as folder:
        operator = Operator(agent, folder)
        async with AgentHarness(agent, plugins, f"control.socket={operator.socket}", *settings, **more) as harness:
            socket = await harness.registered()
            await ready(operator)
            yield operator, harness, socket


async def ready(operator):
    await eventually(lambda: operator.run("health", "--ready"), lambda done: done[0] == DONE)


async def plugin(operator, id="shell"):
    return next(each for each in (await operator.json("plugins"))["plugins"] if each["id"] == id)


async def eventually(fetch, fits):
    """What it gives once it fits."""
    for _ in range(600):
        found = await fetch()
        if fits(found):
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(found)


def rows(text):
    """The cells of a table, by its heads."""
    heads, *lines = text.splitlines()
    starts = [match.start() for match in re.finditer(r"(?<!\S)\S+( \S+)*", heads)]
    ends = starts[1:] + [None]
    names = [heads[begin:end].strip() for begin, end in zip(starts, ends)]
    return [dict(zip(names, (line[begin:end].strip() for begin, end in zip(starts, ends)))) for line in lines]


async def asks(agent, plugins, _):
    """What only asks."""
    async with running(agent, plugins) as (operator, harness, socket):
        assert await operator.text("health") == "ok\n"
        assert await operator.json("health") == {"ok": True}
        status = await operator.json("status")
        assert set(status) == {"agent", "lock", "pending", "calls", "plugins"}, status
        assert status["lock"] == {"locked": False} and status["calls"] == {"calls": [], "left_out": 0}, status
        told = status["agent"]
        assert told["id"] == "dev" and told["pid"] == harness.agent.pid and not told["stopping"], told
        assert told["audit_file"] == os.path.join(harness.folder.name, "state", "audit", "audit.jsonl"), told
        assert told["log_file"] == harness.log and told["started"] <= told["server"]["since"], told
        server = told["server"]
        assert server["state"] == "listening" and server["url"] == f"ws://127.0.0.1:{harness.port}/ws", server
        assert (server["attempts"], server["unanswered"], server["queued_bytes"], server["file_bytes"]) == (0, 0, 0, 0), server
        lines = dict(line.split(None, 1) for line in (await operator.text("status")).split("\n\n")[0].splitlines())
        assert lines["agent"].startswith("dev, aip-agent ") and lines["server"] == server["url"], lines
        assert lines["state"].startswith("listening since 20") and lines["queue"].startswith("0 commands "), lines

        tools = (await operator.json("tools"))["tools"]
        assert {"execute_command"} <= {tool["name"] for tool in tools}, tools
        assert (await operator.json("tools", "--profile", "none", code=FAILED))["error"]["code"] == "NOT_FOUND"
        listed = rows(await operator.text("tools"))
        assert {"TOOL": "execute_command", "TYPE": "action", "NAMESPACE": "BashExecutor", "PLUGIN": "shell"}.items() <= \
            next(row for row in listed if row["TOOL"] == "execute_command").items(), listed

        assert (await operator.json("call", "execute_command", '{"command": "echo hello"}'))["result"]["stdout"] == "hello\n"
        assert json.loads(await operator.text("call", "execute_command", '{"command": "echo hello"}'))["stdout"] == "hello\n"
        piped = await operator.run("call", "execute_command", "-", "--json", input='{"command": "echo piped"}')
        assert json.loads(piped[1])["result"]["stdout"] == "piped\n", piped
        wrong = await operator.json("call", "execute_command", '{"line": 1}', code=FAILED)
        assert wrong["error"]["code"] == "INVALID", wrong
        assert "NOT_FOUND: " in await operator.text("call", "nothing", code=FAILED)

        shell = await plugin(operator)
        assert shell["state"] == "running" and shell["calls"] == {"running": 0, "places": shell["calls"]["places"], "waiting": 0}, shell
        assert "no_new_privs" in shell["in_force"] and shell["isolation"] == "process" and "next_start_ms" not in shell, shell
        process = shell["processes"][0]
        assert os.path.exists(f"/proc/{process['pid']}") and process["memory_bytes"] > 1 << 20, process
        row = next(row for row in rows(await operator.text("plugins")) if row["PLUGIN"] == "shell")
        assert row["STATE"] == "running" and row["PID"] == str(process["pid"]) and row["MEMORY"].endswith("MiB"), row
        assert await operator.text("calls") == "no calls\n"
        assert harness.agent.poll() is None


async def sent(operator, socket, line, session):
    """A COMMAND that is under way; the call as it is listed."""
    await socket.send(command(session, line, f"r-{session}"))
    calls = await eventually(lambda: operator.json("calls"),
                             lambda listed: [call for call in listed["calls"] if call["session"] == session and call["state"] == "running"])
    return next(call for call in calls["calls"] if call["session"] == session)


async def failure(socket, session):
    return (await receive(socket, response=f"r-{session}"))["action_results"][0]["error"]


async def steers(agent, plugins, _):
    """What changes something: calls, the lock, plugins, the agent itself."""
    async with running(agent, plugins, "execution.cancel_grace=0.5") as (operator, harness, socket):
        call = await sent(operator, socket, "sleep 1000", "s1")
        assert call["tool"] == "execute_command" and call["door"] == "server" and call["plugin"] == "shell", call
        row = rows(await operator.text("calls"))[0]
        assert row["ID"] == str(call["id"]) and row["SESSION"] == "s1" and row["STATE"] == "running", row
        assert await operator.text("cancel", str(call["id"])) == "cancelled\n"
        assert "cancelled by the operator" in await failure(socket, "s1")
        await sent(operator, socket, "sleep 1000", "s2")
        assert (await operator.json("cancel", "s2"))["cancelled"] >= 1
        assert "cancelled by the operator" in await failure(socket, "s2")
        assert "NOT_FOUND" in await operator.text("cancel", "s2", code=FAILED)

        async def cancels():
            records = map(json.loads, (await operator.text("audit", "--json")).splitlines())
            return [record["status"] for record in records if record.get("path") == "/v1/cancel"]

        assert await eventually(cancels, lambda found: len(found) >= 3) == [200, 200, 404]
        assert "NOT_FOUND" in await operator.text("cancel", "--session", str(call["id"]), code=FAILED)
        for words in ([""], ["--session", ""]):
            assert "is empty" in await operator.text("cancel", *words, code=FAILED), words

        await sent(operator, socket, "sleep 1000", "s3")
        assert (await operator.text("lock", "--reason=maintenance")).startswith("locked")
        assert "maintenance" in await failure(socket, "s3")
        assert "maintenance" in await operator.text("call", "execute_command", '{"command": "echo no"}', code=FAILED)
        lock = (await operator.json("status"))["lock"]
        assert lock["locked"] and lock["reason"] == "maintenance", lock
        assert "\nlock        LOCKED since 20" in await operator.text("status")
        assert os.path.exists(os.path.join(harness.folder.name, "state", "operator.lock"))
        await operator.json("lock", "--reason=still")
        again = (await operator.json("status"))["lock"]
        assert again == {"locked": True, "reason": "still", "since": lock["since"]}, again
        denied = next(tool for tool in (await operator.json("tools"))["tools"] if tool["name"] == "execute_command")
        assert "still" in denied["refused"], denied
        assert await operator.text("unlock") == "unlocked\n"
        assert await operator.text("unlock") == "not locked: nothing to do\n"
        assert (await operator.json("call", "execute_command", '{"command": "echo yes"}'))["result"]["stdout"] == "yes\n"

        before = (await plugin(operator))["processes"][0]["pid"]
        assert (await operator.text("plugins", "restart", "shell")).startswith("begun")
        await eventually(lambda: plugin(operator), lambda shell: before not in [each["pid"] for each in shell.get("processes", [])])
        assert "plugin.shell.enabled = false" in await operator.text("plugins", "disable", "shell")
        await eventually(lambda: plugin(operator), lambda shell: shell["state"] == "disabled")
        assert "AIP-518" in (await operator.run("doctor"))[1]
        await operator.text("call", "execute_command", '{"command": "echo no"}', code=FAILED)
        await operator.json("plugins", "enable", "shell")
        await eventually(lambda: plugin(operator), lambda shell: shell["state"] in ("idle", "running"))
        assert (await operator.json("call", "execute_command", '{"command": "echo yes"}'))["result"]["stdout"] == "yes\n"
        assert "there is nothing to revive" in await operator.text("plugins", "revive", "shell", code=FAILED)
        assert "there is no plugin 'shel'" in await operator.text("plugins", "restart", "shel", code=FAILED)

        await operator.text("log-level", "debug")
        assert "INVALID" in await operator.text("log-level", "loud", code=FAILED)
        assert (await operator.text("reload")).startswith("reloaded\n")
        assert "reload: done" in open(harness.log).read()
        await operator.text("request", "do it", "--task-name=chores")
        task = await receive(socket, "task")
        assert task["request"] == "do it" and task["task_name"] == "chores", task
        await operator.text("drain")
        await asyncio.to_thread(harness.agent.wait, LIMIT)
        assert not os.path.exists(operator.socket)


async def restarts(agent, plugins, _):
    """Each leaves a process that still has its call; of a plugin that does not leave there are four at most."""
    async with running(agent, plugins, "execution.drain_timeout=1000", "execution.cancel_grace=0.5") as (operator, harness, socket):
        for index in range(4):
            await socket.send(command(f"s{index}", "sleep 1000", f"r{index}", timeout=1000))
            await until(lambda: len(commands(harness.agent.pid, " 1000")) == index + 1, LIMIT)
            before = (await plugin(operator))["processes"][0]["pid"]
            await operator.text("plugins", "restart", "shell")
            await operator.text("call", "execute_command", '{"command": "echo one"}')
            await eventually(lambda: plugin(operator), lambda shell: before not in [each["pid"] for each in shell["processes"]])
        for wish in ("restart", "enable"):
            assert "4 former instances of plugin 'shell'" in await operator.text("plugins", wish, "shell", code=FAILED)
        await operator.text("cancel", "s0")
        await receive(socket)
        await eventually(lambda: operator.run("plugins", "restart", "shell"), lambda done: done[0] == DONE)
        for session in ("s1", "s2", "s3"):
            await operator.text("cancel", session)
            await receive(socket)

        storm = await asyncio.gather(*(operator.run("plugins", wish, "shell") for wish in ("restart", "disable", "enable") * 10))
        assert all(code == DONE or "former instances" in err for code, _, err in storm), storm
        await eventually(lambda: operator.run("plugins", "enable", "shell"), lambda done: done[0] == DONE)
        await eventually(lambda: operator.run("call", "execute_command", '{"command": "echo two"}'), lambda done: done[0] == DONE)


async def drains(agent, plugins, _):
    """No new calls at any door; what runs may end."""
    async with running(agent, plugins, "execution.drain_timeout=1000") as (operator, harness, socket):
        client = Bridge(operator)
        await asyncio.to_thread(client.ask, "initialize", LEGACY)
        client.send("notifications/initialized", id=False)
        await asyncio.to_thread(offered, client, "execute_command")
        runs = operator.start("call", "execute_command", '{"command": "sleep 1000"}', "--json")
        under_way = lambda found: [each for each in found["calls"] if each["state"] == "running"]
        calls = await eventually(lambda: operator.json("calls"), under_way)
        await operator.text("drain")
        await eventually(lambda: operator.json("status"), lambda status: status["agent"]["stopping"])
        new = '{"command": "echo new"}'
        for words in (["call", "execute_command", new], ["reload"], ["request", "more"], ["plugins", "restart", "shell"]):
            assert "the agent is stopping" in await operator.text(*words, code=FAILED), words
        answer = await asyncio.to_thread(client.call, "execute_command", {"command": "echo new"})
        assert "the agent is stopping" in json.dumps(answer), answer
        assert under_way(await operator.json("calls")) and runs.poll() is None and harness.agent.poll() is None
        audit = (await operator.json("status"))["agent"]["audit_file"]
        await operator.text("cancel", str(calls["calls"][0]["id"]))
        out, err = await asyncio.to_thread(runs.communicate)
        assert runs.returncode == FAILED and json.loads(out)["error"]["code"] == "CANCELLED", (out, err)
        await asyncio.to_thread(harness.agent.wait, LIMIT)
        await asyncio.to_thread(client.end)
        records = records_of(audit)
        for door in ("control", "mcp"):  # what was refused has its records, too
            refused = [each for each in records if each["kind"] == "begun" and each["door"] == door and each["decision"] == "refused"]
            assert refused and all(each["code"] == "UNAVAILABLE" for each in refused), (door, records)
        assert sum(each["kind"] == "begun" for each in records) == sum(each["kind"] == "ended" for each in records), records


STARTS_LATE = """#!/usr/bin/python3
import json, os, sys, time
open("BEGUN", "w").close()
while not os.path.exists("GO"): time.sleep(0.01)
for line in sys.stdin:
    message = json.loads(line)
    results = {"initialize": {"protocolVersion": "2025-06-18"}, "tools/list": {"tools": [{"name": "late"}]},
               "tools/call": {"content": [{"type": "text", "text": "done"}]}}
    if "id" in message:
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": results.get(message["method"], {})}), flush=True)
"""


async def drains_starts(agent, plugins, _):
    """What was taken before the drain is carried out after it, also by a plugin that still starts."""
    with tempfile.TemporaryDirectory() as own:
        os.chmod(own, 0o755)
        place = os.path.join(own, "plugins")
        os.mkdir(place, 0o755)
        begun, go = os.path.join(own, "begun"), os.path.join(own, "go")
        install(place, "starts", STARTS_LATE.replace("BEGUN", begun).replace("GO", go), [tool("late")], protocol="stdio", name="starts.py")
        async with running(agent, place, "execution.drain_timeout=1000", "plugins.start_timeout=1000") as (operator, harness, socket):
            await socket.send(message(type="command", session_id="s", response_id="r", actions=[
                {"tool_name": "late", "tool_type": "action", "call_id": "c", "parameters": {}}]))
            calls = operator.start("call", "late", "{}", "--json")
            await eventually(lambda: operator.json("calls"), lambda found: len(found["calls"]) == 2 and os.path.exists(begun))
            await operator.text("drain")
            await harness.logged("stopping: calls of all doors that still run or wait: 2; commands that are not answered: 1")
            await asyncio.sleep(1.5)  # longer than a start was waited for
            open(go, "w").close()
            result = (await receive(socket))["action_results"][0]
            assert result["result"] == "done", result
            out, err = await asyncio.to_thread(calls.communicate)
            assert calls.returncode == DONE and json.loads(out)["result"] == "done", (out, err)
            await asyncio.to_thread(harness.agent.wait, LIMIT)


def records_of(file):
    with open(file) as lines:
        return [json.loads(line) for line in lines]


async def counts(agent, plugins, _):
    """Each result has an account, whatever became of its action."""
    def action(tool, parameters=None, type="action"):
        return {"tool_name": tool, "tool_type": type, "call_id": "c", "parameters": parameters or {}}

    runs, fails = action("execute_command", {"command": "true"}), action("execute_command", {"nonsense": 1})
    listing, nothing, unknown = action("list_tools"), action(""), action("no_such_tool")
    loads = [[runs], [runs, nothing, listing, fails, runs, nothing], [unknown, runs, runs], [listing, listing, action("list_tools", {"namespace": 7}), runs],
             [nothing], [], [runs] * 30, [unknown] + [runs] * 900, [runs] * 100_000]
    async with running(agent, plugins, "execution.max_batches=4") as (operator, harness, socket):
        file = (await operator.json("status"))["agent"]["audit_file"]
        results, commands = 0, 0
        for load in loads:
            commands += 1
            await socket.send(message(type="command", session_id="s", response_id=f"r{commands}", actions=load))
            results += len((await receive(socket, response=f"r{commands}"))["action_results"])
        for index in range(20):  # more than there is room for
            await socket.send(message(type="command", session_id=f"s{index}", response_id=f"many{index}",
                                      actions=[action("execute_command", {"command": "sleep 0.3"}), runs]))
        answers = [await receive(socket) for _ in range(20)]
        assert any("too many commands" in str(answer) for answer in answers), answers
        results += sum(len(answer["action_results"]) for answer in answers)
        await operator.text("drain")
        await asyncio.to_thread(harness.agent.wait, LIMIT)
        records = records_of(file)
        kinds = [each["kind"] for each in records]
        stood_for = sum(each["count"] for each in records if each["kind"] in ("skipped", "refused", "no_action"))
        assert kinds.count("begun") == kinds.count("ended") and "calls_refused" not in kinds, kinds
        assert kinds.count("begun") + stood_for == results, (kinds.count("begun"), stood_for, results)
        assert {"skipped", "refused", "no_action"} <= set(kinds), set(kinds)


async def crowds(agent, plugins, _):
    """Streams have a cap, and who says little, or reads nothing, holds nobody up."""
    async with running(agent, plugins) as (operator, harness, socket):
        watchers = [operator.start("watch", "--json") for _ in range(8)]
        for watcher in watchers:
            assert json.loads(await asyncio.to_thread(watcher.stdout.readline)) == {"calls": [], "left_out": 0}
        assert "too many streams" in await operator.text("watch", code=FAILED)
        assert "too many streams" in await operator.text("call", "execute_command", "{}", code=FAILED)
        assert await operator.text("health") == "ok\n"
        watchers[0].kill()
        watchers[0].communicate()
        await eventually(lambda: operator.run("call", "execute_command", '{"command": "echo one"}'), lambda done: done[0] == DONE)
        refused = records_of((await operator.json("status"))["agent"]["audit_file"])
        assert [each["code"] for each in refused if each.get("decision") == "refused"][0] == "EXHAUSTED", refused
        for watcher in watchers[1:]:
            watcher.kill()
            watcher.communicate()

        held = []
        for index in range(200):
            connection = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
            connection.connect(operator.socket)
            connection.send((b"GET /v1/sta", b"POST /v1/lock HTTP/1.1\r\nContent-Length: 500\r\n\r\nx", b"", b"GET /metrics HTTP/1.1\r\n\r\n")[index % 4])
            held.append(connection)
        begin = time.monotonic()
        assert (await operator.json("status"))["lock"] == {"locked": False}
        assert time.monotonic() - begin < 5
        for connection in held:
            connection.close()


async def watches(agent, plugins, _):
    async with running(agent, plugins, "execution.cancel_grace=0.5") as (operator, harness, socket):
        lists, news = operator.start("watch", "--json"), operator.start("watch")
        assert json.loads(await asyncio.to_thread(lists.stdout.readline)) == {"calls": [], "left_out": 0}
        call = await sent(operator, socket, "sleep 1000", "s")
        assert json.loads(await asyncio.to_thread(lists.stdout.readline))["calls"][0]["id"] == call["id"]
        begun = f"call {call['id']}: execute_command (server, session s): "
        assert (await asyncio.to_thread(news.stdout.readline)).startswith(begun)
        await operator.text("cancel", "s")
        line = begun
        while "over after about " not in line:
            line = await asyncio.to_thread(news.stdout.readline)
            assert line.startswith(begun), line
        news.send_signal(signal.SIGINT)
        assert await asyncio.to_thread(news.wait, LIMIT) == -signal.SIGINT
        await operator.text("drain")
        assert await asyncio.to_thread(lists.wait, LIMIT) == UNAVAILABLE
        for each in (lists, news):
            each.stdout.close()
            each.stderr.close()
        await asyncio.to_thread(harness.agent.wait, LIMIT)


async def accounts(agent, plugins, _):
    """The audit, with and without the agent."""
    async with running(agent, plugins) as (operator, harness, socket):
        await socket.send(command("s-audit", "echo one"))
        await receive(socket)
        await operator.text("call", "execute_command", '{"command": "echo two"}')
        await operator.text("lock", "--reason", "why")
        await operator.text("unlock")

        async def records(*words):
            code, out, err = await operator.run("audit", "--json", *words)
            assert code == DONE, err
            return [json.loads(line) for line in out.splitlines()]

        def done(found):
            return [record for record in found if record["kind"] in ("begun", "ended")]

        tool = await eventually(lambda: records("--tool", "execute_command"), lambda found: len(found) == 4)
        assert [record["kind"] for record in tool] == ["begun", "ended"] * 2, tool
        assert [tool[0]["door"], tool[2]["door"]] == ["server", "control"], tool
        assert tool[2]["peer"].startswith(f"uid {os.geteuid()}, pid ") and tool[2]["parameters"] == {"command": "echo two"}, tool
        assert len(await records("--session", "s-audit")) == 2
        assert await records("--since", "2199-01-01") == []
        everything = await eventually(records, lambda found: "unlock" in [record["kind"] for record in found])
        assert await records("--since=1h") == everything
        locked = next(record for record in everything if record["kind"] == "lock")
        by = next(record for record in everything if record["kind"] == "operator" and record["path"] == "/v1/lock")
        assert locked["reason"] == "why" and by["peer"].startswith("uid ") and by["status"] == 200, (locked, by)
        text = await operator.text("audit", "--tool", "action::execute_command")
        assert re.search(r"begun +action::execute_command of shell [0-9.]+ for server session s-audit", text), text

        followed = operator.start("audit", "--follow", "--json", "--session=s-late")
        await socket.send(command("s-late", "echo late"))
        await receive(socket)
        assert json.loads(await asyncio.to_thread(followed.stdout.readline))["session"] == "s-late"
        followed.kill()
        followed.communicate()

        assert (await operator.text("audit", "verify")).startswith("whole: records 1 to ")
        verified = await operator.json("audit", "verify")
        assert verified["whole"] and verified["first"] == 1, verified
        assert (await operator.json("audit", "verify", verified["checkpoint"]))["whole"]
        other = verified["checkpoint"][:-1] + ("0" if verified["checkpoint"][-1] != "0" else "1")
        assert not (await operator.json("audit", "verify", other, code=FAILED))["whole"]
        assert (await operator.run("audit", "verify", "nonsense"))[0] == USAGE

        file = os.path.join(operator.socket + ".copy", "audit.jsonl")
        shutil.copytree(os.path.dirname((await operator.json("status"))["agent"]["audit_file"]), os.path.dirname(file))
        await operator.text("drain")
        await asyncio.to_thread(harness.agent.wait, LIMIT)
        assert "name the file with --file" in await operator.text("audit", code=UNAVAILABLE)
        assert (await operator.text("audit", "--file", file, "--session", "s-audit")).count("\n") == 2
        beside = file.replace("audit.jsonl", "audit-2.jsonl")
        shutil.copy(file, beside)
        merged = (await operator.text("audit", "--file", file, "--session", "s-audit")).splitlines()
        assert [(" begun " in line, " 2#" in line) for line in merged] == [(True, True), (True, False), (False, True), (False, False)] \
            or [(" begun " in line, " 2#" in line) for line in merged] == [(True, False), (True, True), (False, False), (False, True)], merged
        assert f"of {beside}:\nwhole: records 1 to " in await operator.text("audit", "verify", "--file", file)
        assert [each["file"] for each in (await operator.json("audit", "verify", "--file", file))["beside"]] == [beside]
        with open(beside, "a") as altered:
            altered.write("{}\n")
        broken = await operator.json("audit", "verify", "--file", file, code=FAILED)
        assert broken["whole"] and not broken["beside"][0]["whole"], broken
        os.remove(beside)
        lines = open(file).read().splitlines(keepends=True)
        with open(file, "w") as altered:
            altered.writelines([*lines[:4], lines[4].replace('"kind"', '"kynd"'), *lines[5:]])
        assert (await operator.json("audit", "verify", "--file", file, code=FAILED))["fault"]["seq"] == 5
        assert (await operator.run("audit", "verify", "--file", file))[1].startswith("BROKEN: altered: record 5: ")
        assert "there are no records" in await operator.text("audit", "--file", file + "x", code=NO_INPUT)


async def unwritten(agent, plugins, _):
    """An audit that cannot be written, and one that could not be opened."""
    async with running(agent, plugins, "audit.parameters=full") as (operator, harness, socket):
        async def audit():
            return (await operator.json("status"))["agent"]["audit"]

        async def found():
            return [each["code"] for each in json.loads((await operator.run("doctor", "--json"))[1])["findings"]]

        await socket.send(command("s-large", "true #" + "x" * 50_000))  # the log stays smaller
        await receive(socket)
        told = await eventually(audit, lambda now: now["waiting"] == 0)
        assert told["state"] == "ok" and "why" not in told and "AIP-611" not in await found(), told
        for again in (True, False):
            limit = os.path.getsize(told["file"])
            resource.prlimit(harness.agent.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            for _ in range(3):
                assert (await operator.json("call", "execute_command", '{"command": "echo one"}'))["result"]["stdout"] == "one\n"
            failing = await eventually(audit, lambda now: now["state"] == "failing")
            assert told["file"] in failing["why"] and failing["waiting"] > 0 and not failing["refuses_calls"], failing
            assert "AIP-611" in await found()
            assert "FAILING: " in await operator.text("status") and "(AIP-611)" in await operator.text("status")
            assert (failing["code"], bool(failing["cure"])) == ("AIP-611", True), failing
            ill = await operator.json("health", code=FAILED)
            assert ill["ok"] and [each["code"] for each in ill["findings"]] == ["AIP-611"], ill
            assert "AIP-611 error: audit: " in (await operator.run("health"))[1]
            assert (await operator.run("health", "--live"))[0] == DONE and (await operator.run("health", "--ready"))[0] == DONE
            assert "aip_agent_audit_failing 1\n" in await operator.text("metrics")
            unverified = await operator.json("audit", "verify", code=FAILED)
            assert unverified["whole"] and unverified["waiting"] > 0 and told["file"] in unverified["fault"], unverified
            assert " more wait in the agent: they are not verified\nNOT WRITTEN: " in (await operator.run("audit", "verify"))[1]
            if again:
                resource.prlimit(harness.agent.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                await eventually(audit, lambda now: now["state"] == "ok" and now["waiting"] == 0)
                assert "AIP-611" not in await found() and await operator.text("health") == "ok\n"
        await operator.text("drain")
        await asyncio.to_thread(harness.agent.wait, LIMIT)
        log = open(harness.log).read()
        assert log.count("is written again") == 1 and log.count("tried again each second") == 2, log
        assert int(re.search(r"audit: (\d+) records could not be written and are lost", log)[1]) >= 6, log
        last = re.findall(r"audit: checkpoint (\S+)", log)[-1]
        verified = await operator.json("audit", "verify", last, "--file", told["file"])
        assert verified["whole"] and verified["checkpoint"] == last, (verified, last)

    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "state"), 0o700)
        open(os.path.join(folder, "state", "audit"), "w").close()
        async with running(agent, plugins, f"state.directory={folder}/state") as (operator, harness, _):
            status = (await operator.json("status"))["agent"]
            assert status["audit"]["state"] == "missing" and status["audit"]["why"] and "audit_file" not in status, status
            assert "AIP-612" in (await operator.run("doctor", "--json"))[1]
            assert "MISSING: " in await operator.text("status") and "AIP-612 warning: " in await operator.text("health")
            assert (await operator.json("call", "execute_command", '{"command": "echo one"}'))["result"]["stdout"] == "one\n"


class Bridge(Lines):
    """aip-agentctl mcp, as a client starts it."""

    def __init__(self, operator):
        self.folder = tempfile.TemporaryDirectory()
        self.process = operator.start("mcp", stdin=subprocess.PIPE)
        self.last = 0
        self.early = {}


async def bridges(agent, plugins, _):
    async with running(agent, plugins) as (operator, harness, socket):
        client = Bridge(operator)
        ask, call = (lambda *words: asyncio.to_thread(client.ask, *words)), (lambda *words: asyncio.to_thread(client.call, *words))
        assert (await ask("initialize", LEGACY))["result"]["serverInfo"]["name"] == "aip-agent"
        client.send("notifications/initialized", id=False)
        await asyncio.to_thread(offered, client, "execute_command")
        hello = (await call("execute_command", {"command": "echo hello"}))["result"]
        assert hello["structuredContent"]["stdout"] == "hello\n", hello
        slow = client.send("tools/call", {"name": "execute_command", "arguments": {"command": "sleep 1000"}})
        calls = await eventually(lambda: operator.json("calls"), lambda found: [each for each in found["calls"] if each["state"] == "running"])
        assert calls["calls"][0]["door"] == "mcp" and calls["calls"][0]["session"].startswith("control, uid "), calls
        await operator.text("lock", "--reason=why")
        assert "why" in (await asyncio.to_thread(client.answer, slow))["result"]["content"][0]["text"]
        await operator.text("unlock")
        await operator.text("plugins", "disable", "shell")
        await asyncio.to_thread(told_of_other_tools, client)
        await operator.text("plugins", "enable", "shell")
        _, err, code = await asyncio.to_thread(client.end)
        assert (code, err) == (DONE, ""), (code, err)

        audit = (await operator.json("status"))["agent"]["audit_file"]
        left = Bridge(operator)
        await asyncio.to_thread(left.ask, "initialize", LEGACY)
        await operator.text("drain")
        await asyncio.to_thread(left.process.wait, LIMIT)
        assert left.process.returncode == DONE
        await asyncio.to_thread(left.end)
        await asyncio.to_thread(harness.agent.wait, LIMIT)
        peers = {each["peer"].split(",")[0] for each in records_of(audit) if each["kind"] == "begun" and each["door"] == "mcp"}
        assert peers == {f"uid {os.geteuid()}"}, peers
        after = await asyncio.to_thread(subprocess.run, operator.line("mcp"), input="", capture_output=True, text=True)
        assert after.returncode == UNAVAILABLE and "no agent runs" in after.stderr, after


def told_of_other_tools(client):
    while json.loads(client.process.stdout.readline()).get("method") != "notifications/tools/list_changed":
        pass


async def refusals(agent, plugins, _):
    """No agent, no permission, wrong words."""
    with tempfile.TemporaryDirectory() as folder:
        operator = Operator(agent, folder)
        assert "there is no such socket" in await operator.text("status", code=UNAVAILABLE)
        assert (await operator.json("status", code=UNAVAILABLE))["error"]["code"] == "UNAVAILABLE"
        assert (await operator.run("health"))[0] == FAILED
        unset = {name: value for name, value in os.environ.items() if name not in ("RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR")}
        if not os.path.exists("/run/aip-agent"):
            looked = subprocess.run([operator.program, "status"], capture_output=True, text=True,
                                    env={**unset, "XDG_RUNTIME_DIR": folder})
            assert looked.returncode == UNAVAILABLE and f"{folder}/aip-agent/control.sock, /run/aip-agent/control.sock" in looked.stderr, looked
        for words in (["nonsense"], ["cancel"], ["status", "more"], ["status", "--nonsense"], ["plugins", "explode", "shell"],
                      ["plugins", "restart"], ["--timeout=soon", "status"], ["completion", "cmd"], ["audit", "--since=soon", "--file=x"]):
            code, out, err = await operator.run(*words)
            assert (code, out) == (USAGE, "") and "--help" in err, (words, code, out, err)
        reader, pipe = os.pipe()
        os.close(reader)
        done = subprocess.run(operator.line("completion", "bash"), stdout=pipe, stderr=subprocess.PIPE)
        assert done.returncode == DONE and not done.stderr, done
        os.close(pipe)
        with open("/dev/full", "w") as full:
            done = subprocess.run(operator.line("completion", "bash"), stdout=full, stderr=subprocess.PIPE)
            assert done.returncode == NO_OUTPUT and b"cannot be written" in done.stderr, done
        for shell in ("bash", "zsh", "fish"):
            script = await operator.text("completion", shell)
            if shutil.which(shell):
                checked = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True)
                assert checked.returncode == 0, checked
    if os.geteuid() == 0:
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        for settings, code in (((), DENIED), ((f"control.group={grp.getgrgid(65534).gr_name}",), DONE)):
            async with running(agent, plugins, *settings) as (operator, harness, _):
                os.chmod(os.path.dirname(os.path.dirname(operator.socket)), 0o755)
                copy = os.path.join(os.path.dirname(os.path.dirname(operator.socket)), "aip-agentctl")
                shutil.copy(operator.program, copy)
                operator.program = copy
                returned, out, err = await operator.run("status", **nobody)
                assert returned == code, (settings, returned, out, err)
                assert code == DONE or "no permission" in err, err
                mode = stat.S_IMODE(os.stat(operator.socket).st_mode)
                assert mode == (0o660 if settings else 0o600), oct(mode)
                member = await operator.run("status", user=65534, group=1, extra_groups=[65534])
                assert member[0] == code, member
    gid = 65534 if os.geteuid() == 0 else os.getgid()
    async with running(agent, plugins, f"control.group={grp.getgrgid(gid).gr_name}") as (operator, harness, _):
        served, folder = os.stat(operator.socket), os.stat(os.path.dirname(operator.socket))
        assert (stat.S_IMODE(served.st_mode), served.st_gid) == (0o660, gid), served
        assert (stat.S_IMODE(folder.st_mode), folder.st_gid) == (0o750, gid), folder
    with tempfile.TemporaryDirectory() as folder:
        async with AgentHarness(agent, plugins, f"control.socket={folder}/run/control.sock", "control.group=no-such-group") as harness:
            await harness.registered()
            await harness.logged("operators are not served: control.socket: there is no group 'no-such-group'")


def on_terminal(words):
    """What the program writes to a terminal."""
    ours, theirs = pty.openpty()
    written = []

    def read():
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 65536):
                written.append(piece)
    reader = threading.Thread(target=read)
    reader.start()
    done = subprocess.run(words, stdout=theirs, stderr=theirs, timeout=LIMIT)
    os.close(theirs)
    reader.join()
    os.close(ours)
    assert done.returncode == DONE, written
    return b"".join(written).decode()


async def terminal(agent, plugins, _):
    """Nothing that others say drives the terminal."""
    async with running(agent, plugins) as (operator, *_):
        arguments = json.dumps({"command": "echo a\u009b31m\u202eb"})
        await operator.text("lock", "--reason=\x1b]0;title\x07\u009b1m")
        await operator.text("unlock")
        for words in (["call", "execute_command", arguments], ["call", "execute_command", arguments, "--json"], ["audit"],
                      ["audit", "--json"], ["status"], ["status", "--json"]):
            text = await asyncio.to_thread(on_terminal, operator.line(*words))
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", text), (words, text)
            if words[0] == "call":
                assert "a\\u009b31m\\u202eb" in text, text


CASES = {"asks": asks, "steers": steers, "restarts": restarts, "drains": drains, "drains_starts": drains_starts, "counts": counts, "crowds": crowds, "watches": watches, "accounts": accounts, "unwritten": unwritten, "bridges": bridges, "refusals": refusals, "terminal": terminal}

if __name__ == "__main__":
    asyncio.run(CASES[sys.argv[1]](*sys.argv[2:]))
