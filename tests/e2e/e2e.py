"""e2e.py CASE AGENT PLUGINS: one case of the agent, as a process, against a server that lives here."""
import asyncio
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from harness import (LIMIT, SANITIZED, AgentHarness, at_most, command, commands, gone, inside_namespace, message, receive, until,
                     usage)


async def control_plane(agent, plugins):
    async with AgentHarness(agent, plugins, "connection.heartbeat_interval=0.2") as harness:
        socket = await harness.registered()
        await socket.send(command("long", "sleep 1000", timeout=1000))
        times = []
        for i in range(100):
            start = time.monotonic()
            await socket.send(command("quick", f"echo {i}", response=f"r-{i}"))
            answer = await receive(socket)
            times.append(time.monotonic() - start)
            assert answer["prev_response_id"] == f"r-{i}", answer
        print(f"another session, median of 100: {statistics.median(times) * 1000:.2f} ms")
        assert statistics.median(times) < (0.5 if SANITIZED else 0.05)
        await receive(socket, "heartbeat")
        await (await socket.ping())
        (child,) = commands(harness.agent.pid, " 1000")
        process = os.pidfd_open(child)
        start = time.monotonic()
        await socket.send(json.dumps({"type": "task_end", "status": "failed", "session_id": "long"}))
        await gone(process, 5 if SANITIZED else 2)
        print(f"the process was gone after {(time.monotonic() - start) * 1000:.1f} ms")
        assert (await receive(socket))["action_results"][0]["status"] == "failure"


