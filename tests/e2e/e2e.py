"""e2e.py CASE AGENT PLUGINS: one case of the agent, as a process, against a server that lives here."""
import asyncio
import hashlib
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

try:
    import websockets
except ImportError:
    print("SKIPPED: Debian's python3-websockets is not installed")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)

LIMIT = 60
SANITIZED = "AIP_SANITIZED" in os.environ  # slower, and memory is not what it seems


def inside_namespace():
    return "AIP_E2E_NAMESPACE" in os.environ


def message(**fields):
    return json.dumps({"status": "continue", "agent_name": "LinuxAgent", **fields})


def command(session, line, response="r", call="c", timeout=100):
    action = {"tool_name": "execute_command", "tool_type": "action", "call_id": call,
              "parameters": {"command": line, "timeout": timeout}}
    return message(type="command", session_id=session, response_id=response, actions=[action])


def commands(pid, line=""):
    """The processes below another one whose command line ends with `line`; those that plugins run in do not count."""
    found = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid=", "-o", "args="], capture_output=True, text=True).stdout
    below = [(int(child.split()[0]), child.split(None, 1)[1]) for child in found.splitlines()]
    return ([child for child, args in below if args.endswith(line) and not args.startswith("aip-plugin-runner")] +
            [each for child, _ in below for each in commands(child, line)])


def usage(pid):
    status = open(f"/proc/{pid}/status").read()
    return {"threads": int(re.search(r"Threads:\s+(\d+)", status)[1]),
            "descriptors": len(os.listdir(f"/proc/{pid}/fd")),
            "rss_kib": int(re.search(r"VmRSS:\s+(\d+)", status)[1]),
            "peak_rss_kib": int(re.search(r"VmHWM:\s+(\d+)", status)[1])}


