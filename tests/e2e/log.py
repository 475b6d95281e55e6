"""log.py CASE AGENT PLUGINS: where the log goes, whatever happens to its file and to the standard descriptors."""
import asyncio
import contextlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

from harness import LIMIT, AgentHarness, command, receive, until


def mode(path):
    return os.stat(path).st_mode & 0o777


async def answers(socket, line="echo up", expected="up\n"):
    await socket.send(command("s", line))
    answer = (await receive(socket))["action_results"][0]
    assert answer["result"] and answer["result"]["stdout"] == expected, answer


def closing(descriptors):
    return {"preexec_fn": lambda: [os.close(each) for each in descriptors], "close_fds": True}


async def closed_descriptors(agent, plugins):
    for closed in ([0], [1], [2], [0, 2], [0, 1, 2]):
        for isolation in ("process", "in_process"):
            async with AgentHarness(agent, plugins, "log.console=true", f"plugins.isolation={isolation}",
                                    popen=closing(closed)) as harness:
                socket = await harness.registered()
                for each in closed:
                    assert os.readlink(f"/proc/{harness.agent.pid}/fd/{each}") == "/dev/null"
                await answers(socket)
                await answers(socket, "wc -c", "0\n")
    programs = os.path.dirname(agent)
    server = [os.path.join(programs, "aip-server"), "--port=0"]
    with tempfile.TemporaryDirectory() as folder:
        port = os.path.join(folder, "port")
        listening = subprocess.Popen([*server, f"--port-file={port}"], stdout=subprocess.DEVNULL, **closing([0, 2]))
        try:
            await until(lambda: os.path.exists(port), LIMIT)
            assert all(os.readlink(f"/proc/{listening.pid}/fd/{each}") == "/dev/null" for each in range(3))
        finally:
            listening.terminate()
            listening.wait(LIMIT)
    assert subprocess.run(server, **closing([0, 1, 2])).returncode == 70  # nobody could read its address
    for program, code in ((agent, 74), (os.path.join(programs, "../lib/aip-agent/aip-plugin-runner"), 74)):
        status = subprocess.run([program, "--version"], **closing([0, 1, 2])).returncode
        assert status == code, (program, status)


async def rotated(agent, plugins):
    """As logrotate does it."""
    for umask, expected in ((0o022, 0o640), (0o077, 0o600), (0o000, 0o640)):
        async with AgentHarness(agent, plugins, level="debug", popen={"umask": umask}) as harness:
            socket = await harness.registered()
            log, old = harness.log, harness.log + ".1"
            assert mode(log) == expected, oct(mode(log))
            for number in (signal.SIGHUP, signal.SIGUSR1):
                os.rename(log, old)
                await answers(socket)
                harness.agent.send_signal(number)
                await harness.logged("the log file is opened again")
                await answers(socket)
                assert mode(log) == expected, oct(mode(log))
                assert "COMMAND" not in open(old).read().splitlines()[-1]

            os.rename(log, old)  # create
            os.close(os.open(log, os.O_CREAT | os.O_WRONLY, 0o600))
            harness.agent.send_signal(signal.SIGUSR1)
            await harness.logged("the log file is opened again")
            assert mode(log) == 0o600

            os.truncate(log, 0)  # copytruncate
            await answers(socket)
            await until(lambda: os.path.getsize(log), LIMIT)  # the line of a COMMAND comes after its answer
            assert os.path.getsize(log) < 10000 and "\0" not in open(log).read()

            os.rename(log, old)
            os.mkdir(log)
            harness.agent.send_signal(signal.SIGHUP)
            await until(lambda: "log.file cannot be opened again" in open(old).read(), LIMIT)
            await answers(socket)
            os.rmdir(log)
            os.rename(old, log)


async def rotates_itself(agent, plugins):
    async with AgentHarness(agent, plugins, "log.max_file_size=4096", "log.max_files=2", level="debug",
                            popen={"umask": 0o022}) as harness:
        socket = await harness.registered()
        second = harness.log.replace(".log", ".2.log")
        while not os.path.exists(second):
            await answers(socket)
        first = harness.log.replace(".log", ".1.log")
        await until(lambda: os.path.exists(first) and os.path.exists(harness.log) and os.path.getsize(harness.log), LIMIT)
        for file in (harness.log, first, second):
            assert mode(file) == 0o640 and os.path.getsize(file) <= 4096, file
        assert not os.path.exists(harness.log.replace(".log", ".3.log"))
        for text in (open(file).read() for file in (second, harness.log)):
            assert text[:2] == "20" and text[-1:] in ("\n", ""), text


