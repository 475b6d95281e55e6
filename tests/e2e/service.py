"""service.py CASE AGENT PLUGINS: what systemd hears of the agent (sd_notify), and when it hears no more."""
import asyncio
import contextlib
import ctypes
import http.client
import os
import signal
import socket as sockets
import sys
import tempfile

from harness import LIMIT, AgentHarness, command, commands, receive, until


class Manager:
    """systemd's end of NOTIFY_SOCKET. `heard` has the messages, in order."""

    def __init__(self, abstract=False):
        self.folder = tempfile.TemporaryDirectory()
        name = f"aip-service-{os.getpid()}" if abstract else f"{self.folder.name}/notify"
        self.name = ("@" if abstract else "") + name
        self.socket = sockets.socket(sockets.AF_UNIX, sockets.SOCK_DGRAM)
        self.socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_PASSCRED, 1)
        self.socket.bind("\0" + name if abstract else name)
        self.socket.setblocking(False)
        self.heard = []
        self.senders = set()

    def environment(self, **more):
        return {"env": {**os.environ, "NOTIFY_SOCKET": self.name, **more}}

    def take(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                text, ancillary, *_ = self.socket.recvmsg(4096, sockets.CMSG_SPACE(12))
                self.senders |= {int.from_bytes(data[:4], sys.byteorder) for _, _, data in ancillary}
                self.heard.append(text.decode())
        return self.heard

    def count(self, text):
        return sum(text in each.split("\n") for each in self.take())

    async def hears(self, text, times=1):
        await until(lambda: self.count(text) >= times, LIMIT)


def states(heard):
    """The first line of each message but the status and the watchdog."""
    firsts = [each.split("\n")[0] for each in heard]
    return [each for each in firsts if not each.startswith(("STATUS=", "WATCHDOG=", "EXTEND_"))]


async def life(agent, plugins):
    for abstract in (False, True):
        manager = Manager(abstract)
        async with AgentHarness(agent, plugins, popen=manager.environment()) as harness:
            await manager.hears("READY=1")
            await harness.registered()
            await manager.hears(f"STATUS=registered with ws://127.0.0.1:{harness.port}/ws")
            harness.agent.send_signal(signal.SIGHUP)
            await manager.hears("READY=1", 2)
            assert any("MONOTONIC_USEC=" in each for each in manager.heard if each.startswith("RELOADING=1\n"))
            await harness.unlisten()
            await until(lambda: any("no connection to" in each and "next attempt" in each for each in manager.take()), LIMIT)
            await harness.listen()
        assert states(manager.take()) == ["READY=1", "RELOADING=1", "READY=1", "STOPPING=1"], manager.heard
        assert manager.senders == {harness.agent.pid}, manager.senders
        assert not any("WATCHDOG" in each for each in manager.heard), manager.heard
        assert not any("secret" in each for each in manager.heard), manager.heard


async def ready_when_registered(agent, plugins):
    manager = Manager()
    async with AgentHarness(agent, plugins, "service.ready=registered", popen=manager.environment()) as harness:
        await until(lambda: any("registering with" in each for each in manager.take()), LIMIT)
        harness.agent.send_signal(signal.SIGHUP)
        await harness.logged("reload: done")
        assert states(manager.take()) == [], manager.heard
        await harness.registered()
        await manager.hears("READY=1")


async def extends(agent, plugins):
    """Again and again while commands may end."""
    manager = Manager()
    async with AgentHarness(agent, plugins, "execution.drain_timeout=60", popen=manager.environment()) as harness:
        socket = await harness.registered()
        await socket.send(command("s", "sleep 14"))
        await manager.hears("READY=1")
        await until(lambda: commands(harness.agent.pid, " 14"), LIMIT)
        harness.agent.terminate()
        await until(lambda: sum("EXTEND_TIMEOUT_USEC=" in each for each in manager.take()) >= 3, LIMIT)
        assert (await receive(socket))["action_results"][0]["status"] == "success"
    assert any("1 command not answered" in each for each in manager.heard), manager.heard


async def children(agent, plugins):
    """Nobody below the agent can speak in its name, not even if the operator lets the variable through."""
    manager = Manager()
    watchdog = {"WATCHDOG_USEC": "60000000"}
    async with AgentHarness(agent, plugins, "plugins.environment=NOTIFY_SOCKET,WATCHDOG_USEC,WATCHDOG_PID",
                            popen=manager.environment(**watchdog)) as harness:
        socket = await harness.registered()
        await socket.send(command("s", "sleep 86399"))
        await until(lambda: commands(harness.agent.pid, " 86399"), LIMIT)
        with open(f"/proc/{commands(harness.agent.pid, ' 86399')[0]}/environ") as file:
            environment = file.read()
        assert "PATH=" in environment and "NOTIFY_SOCKET" not in environment and "WATCHDOG" not in environment, environment
        await manager.hears("WATCHDOG=1")


class Frozen:
    """A thread of another process that does not go on."""

    libc = ctypes.CDLL(None, use_errno=True)
    SEIZE, INTERRUPT, DETACH, WALL = 0x4206, 0x4207, 17, 0x40000000

    def __init__(self, pid, name):
        self.thread = next(int(each) for each in os.listdir(f"/proc/{pid}/task") if self.name_of(pid, each) == name)

    @staticmethod
    def name_of(pid, thread):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended
            return open(f"/proc/{pid}/task/{thread}/comm").read().strip()

    def ptrace(self, request):
        if self.libc.ptrace(ctypes.c_long(request), ctypes.c_long(self.thread), None, None) != 0:
            raise PermissionError(f"ptrace: {os.strerror(ctypes.get_errno())}")

    def __enter__(self):
        self.ptrace(self.SEIZE)
        self.ptrace(self.INTERRUPT)
        os.waitpid(self.thread, self.WALL)

    def __exit__(self, *_):
        self.ptrace(self.DETACH)


def get(path, target):
    """From the operator's socket."""
    connection = http.client.HTTPConnection("localhost")
    connection.sock = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
    connection.sock.settimeout(LIMIT)
    connection.sock.connect(path)
    connection.request("GET", target)
    response = connection.getresponse()
    return response.status, response.read().decode()


async def watchdog(agent, plugins):
    """A loop that is frozen: the watchdog is not fed, and /healthz names the loop."""
    manager = Manager()
    with tempfile.TemporaryDirectory() as folder:
        control = f"{folder}/control.sock"
        async with AgentHarness(agent, plugins, f"control.socket={control}",
                                popen=manager.environment(WATCHDOG_USEC="300000")) as harness:
            socket = await harness.registered()
            for thread, loop in (("aip-io", "I/O"), ("aip-control", "control"), ("aip-keeping", "housekeeping")):
                await manager.hears("WATCHDOG=1", manager.count("WATCHDOG=1") + 2)
                assert (await asyncio.to_thread(get, control, "/healthz"))[0] == 200
                try:
                    frozen = Frozen(harness.agent.pid, thread)
                    with frozen:
                        await until_unhealthy(control, loop)
                        await hears_no_more(manager)
                except PermissionError as refusal:
                    print(f"SKIPPED: no thread can be stopped here: {refusal}")
                    sys.exit(1 if os.environ.get("CI") == "true" else 77)
                await manager.hears("WATCHDOG=1", manager.count("WATCHDOG=1") + 1)
            await socket.send(command("s", "echo up"))
            result = (await receive(socket))["action_results"][0]
            assert result["status"] == "success", result


async def until_unhealthy(control, loop):
    """Housekeeping has the most patience, 9 s."""
    for _ in range(10 * LIMIT):
        status, body = await asyncio.to_thread(get, control, "/healthz")
        if status == 503:
            assert f"no progress: {loop}" in body, body
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"nobody misses the {loop} loop")


async def hears_no_more(manager):
    """A second without a beat, which is three times what systemd would wait."""
    quiet = 0
    known = manager.count("WATCHDOG=1")
    for _ in range(LIMIT * 10):
        await asyncio.sleep(0.1)
        quiet = quiet + 1 if manager.count("WATCHDOG=1") == known else 0
        known = manager.count("WATCHDOG=1")
        if quiet == 10:
            return
    raise AssertionError("the watchdog is fed for ever")


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]](*sys.argv[2:4]))