async def own_files(agent, plugins):
    """What the agent itself reads and writes is not to be had by its own tools."""
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "own.ini")
        with open(config, "w") as file:
            file.write("[device.metadata]\ncanary = needle\n")
        credentials = os.path.join(folder, "credentials")
        with open(os.open(credentials, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write("needle:needle\n")
        os.link(credentials, os.path.join(folder, "copy"))
        os.symlink("copy", os.path.join(folder, "link"))
        backups = ("credentials~", "credentials.bak", "credentials.1", ".credentials.swp", "#credentials#", "own.ini~", "own.ini-old")
        for name in ("notes", *backups):
            with open(os.path.join(folder, name), "w") as file:
                file.write("needle\n")
        async with AgentHarness(agent, plugins, f"connection.http_proxy_credentials_file={credentials}", config=config) as bench:
            socket = await bench.registered()
            async def run(line):
                await socket.send(command("s", line))
                return (await receive(socket))["action_results"][0]["result"]
            token = os.path.join(bench.folder.name, "token")
            for path in (token, bench.log, config, *(os.path.join(folder, name) for name in ("credentials", "copy", "link", *backups))):
                for program in ("cat", "tail -n 1", "grep -r e", "sha256sum"):
                    answer = await run(f"{program} {path}")
                    assert "must not be read" in answer.get("error", ""), (program, path, answer)
            found = await run(f"grep -r needle {folder}")
            assert found["stdout"] == os.path.join(folder, "notes") + ":needle\n", found
            with open(config, "a") as file:  # counts after a restart, but is a secret from now on
                file.write(f"[server]\nca_file = {folder}/notes\n")
            bench.agent.send_signal(signal.SIGHUP)
            await bench.logged("reload: done")
            assert "must not be read" in (await run(f"cat {folder}/notes")).get("error", "")
            found = await run(f"grep -r secret {bench.folder.name}")
            assert found["stdout"] == "", found


async def own_folder(agent, plugins):
    """Nor what lies beside it: rotated logs, and all of a folder of the configuration."""
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "conf.d")
        os.mkdir(config)
        def write(*path):
            with open(os.path.join(folder, *path), "w") as file:
                file.write("[device.metadata]\ncanary = needle\n")
        write("conf.d", "10-first.ini")
        async with AgentHarness(agent, plugins, f"log.file={folder}/log", config=config) as bench:
            bench.log = f"{folder}/log"
            socket = await bench.registered()
            async def run(line):
                await socket.send(command("s", line))
                return (await receive(socket))["action_results"][0]["result"]
            for name in "log-20261128", "log.1", "log-20261128.gz", "conf.d/20-new.ini", "conf.d/notes":
                write(name)
            with open(f"{config}/30-refused.ini", "w") as file:
                file.write("needle without an equals sign\n")
            bench.agent.send_signal(signal.SIGHUP)
            await bench.logged("30-refused.ini:1")
            for name in "log-20261128", "log.1", "log-20261128.gz", "conf.d/20-new.ini", "conf.d/notes", "conf.d/30-refused.ini":
                assert "must not be read" in (await run(f"cat {folder}/{name}")).get("error", ""), name
            found = await run(f"grep -r needle {folder}")
            assert found["stdout"] == "", found


def hostile(count):
    rng = random.Random(7)
    whole = command("s", "echo x")
    fixed = ["", " ", "hello", "[]", "7", "null", "{", '{"type":"bogus","status":"ok"}', '{"type":"command"}',
             '{"type":7,"status":"ok"}', '{"type":"command","status":"ok","actions":7}',
             '{"type":"command","status":"ok","type":"command"}', '{"type":"error","status":7}',
             message(type="command", actions=[7]), message(type="command", actions=[{"tool_name": None}]),
             message(type="command", x=1)[:-1] + ',"result":' + "[" * 5000 + "]" * 5000 + "}",
             message(type="command", actions=[]).replace("[]", "[" * 100000),
             '{"type":"heartbeat","status":"ok","x":1e999999}', '{"type":"command","status":"ok","error":"\\ud800"}']
    for i in range(count):
        if i < len(fixed):
            yield fixed[i]
        elif i % 3 == 0:
            yield whole[:rng.randrange(len(whole))]
        elif i % 3 == 1:
            at = rng.randrange(len(whole))
            yield whole[:at] + rng.choice('{}[]",:\\\x00z9') + whole[at + 1:]
        else:
            huge = rng.choice([10 ** 400, -10 ** 30, 1e308, [[]] * 50, {"a": {}}, "\x00", None, True])
            yield message(type="command", session_id="h", response_id=f"h-{i}", actions=[
                {"tool_name": "execute_command", "tool_type": "action", "parameters": {"command": huge, "timeout": huge}}])


async def hostile_messages(agent, plugins):
    async with AgentHarness(agent, plugins, "connection.max_message_size=1048576000") as harness:
        socket = await harness.registered()
        answers = []
        reader = asyncio.create_task(collect(socket, answers, "big"))
        for text in hostile(1000):
            await socket.send(text)
        await socket.send(command("big", "A" * (100 << 20), response="big"))
        await reader
        await socket.send(command("last", "echo alive", response="last"))
        last = await collect(socket, answers, "last")
        assert last["action_results"][0]["result"]["stdout"] == "alive\n", last
        errors = [a for a in answers if a["type"] == "error"]
        batches = [a["prev_response_id"] for a in answers if str(a["prev_response_id"]).startswith("h-")]
        assert len(errors) > 300 and len(batches) > 300 and len(set(batches)) == len(batches)
        print(f"1001 hostile messages: {len(errors)} errors, {len(answers) - len(errors)} other answers, still alive")


async def collect(socket, answers, last):
    while not answers or answers[-1]["prev_response_id"] != last:
        answers.append(json.loads(await asyncio.wait_for(socket.recv(), LIMIT)))
    return answers[-1]


async def server_restarts(agent, plugins):
    async with AgentHarness(agent, plugins, level="debug") as harness:
        socket = await harness.registered()
        sent = 0
        for lap in range(20):
            for i in range(5):
                await socket.send(command(f"s{i}", "sleep 0.2", response=f"r-{lap}-{i}", call=f"call-{lap}-{i}"))
                sent += 1
            await receive(socket) if lap % 2 else None
            harness.server.close()
            socket.transport.abort()
            await harness.unlisten()
            await harness.listen()
            socket = await harness.registered()
            await socket.send(command("check", "echo up", response=f"up-{lap}", call=f"up-{lap}"))
            answers = []
            await collect(socket, answers, f"up-{lap}")
            late = [a["prev_response_id"] for a in answers[:-1]]
            assert len(late) == len(set(late)) and all(r.startswith("r-") or r.startswith("up-") for r in late), late
            if lap == 4:
                before = usage(harness.agent.pid)
        await until(lambda: not commands(harness.agent.pid), 10)
        allowed = {**before, "threads": before["threads"] + 4}  # its workers, which are there once they are needed
        await until(lambda: at_most(usage(harness.agent.pid), allowed), LIMIT)
        after = usage(harness.agent.pid)
        print(f"before {before}, after {after}")
        assert SANITIZED or after["rss_kib"] < before["rss_kib"] * 1.5 + 4096
        begun = re.findall(r"call \d+:(call-\d+-\d+): action", open(harness.log).read())
        assert len(begun) == len(set(begun)) <= sent, "a command was executed twice"
        print(f"20 restarts, {sent} commands, {len(begun)} begun, none twice")


async def drain(agent, plugins):
    async with AgentHarness(agent, plugins, "execution.drain_timeout=3") as harness:
        socket = await harness.registered()
        await socket.send(command("quick", "sleep 0.1", response="quick"))
        await socket.send(command("long", "sleep 60", response="long"))
        await until(lambda: commands(harness.agent.pid, " 60"), LIMIT)
        harness.agent.terminate()
        assert (await receive(socket))["action_results"][0]["status"] == "success"
        assert (await receive(socket))["action_results"][0]["status"] == "failure"
        await asyncio.wait_for(socket.wait_closed(), LIMIT)
        assert socket.close_code == 1001, socket.close_code


def enter_namespace():
    """Starts this program again in a network and mount namespace of its own."""
    if not inside_namespace():
        os.environ["AIP_E2E_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "--map-root-user", "--net", "--mount", sys.executable, *sys.argv])


def name_server():
    """A socket that gets the questions of this namespace."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    questions = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    questions.bind(("127.0.0.1", 53))
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("nameserver 127.0.0.1\noptions timeout:30\n")
        file.flush()
        subprocess.run(["mount", "--bind", file.name, "/etc/resolv.conf"], check=True)
    return questions


def answer_rotating(questions, addresses):
    """Each question for A is answered with all addresses, beginning with the next one."""
    first = 0
    while True:
        question, peer = questions.recvfrom(512)
        end = question.index(b"\0", 12) + 5
        wants_a = question[end - 4:end - 2] == b"\0\1"
        order = addresses[first:] + addresses[:first] if wants_a else []
        first = (first + wants_a) % len(addresses)
        records = b"".join(b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4" + socket.inet_aton(each) for each in order)
        questions.sendto(question[:2] + b"\x81\x80\0\1" + len(order).to_bytes(2, "big") + bytes(4) + question[12:end] +
                         records, peer)


async def rotating_dns(agent, plugins):
    """The addresses of a name are taken in the order of the answer, which is asked for again at each attempt."""
    enter_namespace()
    questions = name_server()
    addresses = ["10.3.0.1", "10.1.0.1", "10.4.0.1", "10.2.0.1"]
    for each in addresses:
        subprocess.run(["ip", "address", "add", f"{each}/32", "dev", "lo"], check=True)
    threading.Thread(target=answer_rotating, args=(questions, addresses), daemon=True).start()
    harness = AgentHarness(agent, plugins, "server.url=ws://server.example:5077/ws", "server.allow_plaintext=true")
    harness.port = 5077
    async with harness:
        found = []
        for _ in range(3 * len(addresses)):
            connection = await harness.registered()
            found.append(connection.local_address[0])
            connection.transport.abort()
        print(found)
        assert found == addresses * 3, found


async def silent_dns(agent, plugins):
    """A name server that never answers: neither the time limit nor a stop waits for it."""
    enter_namespace()
    questions = name_server()  # kept open
    async with AgentHarness(agent, plugins, "server.url=wss://server.example/ws",
                            "connection.connect_timeout=0.5") as harness:
        await harness.logged("'server.example' is not resolved in time")
        start = time.monotonic()
        harness.agent.terminate()
        await asyncio.to_thread(harness.agent.wait, LIMIT)
        print(f"stopped {(time.monotonic() - start) * 1000:.0f} ms after SIGTERM")
        assert time.monotonic() - start < 20  # the resolver takes 30


async def network_up(agent, plugins):
    """In a network namespace of its own, which has no address until this case gives it one."""
    enter_namespace()
    async with AgentHarness(agent, plugins, "connection.backoff_base=3600", "connection.backoff_cap=3600") as harness:
        await harness.logged("next attempt in")
        start = time.monotonic()
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        await harness.registered()
        print(f"registered {(time.monotonic() - start) * 1000:.0f} ms after the network came up")


async def finish_on_disconnect(agent, plugins):
    async with AgentHarness(agent, plugins, "connection.on_disconnect=finish") as harness:
        waits = command("s", "sleep 3", response="kept")  # so long that a busy machine sees it run
        socket = await harness.registered()
        await socket.send(waits)
        await until(lambda: commands(harness.agent.pid), LIMIT)
        socket.transport.abort()
        socket = await harness.registered()
        answer = await receive(socket)
        assert answer["prev_response_id"] == "kept" and answer["action_results"][0]["result"]["exit_code"] == 0, answer
        await socket.send(waits)
        assert await receive(socket) == answer
        begun = re.findall(r"response kept task \S+: 1 action", open(harness.log).read())
        assert len(begun) == 1, begun


async def greedy_server(agent, plugins):
    """It asks for more and more and takes nothing: the agent's memory stays bounded, and it comes back."""
    settings = ["connection.max_queue_size=8000000", "connection.send_timeout=3"]
    async with AgentHarness(agent, plugins, *settings) as harness:
        socket = await harness.registered()
        text = os.path.join(harness.folder.name, "text")
        with open(text, "w") as file:
            file.write("x" * 200_000)
        before = usage(harness.agent.pid)["rss_kib"]
        socket.transport.pause_reading()
        for i in range(900):
            await socket.send(command(f"s{i}", f"head -c 200000 {text}", response=f"r{i}"))
        socket = await harness.registered()
        await socket.send(command("after", "echo up", response="after"))
        assert (await receive(socket, response="after"))["action_results"][0]["result"]["stdout"] == "up\n"
        highest = usage(harness.agent.pid)["peak_rss_kib"]
        print(f"before {before} KiB, highest {highest} KiB")
        assert SANITIZED or highest < before + 80_000
        assert "wait for the server to take them" in open(harness.log).read()


async def template_plugin(agent, plugins):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(plugins, os.path.join(folder, "hello"))
        async with AgentHarness(agent, folder, "profile.x.agent=LinuxAgent", "profile.x.action=HelloTools",
                         "plugin.hello.greeting=Good morning") as harness:
            socket = await harness.registered()
            await socket.send(message(type="command", actions=[{"tool_name": "greet", "parameters": {"name": "Ada"}}]))
            answer = (await receive(socket))["action_results"][0]
            assert answer["result"] == "Good morning Ada", answer


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]](*sys.argv[2:4]))