class Bench:
    """A server, and the agent that is connected to it."""

    def __init__(self, agent, plugins, *settings, level="info", config=None):
        self.arguments = (agent, plugins, settings, level)
        self.config = [f"--config={config}"] if config else []
        self.connected = asyncio.Queue()
        self.port = 0
        self.ends_with = 0

    async def __aenter__(self):
        self.folder = tempfile.TemporaryDirectory()
        await self.listen()
        agent, plugins, settings, level = self.arguments
        token = os.path.join(self.folder.name, "token")
        with open(os.open(token, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write("secret\n")
        self.log = os.path.join(self.folder.name, "agent.log")
        defines = [f"server.url=ws://127.0.0.1:{self.port}/ws", f"server.token_file={token}", "client.id=dev",
                   f"plugins.directories={plugins}", f"log.level={level}", f"log.file={self.log}", "log.console=false",
                   "log.max_file_size=1073741824", "connection.backoff_base=0.05", "connection.backoff_cap=0.2",
                   *settings]
        self.agent = subprocess.Popen([agent, *self.config, *(f"--define={define}" for define in defines)])
        return self

    async def __aexit__(self, failure, *_):
        if self.agent.poll() is None:
            self.agent.terminate()
        code = await asyncio.to_thread(self.agent.wait, LIMIT)
        if failure:
            print(open(self.log, errors="replace").read()[-8000:])
        await self.unlisten()
        self.folder.cleanup()
        assert failure or code == self.ends_with, f"the agent ended with {code}"

    async def logged(self, text):
        await until(lambda: os.path.exists(self.log) and text in open(self.log).read(), LIMIT)

    async def listen(self):
        self.server = await websockets.serve(self.serve, "0.0.0.0" if inside_namespace() else "127.0.0.1", self.port, max_size=None, ping_interval=None,
                                             close_timeout=1)
        self.port = self.server.sockets[0].getsockname()[1]

    async def unlisten(self):
        self.server.close()
        await self.server.wait_closed()

    async def serve(self, socket, path):
        assert path == "/ws?token=secret", path
        self.connected.put_nowait(socket)
        await socket.wait_closed()

    async def registered(self):
        socket = await asyncio.wait_for(self.connected.get(), LIMIT)
        assert json.loads(await socket.recv())["type"] == "register"
        await socket.send('{"type":"heartbeat","status":"ok"}')
        return socket


async def receive(socket, kind="command_results"):
    while True:
        answer = json.loads(await asyncio.wait_for(socket.recv(), LIMIT))
        if answer["type"] == kind:
            return answer


async def gone(process, limit=LIMIT):
    """Waits for the end of a process that `os.pidfd_open` has named."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(process, ended.set)
    await asyncio.wait_for(ended.wait(), limit)
    asyncio.get_running_loop().remove_reader(process)
    os.close(process)


async def until(condition, limit):
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "not within its limit"
        await asyncio.sleep(0.005)


async def control_plane(agent, plugins):
    async with Bench(agent, plugins, "connection.heartbeat_interval=0.2") as bench:
        socket = await bench.registered()
        await socket.send(command("long", "sleep 10"))
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
        (child,) = commands(bench.agent.pid, " 10")
        process = os.pidfd_open(child)
        start = time.monotonic()
        await socket.send(json.dumps({"type": "task_end", "status": "failed", "session_id": "long"}))
        await gone(process, 0.5)
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
        with open(os.path.join(folder, "notes"), "w") as file:
            file.write("needle\n")
        async with Bench(agent, plugins, f"connection.http_proxy_credentials_file={credentials}", config=config) as bench:
            socket = await bench.registered()
            async def run(line):
                await socket.send(command("s", line))
                return (await receive(socket))["action_results"][0]["result"]
            token = os.path.join(bench.folder.name, "token")
            for path in (token, bench.log, config, *(os.path.join(folder, name) for name in ("credentials", "copy", "link"))):
                for program in ("cat", "tail -n 1", "grep -r e", "sha256sum"):
                    answer = await run(f"{program} {path}")
                    assert "must not be read" in answer.get("error", ""), (program, path, answer)
            found = await run(f"grep -r needle {folder}")
            assert found["stdout"] == os.path.join(folder, "notes") + ":needle\n", found
            found = await run(f"grep -r secret {bench.folder.name}")
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
    async with Bench(agent, plugins, "connection.max_message_size=1048576000") as bench:
        socket = await bench.registered()
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
    async with Bench(agent, plugins, level="debug") as bench:
        socket = await bench.registered()
        sent = 0
        for lap in range(20):
            for i in range(5):
                await socket.send(command(f"s{i}", "sleep 0.2", call=f"call-{lap}-{i}"))
                sent += 1
            await receive(socket) if lap % 2 else None
            bench.server.close()
            socket.transport.abort()
            await bench.unlisten()
            await bench.listen()
            socket = await bench.registered()
            await socket.send(command("check", "echo up", response=f"up-{lap}", call=f"up-{lap}"))
            answer = await receive(socket)
            assert answer["prev_response_id"] == f"up-{lap}", answer
            if lap == 4:
                before = usage(bench.agent.pid)
        await until(lambda: not commands(bench.agent.pid), 10)
        after = usage(bench.agent.pid)
        print(f"before {before}, after {after}")
        assert after["threads"] <= before["threads"] + 2 and after["descriptors"] <= before["descriptors"]
        assert SANITIZED or after["rss_kib"] < before["rss_kib"] * 1.5 + 4096
        begun = re.findall(r"call \d+:(call-\d+-\d+): action", open(bench.log).read())
        assert len(begun) == len(set(begun)) <= sent, "a command was executed twice"
        print(f"20 restarts, {sent} commands, {len(begun)} begun, none twice")


async def drain(agent, plugins):
    async with Bench(agent, plugins, "execution.drain_timeout=0.3") as bench:
        socket = await bench.registered()
        await socket.send(command("quick", "sleep 0.1", response="quick"))
        await socket.send(command("long", "sleep 60", response="long"))
        await until(lambda: commands(bench.agent.pid, " 60"), LIMIT)
        bench.agent.terminate()
        assert (await receive(socket))["action_results"][0]["status"] == "success"
        assert (await receive(socket))["action_results"][0]["status"] == "failure"
        await asyncio.wait_for(socket.wait_closed(), LIMIT)
        assert socket.close_code == 1001, socket.close_code


def enter_namespace():
    """Starts this program again in a network and mount namespace of its own."""
    if not inside_namespace():
        os.environ["AIP_E2E_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "--map-root-user", "--net", "--mount", sys.executable, *sys.argv])


async def silent_dns(agent, plugins):
    """A name server that never answers: neither the time limit nor a stop waits for it."""
    enter_namespace()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    name_server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    name_server.bind(("127.0.0.1", 53))
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("nameserver 127.0.0.1\noptions timeout:30\n")
        file.flush()
        subprocess.run(["mount", "--bind", file.name, "/etc/resolv.conf"], check=True)
    async with Bench(agent, plugins, "server.url=wss://server.example/ws", "connection.connect_timeout=0.5") as bench:
        await bench.logged("'server.example' is not resolved in time")
        start = time.monotonic()
        bench.agent.terminate()
        await asyncio.to_thread(bench.agent.wait, LIMIT)
        print(f"stopped {(time.monotonic() - start) * 1000:.0f} ms after SIGTERM")
        assert time.monotonic() - start < 2


async def network_up(agent, plugins):
    """In a network namespace of its own, which has no address until this case gives it one."""
    enter_namespace()
    async with Bench(agent, plugins, "connection.backoff_base=3600", "connection.backoff_cap=3600") as bench:
        await bench.logged("next attempt in")
        start = time.monotonic()
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        await bench.registered()
        print(f"registered {(time.monotonic() - start) * 1000:.0f} ms after the network came up")


async def finish_on_disconnect(agent, plugins):
    async with Bench(agent, plugins, "connection.on_disconnect=finish") as bench:
        socket = await bench.registered()
        await socket.send(command("s", "sleep 0.5", response="kept"))
        await until(lambda: commands(bench.agent.pid), LIMIT)
        socket.transport.abort()
        socket = await bench.registered()
        answer = await receive(socket)
        assert answer["prev_response_id"] == "kept" and answer["action_results"][0]["result"]["exit_code"] == 0, answer
        await socket.send(command("s", "sleep 0.5", response="kept"))
        assert await receive(socket) == answer
        begun = re.findall(r"response kept: 1 results", open(bench.log).read())
        assert len(begun) == 1, begun


async def greedy_server(agent, plugins):
    """It asks for more and more and takes nothing: the agent's memory stays bounded, and it comes back."""
    settings = ["connection.max_queue_size=8000000", "connection.send_timeout=3"]
    async with Bench(agent, plugins, *settings) as bench:
        socket = await bench.registered()
        text = os.path.join(bench.folder.name, "text")
        with open(text, "w") as file:
            file.write("x" * 200_000)
        before = usage(bench.agent.pid)["rss_kib"]
        socket.transport.pause_reading()
        for i in range(900):
            await socket.send(command(f"s{i}", f"head -c 200000 {text}", response=f"r{i}"))
        socket = await bench.registered()
        await socket.send(command("after", "echo up"))
        assert (await receive(socket))["action_results"][0]["result"]["stdout"] == "up\n"
        highest = usage(bench.agent.pid)["peak_rss_kib"]
        print(f"before {before} KiB, highest {highest} KiB")
        assert SANITIZED or highest < before + 80_000
        assert "wait for the server to take them" in open(bench.log).read()


async def template_plugin(agent, plugins):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(plugins, os.path.join(folder, "hello"))
        async with Bench(agent, folder, "profile.x.agent=LinuxAgent", "profile.x.action=HelloTools",
                         "plugin.hello.greeting=Good morning") as bench:
            socket = await bench.registered()
            await socket.send(message(type="command", actions=[{"tool_name": "greet", "parameters": {"name": "Ada"}}]))
            answer = (await receive(socket))["action_results"][0]
            assert answer["result"] == "Good morning Ada", answer


def files_bench(agent, plugin, folder, *settings):
    name = os.path.basename(plugin)
    shutil.copytree(plugin, os.path.join(folder, "plugins", name))
    return Bench(agent, os.path.join(folder, "plugins"), "profile.x.agent=LinuxAgent", "profile.x.action=Files",
                 f"transfer.inbox={folder}/inbox", *settings)


def files_command(tool, **parameters):
    return message(type="command", session_id="s", actions=[{"tool_name": tool, "parameters": parameters}])


async def receive_file(socket):
    """Step by step what the reference's receive_file() does; a message that it does not expect is a failure here, too."""
    start = json.loads(await asyncio.wait_for(socket.recv(), LIMIT))
    if start["type"] == "binary_data":
        data = await asyncio.wait_for(socket.recv(), LIMIT)
        assert len(data) == start["size"] and hashlib.md5(data).hexdigest() == start["checksum"], start
        return start, data
    assert start["type"] == "file_transfer_start", start
    data = bytearray()
    for number in range(start["total_chunks"]):
        piece = json.loads(await asyncio.wait_for(socket.recv(), LIMIT))
        assert piece["type"] == "binary_data" and piece["chunk_num"] == number, piece
        frame = await asyncio.wait_for(socket.recv(), LIMIT)
        assert isinstance(frame, bytes) and len(frame) == piece["size"] == piece["chunk_size"], piece
        data += frame
    complete = json.loads(await asyncio.wait_for(socket.recv(), LIMIT))
    assert complete["type"] == "file_transfer_complete" and complete["total_chunks"] == start["total_chunks"], complete
    assert len(data) == start["size"] and hashlib.md5(data).hexdigest() == complete["checksum"], complete
    return start, bytes(data)


async def send_file(socket, content, checksum, size=1 << 20):
    """The messages of the reference's send_file()."""
    pieces = [content[at:at + size] for at in range(0, len(content), size)]
    await socket.send(json.dumps({"type": "file_transfer_start", "filename": "../film.mp4", "size": len(content),
                                  "chunk_size": size, "total_chunks": len(pieces), "mime_type": "video/mp4"}))
    for number, piece in enumerate(pieces):
        await socket.send(json.dumps({"chunk_num": number, "chunk_size": len(piece), "type": "binary_data",
                                      "size": len(piece), "timestamp": "2026-11-23T14:25:26+00:00"}))
        await socket.send(piece)
    await socket.send(json.dumps({"type": "file_transfer_complete", "filename": "../film.mp4",
                                  "total_chunks": len(pieces), "checksum": checksum}))


def received(inbox):
    return [name for name in os.listdir(inbox) if name.endswith(".bin")] if os.path.isdir(inbox) else []


async def files(agent, plugin):
    content = random.Random(7).randbytes((30 << 20) + 7)
    checksum = hashlib.md5(content).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        path, inbox = os.path.join(folder, "film.mp4"), os.path.join(folder, "inbox")
        with open(path, "wb") as file:
            file.write(content)
        async with files_bench(agent, plugin, folder, "transfer.send=true", "transfer.receive=true") as bench:
            socket = await bench.registered()
            await socket.send(files_command("numbers", count=3))
            start, data = await receive_file(socket)
            assert data == b"1\n2\n3\n" and start["filename"] == "numbers.txt" and start["session_id"] == "s", start
            assert (await receive(socket))["action_results"][0]["status"] == "success"
            before = usage(bench.agent.pid)

            await socket.send(files_command("fetch", path=path))
            start, data = await receive_file(socket)
            assert data == content and start["filename"] == "film.mp4" and start["total_chunks"] == 31, start
            assert (await receive(socket))["action_results"][0]["status"] == "success"
            sent = usage(bench.agent.pid)

            await send_file(socket, content, "0" * 32)
            assert "File '../film.mp4' refused: the checksum" in (await receive(socket, "error"))["error"]
            assert os.listdir(inbox) == [] and os.stat(inbox).st_mode & 0o777 == 0o700
            await send_file(socket, content, checksum)
            await until(lambda: received(inbox), LIMIT)
            (name,) = received(inbox)
            assert open(os.path.join(inbox, name), "rb").read() == content
            claim = json.load(open(os.path.join(inbox, name.replace(".bin", ".json"))))
            assert claim["filename"] == "../film.mp4" and claim["md5"] == checksum and claim["md5_claimed"], claim
            assert sorted(os.listdir(folder)) == ["film.mp4", "inbox", "plugins"]

            await socket.send(files_command("fetch", path=os.path.join(folder, "missing")))
            answer = (await receive(socket))["action_results"][0]
            assert answer["status"] == "failure" and "there is no such file" in answer["error"], answer
            after = usage(bench.agent.pid)
            print(f"30 MiB each way: before {before}, sent {sent}, received {after}")
            assert SANITIZED or sent["rss_kib"] - before["rss_kib"] < 12 << 10, "a file was held in memory"
            assert after["descriptors"] == sent["descriptors"] and after["threads"] == sent["threads"]


async def files_off(agent, plugin):
    with tempfile.TemporaryDirectory() as folder:
        async with files_bench(agent, plugin, folder) as bench:
            socket = await bench.registered()
            await socket.send(files_command("numbers", count=3))
            answer = (await receive(socket))["action_results"][0]
            assert answer["status"] == "failure" and "transfer.send is off" in answer["error"], answer
            await send_file(socket, b"x" * 3000, "0" * 32, size=1000)
            await socket.send(files_command("numbers", count=3).encode())
            error = json.loads(await socket.recv())
            assert "transfer.receive is switched off" in error["error"], error
            assert json.loads(await socket.recv())["type"] == "command_results"
            assert not os.path.exists(os.path.join(folder, "inbox"))


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]](*sys.argv[2:4]))
