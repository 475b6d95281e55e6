"""daemon.py CASE AGENT PLUGINS TEST_PLUGINS: --daemon says the truth with its exit code, and whose the pidfile is."""
import asyncio
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import websockets

from harness import LIMIT, SANITIZED, command, receive, until


class Bench:
    """A folder in which agents are started, and a server for them."""

    def __init__(self, agent, plugins):
        self.agent, self.plugins = agent, plugins
        self.connected = asyncio.Queue()
        self.daemons = []

    async def __aenter__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = self.temporary.name
        self.server = await websockets.serve(self.serve, "127.0.0.1", 0, max_size=None, ping_interval=None, close_timeout=1)
        self.url = f"ws://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/ws"
        self.configure()
        return self

    async def __aexit__(self, *failure):
        for pid in self.daemons:
            os.kill(pid, signal.SIGKILL)
        self.server.close()
        self.temporary.cleanup()

    def path(self, name):
        return os.path.join(self.folder, name)

    def configure(self, more=""):
        with open(self.path("agent.ini"), "w") as file:
            file.write(f"[server]\nurl = {self.url}\n[client]\nid = dev\n[plugins]\ndirectories = {self.plugins}\n"
                       f"[log]\nfile = agent.log\n{more}")

    async def serve(self, connection, path):
        self.connected.put_nowait(connection)
        await connection.wait_closed()

    async def registered(self):
        connection = await asyncio.wait_for(self.connected.get(), LIMIT)
        assert json.loads(await connection.recv())["type"] == "register"
        await connection.send('{"type":"heartbeat","status":"ok"}')
        return connection

    def arguments(self, *more, pidfile="agent.pid"):
        return [self.agent, "--config=agent.ini", f"--pidfile={pidfile}", *more]

    async def run(self, *more, limit=LIMIT, **popen):
        """Starts one in the background. Its exit code, what it has written, and its pid if it lives."""
        pidfile = popen.pop("pidfile", "agent.pid")
        done = await asyncio.to_thread(subprocess.run, self.arguments("--daemon", *more, pidfile=pidfile), cwd=self.folder,
                                       capture_output=True, text=True, timeout=limit, **popen)
        if done.returncode == 0:
            self.daemons.append(self.pid(pidfile))
        return done.returncode, done.stderr

    def pid(self, pidfile="agent.pid"):
        return int(open(os.path.join(self.folder, pidfile)).read())

    def logged(self):
        return open(self.path("agent.log")).read()

    async def stop(self, pid):
        os.kill(pid, signal.SIGTERM)
        await until(lambda: not os.path.exists(f"/proc/{pid}"), LIMIT)
        self.daemons.remove(pid)


async def runs(agent, plugins, _):
    """Relative paths, SIGHUP, a umask that is not widened, and nothing of the terminal is kept."""
    for umask, mode, more in ((0o077, 0o600, []), (0o022, 0o640, []), (0o000, 0o640, []), (0o000, 0o600, ["--umask=77"])):
        async with Bench(agent, plugins) as bench:
            read, write = os.pipe()
            code, text = await bench.run(*more, umask=umask, pass_fds=[write])
            os.close(write)
            assert os.read(read, 1) == b"", "the agent keeps a pipe of whoever has started it"
            os.close(read)
            assert code == 0 and "session" not in text, (code, text)
            pid = bench.pid()
            connection = await bench.registered()
            await connection.send(command("s", "echo up"))
            assert (await receive(connection))["action_results"][0]["result"]["stdout"] == "up\n"
            assert os.stat(bench.path("agent.log")).st_mode & 0o777 == mode
            status = open(f"/proc/{pid}/status").read()
            assert int(status.split("Umask:")[1].split()[0], 8) & umask == umask, status
            assert all(os.readlink(f"/proc/{pid}/fd/{each}") == "/dev/null" for each in range(3))
            assert os.readlink(f"/proc/{pid}/cwd") == "/" and os.getsid(pid) == pid
            os.rename(bench.path("agent.log"), bench.path("agent.log.1"))
            bench.configure("level = perhaps\n")
            os.kill(pid, signal.SIGHUP)
            await until(lambda: os.path.exists(bench.path("agent.log")) and "everything stays as it is" in bench.logged(), LIMIT)
            bench.configure()
            os.kill(pid, signal.SIGHUP)
            await until(lambda: "reload: done" in bench.logged(), LIMIT)
            await bench.stop(pid)
            assert not os.path.exists(bench.path("agent.pid"))


async def refused(agent, plugins, _):
    """What is wrong is said, and the exit code is the documented one."""
    async with Bench(agent, plugins) as bench:
        os.mkdir(bench.path("folder"))
        for code, text, arguments in (
                (78, "log.file", ["--define=log.file=folder"]),
                (78, "log.file", ["--define=log.file=/proc/no/agent.log"]),
                (78, "server.url is not set", ["--define=server.url="]),
                (78, "none.ini: No such file", ["--config=none.ini"]),
                (64, "unknown option", ["--no-such"]),
                (64, "--umask", ["--umask=9"])):
            found = await bench.run(*arguments)
            assert found[0] == code and text in found[1], (found, arguments)
            assert not os.path.exists(bench.path("agent.pid")), arguments
        for target in ("folder", "agent.ini", "/proc/no/agent.pid", "link", "fifo", "gone/agent.pid"):
            os.path.lexists(bench.path("link")) or os.symlink("agent.ini", bench.path("link"))
            os.path.lexists(bench.path("fifo")) or os.mkfifo(bench.path("fifo"))
            before = open(bench.path("agent.ini")).read()
            for found in (await bench.run(pidfile=target), await foreground(bench, target)):
                assert found[0] == 73 and f"pidfile" in found[1] and os.path.basename(target) in found[1], (target, found)
            assert open(bench.path("agent.ini")).read() == before
        assert not os.path.exists(bench.path("agent.log"))