async def full_disk(agent, plugins):
    async with AgentHarness(agent, plugins, level="trace") as harness:
        socket = await harness.registered()
        await answers(socket)
        limit = os.path.getsize(harness.log) + 1000
        resource.prlimit(harness.agent.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        while os.path.getsize(harness.log) < limit:
            await answers(socket)
        await answers(socket)
        resource.prlimit(harness.agent.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await answers(socket)
        await harness.logged("lines could not be written: ")
        torn = [line for line in open(harness.log).read().splitlines() if not re.match(r"\d{4}-\d\d-", line)]
        assert len(torn) <= 1, torn


async def unread_console(agent, plugins):
    """Who does not read the agent's standard error costs lines of the log, but no answer."""
    reader, writer = os.pipe()
    async with AgentHarness(agent, plugins, "log.console=true", level="trace", popen={"stderr": writer}) as harness:
        os.close(writer)
        socket = await harness.registered()
        while "lines could not be written: standard error" not in "".join(unread(reader)):
            filled = time.monotonic() + 1.5
            while time.monotonic() < filled:
                await answers(socket, "echo " + 2000 * "x", 2000 * "x" + "\n")
    os.close(reader)


def unread(pipe):
    """What lies in a pipe; without a writer or a byte in it, nothing."""
    os.set_blocking(pipe, False)
    with contextlib.suppress(BlockingIOError):
        while text := os.read(pipe, 1 << 16):
            yield text.decode(errors="replace")


async def formats(agent, plugins):
    """What other programs read: one line of the form for each line of the log, and no payload in any of them."""
    for form, pattern in (("json", None), ("journal", r"<[3-7]>[^<]+\n")):
        reader, writer = os.pipe()
        async with AgentHarness(agent, plugins, "log.console=true", f"log.format={form}", level="debug",
                                popen={"stderr": writer}) as harness:
            os.close(writer)
            socket = await harness.registered()
            await answers(socket, "echo CANARY", "CANARY\n")
            await harness.logged(" bytes in, ")
        text = "".join(unread(reader))
        os.close(reader)
        assert "CANARY" not in text, text
        for line in text.splitlines(keepends=True):
            assert json.loads(line) if pattern is None else re.fullmatch(pattern, line), line
        if form == "json":
            lines = [json.loads(line) for line in text.splitlines()]
            assert all(line["time"] and line["level"] and line["text"] for line in lines), text
            told = next(line for line in lines if line.get("kind") == "command")
            assert (told["session"], told["response"], told["succeeded"]) == ("s", "r", 1), told
            call = next(line for line in lines if line.get("kind") == "ended")
            assert (call["session"], call["call"], call["tool"], call["code"]) == ("s", "c", "execute_command", "OK"), call


FAULTS = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT}
MEANT = {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGPWR, signal.SIGHUP, signal.SIGUSR1}
HARMLESS = {signal.SIGKILL, signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGCHLD, signal.SIGCONT,
            signal.SIGURG, signal.SIGWINCH}


def signal_name(number):
    return signal.Signals(number).name if number < 32 else f"SIGRTMIN+{number - signal.SIGRTMIN}"


async def other_signals(agent, plugins):
    """No signal but a fault ends the agent without a line, and its commands start with none ignored or blocked."""
    for isolation in ("process", "in_process"):
        async with AgentHarness(agent, plugins, f"plugins.isolation={isolation}",
                                popen={"preexec_fn": inherits_much}) as harness:
            socket = await harness.registered()
            for number in set(range(1, 65)) - FAULTS - MEANT - HARMLESS:
                harness.agent.send_signal(number)
                if number not in (signal.SIGPIPE, signal.SIGXFSZ, 32, 33):
                    await harness.logged(f"{signal_name(number)}: means nothing to this agent")
            harness.agent.send_signal(signal.SIGUSR1)
            await harness.logged("the log file is opened again")
            await socket.send(command("s", "grep -h Sig /proc/self/status"))
            status = (await receive(socket))["action_results"][0]["result"]["stdout"]
            # The C library's own, which it ignores in what it spawns; and with rules, a command may write no files.
            kept = 0b11 << 31 | 1 << (signal.SIGXFSZ - 1)
            found = dict(line.split(":") for line in status.splitlines())
            assert not any(int(found[each], 16) & ~kept for each in ("SigIgn", "SigBlk")), status


def inherits_much():
    """As of a careless parent."""
    for number in (signal.SIGCHLD, signal.SIGHUP, signal.SIGUSR2):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, signal.SIGTERM, signal.SIGSEGV})


async def stopping_signals(agent, plugins):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGPWR):
        async with AgentHarness(agent, plugins) as harness:
            await harness.registered()
            harness.agent.send_signal(number)
            assert await asyncio.to_thread(harness.agent.wait, LIMIT) == 0
            assert f"asked to stop: {number.name}" in open(harness.log).read()


asyncio.run(globals()[sys.argv[1]](*sys.argv[2:4]))