async def foreground(bench, pidfile):
    done = await asyncio.to_thread(subprocess.run, bench.arguments(pidfile=pidfile), cwd=bench.folder, capture_output=True,
                                   text=True, timeout=LIMIT)
    return done.returncode, done.stderr


async def pidfile_of_another(agent, plugins, _):
    async with Bench(agent, plugins) as bench:
        dead = subprocess.Popen(["true"])
        dead.wait()
        alive = os.getpid()
        for stale in (f"{dead.pid}\n", "", "1", f"{alive}\n"):  # whoever has that number has not locked the file
            with open(bench.path("agent.pid"), "w") as file:
                file.write(stale)
            assert (await bench.run())[0] == 0
            first = bench.pid()
            for found in (await bench.run(), await foreground(bench, "agent.pid")):
                assert found[0] == 73 and f"process {first}" in found[1], found
            assert bench.pid() == first
            os.kill(first, signal.SIGKILL)
            await until(lambda: not os.path.exists(f"/proc/{first}"), LIMIT)
            bench.daemons.remove(first)
            assert bench.pid() == first, "left behind"
            assert (await bench.run())[0] == 0
            await bench.stop(bench.pid())

        assert (await bench.run())[0] == 0  # somebody has removed the file of the first
        first = bench.pid()
        os.remove(bench.path("agent.pid"))
        assert (await bench.run())[0] == 0
        second = bench.pid()
        await bench.stop(first)
        assert bench.pid() == second
        await bench.stop(second)

        text = "not a number\n"
        with open(bench.path("agent.pid"), "w") as file:
            file.write(text)
        assert (await bench.run())[0] == 73 and open(bench.path("agent.pid")).read() == text


async def one_of_many(agent, plugins, _):
    """Of many that start at once, one gets the pidfile."""
    async with Bench(agent, plugins) as bench:
        found = await asyncio.gather(*(bench.run() for _ in range(8)))
        assert sorted(code for code, _ in found) == [0] + [73] * 7, found
        bench.daemons = [bench.pid()]
        await bench.stop(bench.pid())


async def slow_start(agent, plugins, built):
    """The foreground waits until the agent runs, and what ends the foreground ends the agent."""
    async with Bench(agent, plugins) as bench:
        shutil.copytree(os.path.join(built, "start_hangs"), bench.path("plugins/start_hangs"))
        subprocess.run(["chmod", "-R", "go-w", bench.path("plugins")], check=True)
        hanging = ["--define=plugins.directories=plugins", "--define=plugin.start_hangs.load=start"]
        start = time.monotonic()
        assert (await bench.run(*hanging, "--define=plugins.start_timeout=1"))[0] == 0
        assert time.monotonic() - start >= 1
        await bench.stop(bench.pid())
        for victim, number, code in (("foreground", signal.SIGINT, 75), ("foreground", signal.SIGTERM, 75),
                                     ("foreground", signal.SIGKILL, -signal.SIGKILL),
                                     ("agent", signal.SIGTERM, 75), ("agent", signal.SIGKILL, 70)):
            process = subprocess.Popen(bench.arguments("--daemon", *hanging, "--define=plugins.start_timeout=300"),
                                       cwd=bench.folder, stderr=subprocess.PIPE, text=True)
            await until(lambda: os.path.exists(bench.path("agent.pid")) and open(bench.path("agent.pid")).read(), LIMIT)
            pid = bench.pid()
            os.kill(pid if victim == "agent" else process.pid, number)
            text = (await asyncio.to_thread(process.communicate))[1]
            assert process.returncode == code, (process.returncode, victim, number, text)
            said = "before it ran" if victim == "agent" else f"was ended by {number.name}"
            assert said in text or (victim, number) == ("foreground", signal.SIGKILL), text
            await until(lambda: not os.path.exists(f"/proc/{pid}"), LIMIT)
            if number == signal.SIGKILL and victim == "agent":
                os.remove(bench.path("agent.pid"))


async def failed_start(agent, plugins, built):
    """A plugin with load = start that does not work is named; the agent runs, as it would in the foreground."""
    async with Bench(agent, plugins) as bench:
        for name, reason in (("start_hangs", "start-timeout"), ("start_fails", "start-failed"), ("good", None)):
            shutil.copytree(os.path.join(built, name), bench.path(f"plugins/{name}/{name}"))
            subprocess.run(["chmod", "-R", "go-w", bench.path("plugins")], check=True)
            code, text = await bench.run(f"--define=plugins.directories=plugins/{name}",
                                         f"--define=plugin.{name}.load=start", f"--define=plugins.start_timeout={1 if name == 'start_hangs' else LIMIT}",
                                         "--define=log.console=false")
            assert code == 0 and (f"plugin {name} is failed: {reason}" in text if reason else text == ""), (name, code, text)
            await bench.stop(bench.pid())


async def few_descriptors(agent, plugins, _):
    """However few there are, whoever reads its output sees the end of it: the agent runs without it, or does not run."""
    if SANITIZED:
        print("SKIPPED: the sanitizers need descriptors of their own")
        sys.exit(77)
    for limit in (4, 5, 6, 7, 8, 9, 10, 12, 16, 24):
        async with Bench(agent, plugins) as bench:
            few = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))}
            code, text = await bench.run(**few)  # reads to the end of both pipes
            print(f"{limit}: {code} {text.splitlines()[-1:]}")
            assert code == 0 or text, limit
            if code == 0:
                pid = bench.pid()
                assert all(os.readlink(f"/proc/{pid}/fd/{each}") == "/dev/null" for each in range(3))
                await bench.stop(pid)


asyncio.run(globals()[sys.argv[1]](*sys.argv[2:5]))
