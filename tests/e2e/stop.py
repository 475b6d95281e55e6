"""stop.py CASE AGENT PLUGINS TEST_PLUGINS: the agent ends when it is told to, whatever its plugins and threads do.

TEST_PLUGINS holds what tests/plugins has built."""
import asyncio
import contextlib
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from harness import LIMIT, SANITIZED, AgentHarness, command, commands, message, receive, takes_signals, until

SOON = 20 if SANITIZED else 4.5  # seconds
FORCED = 5  # as README.md promises it
PLUGINS = 5  # likewise


def only(built, *names):
    """A folder with these of the test plugins."""
    folder = tempfile.TemporaryDirectory()
    for name in names:
        shutil.copytree(os.path.join(built, name), os.path.join(folder.name, name))
    subprocess.run(["chmod", "-R", "go-w", folder.name], check=True)
    return folder


async def ends(harness, limit=SOON):
    start = time.monotonic()
    code = await asyncio.to_thread(harness.agent.wait, LIMIT)
    took = time.monotonic() - start
    print(f"ended with {code} after {took * 1000:.0f} ms")
    assert took < limit, took
    return code


def call(tool, response="r"):
    return message(type="command", session_id="s", response_id=response, actions=[
        {"tool_name": tool, "tool_type": "action", "call_id": "c", "parameters": {}}])


async def at_any_moment(agent, plugins, built):
    """From the first line of main to the last."""
    rng = random.Random(11)
    load = ["plugin.shell.load=start", "plugin.system_info.load=start"]
    for lap in range(10 if SANITIZED else 60):
        signals = rng.choice([[signal.SIGTERM], [signal.SIGINT], [signal.SIGHUP, signal.SIGTERM], [signal.SIGTERM] * 2,
                              [signal.SIGUSR1, signal.SIGQUIT], [signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1]])
        isolation = rng.choice(["process", "in_process"])
        async with AgentHarness(agent, plugins, f"plugins.isolation={isolation}", *load) as harness:
            await until(lambda: takes_signals(harness.agent.pid), LIMIT)
            await asyncio.sleep(rng.random() ** 2 * 0.4)
            for number in signals:
                harness.agent.send_signal(number)
            assert await ends(harness) == 0, (lap, signals, isolation)


async def other_modes(agent, plugins, built):
    """What ends by itself: a signal ends it with a line and its own exit code, from the first line of main to the last."""
    rng = random.Random(12)
    ending = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGALRM, signal.SIGRTMAX)
    with only(built, "start_hangs") as folder, tempfile.NamedTemporaryFile("w", suffix=".ini") as large:
        os.chmod(large.name, 0o600)
        large.write("[device.metadata]\n" + "".join(f"k{i} = {'v' * 200}\n" for i in range(4000)))
        large.flush()
        needed = [f"--define=plugins.directories={folder}", "--define=server.url=ws://127.0.0.1:1/ws",
                  "--define=plugins.start_timeout=300"]
        for mode in ("--check", "--list-plugins"):
            for number in ending:
                code, text = await ended_by(agent, number, mode, *needed, when=runners)
                assert code == 75 and f"was ended by {signal_name(number)}" in text, (mode, number, code, text)
        for lap in range(10 if SANITIZED else 60):
            mode = rng.choice(["--print-config", "--check", "--list-plugins", "--help", "--sample=ini"])
            number = rng.choice(ending)
            moment = rng.random() ** 2 * 0.1
            code, text = await ended_by(agent, number, mode, f"--config={large.name}", *needed, after=moment)
            ended = code == 75 and "was ended by" in text
            assert ended or code in (0, 78), (lap, mode, number, moment, code, text)


def signal_name(number):
    return number.name if number < signal.SIGRTMIN else f"SIGRTMIN+{number - signal.SIGRTMIN}"


async def ended_by(agent, number, *arguments, when=takes_signals, after=0.0):
    """The exit code and the errors of an agent that gets a signal."""
    process = subprocess.Popen([agent, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    await until(lambda: process.poll() is not None or when(process.pid), LIMIT)
    await asyncio.sleep(after)
    process.send_signal(number)
    text = (await asyncio.to_thread(process.communicate, timeout=LIMIT))[1]
    return process.returncode, text


async def hanging_start(agent, plugins, built):
    """A plugin that hangs in its start is not waited for, or only for the calls that wait for it, until the end of the drain time."""
    for name in ("start_hangs", "constructor_hangs"):
        for isolation in ("process", "in_process"):
            with only(built, name) as folder:
                settings = [f"plugins.isolation={isolation}", "plugins.start_timeout=300"]
                async with AgentHarness(agent, folder, f"plugin.{name}.load=start", *settings) as harness:
                    await until(lambda: runners(harness.agent.pid), LIMIT)
                    harness.agent.terminate()
                    assert await ends(harness) == 0
                async with AgentHarness(agent, folder, *settings, "execution.drain_timeout=0.5") as harness:
                    socket = await harness.registered()
                    await socket.send(call("echo"))
                    await until(lambda: runners(harness.agent.pid), LIMIT)
                    harness.agent.terminate()
                    assert (await receive(socket))["action_results"][0]["status"] == "failure"
                    assert await ends(harness) == 0


async def hanging_reload(agent, plugins, built):
    """The plugin that hangs is to take the place of one that works."""
    with only(built) as folder:
        for isolation in ("process", "in_process"):
            place = os.path.join(folder, "versioned")
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(os.path.join(built, "versioned_1.0.0"), place)
            subprocess.run(["chmod", "-R", "go-w", place], check=True)
            settings = [f"plugins.isolation={isolation}", "plugins.start_timeout=300"]
            async with AgentHarness(agent, folder, *settings) as harness:
                socket = await harness.registered()
                await socket.send(call("version"))
                assert (await receive(socket))["action_results"][0]["result"] == "1.0.0"
                for file in sorted(os.listdir(os.path.join(built, "versioned_hanging")), reverse=True):
                    part = os.path.join(place, f".{file}")
                    shutil.copyfile(os.path.join(built, "versioned_hanging", file), part)
                    os.rename(part, os.path.join(place, file))
                harness.agent.send_signal(signal.SIGHUP)
                await harness.logged("inside")
                await socket.send(call("version"))
                assert (await receive(socket))["action_results"][0]["result"] == "1.0.0"
                harness.agent.terminate()
                assert await ends(harness) == 0


async def large_reload(agent, plugins, built):
    """A reload that reads as much as may be read is not waited for, in any form of it."""
    value = "v" * 980
    forms = {"values": "[device.metadata]\n" + "".join(f"k{i} = {value}\n" for i in range(4000)),
             "unknown": "[client]\n" + "".join(f"k{i}{'x' * 200} = {value[:700]}\n" for i in range(4000)),
             "plugins": "".join(f"[plugin.p{i}]\nkey = {value}\n" for i in range(4000)),
             "one": f"[device.metadata]\nk = {value * 4000}\n",
             "list": "[plugins]\nallow = " + ",".join(f"p{i}" for i in range(500000)) + "\n",
             "circle": "[device.metadata]\nk0 = x\n" + "".join(
                 f"k{i} = " + f"${{device.metadata.k{i - 1}}}" * 400 + "\n" for i in range(1, 10))}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "agent.ini")
        for form, text in forms.items():
            with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
                file.write("# small\n")
            async with AgentHarness(agent, plugins, config=path) as harness:
                await harness.registered()
                with open(path, "w") as file:
                    file.write(text)
                for _ in range(20):
                    harness.agent.send_signal(signal.SIGHUP)
                await harness.logged("the log file is opened again")
                await asyncio.sleep(0.02)
                harness.agent.terminate()
                print(form, end=": ")
                assert await ends(harness) == 0, form


async def stopped_plugin(agent, plugins, built):
    """Its process is under SIGSTOP, or its watcher, too."""
    for both in (False, True):
        async with AgentHarness(agent, plugins) as harness:
            socket = await harness.registered()
            await socket.send(command("s", "echo up"))
            await receive(socket)
            for runner in runners(harness.agent.pid):
                if both or runners(runner) == []:
                    os.kill(runner, signal.SIGSTOP)
            harness.agent.terminate()
            assert await ends(harness, 10 if SANITIZED else PLUGINS) == 0


def runners(pid):
    """The processes of plugins below another one: watchers, and what they watch."""
    found = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid=", "-o", "args="], capture_output=True, text=True).stdout
    below = [int(line.split()[0]) for line in found.splitlines() if line.split()[1] == "aip-plugin-runner"]
    return below + [each for child in below for each in runners(child)]


def shutting_down(answer):
    (result,) = answer["action_results"]
    assert result["status"] == "failure" and re.search("shutting down|was cancelled", result["error"]), result


async def stopped_twice(harness):
    harness.agent.terminate()
    await harness.logged("asked to stop: SIGTERM")
    harness.agent.terminate()


async def asked_again(agent, plugins, built):
    """The second signal cancels what runs; each command is answered before the close, also if its plugin does not hear."""
    for isolation in ("process", "in_process"):
        async with AgentHarness(agent, plugins, f"plugins.isolation={isolation}") as harness:
            socket = await harness.registered()
            for i in range(6):
                await socket.send(command(f"s{i}", "sleep 60", f"r{i}"))
            await until(lambda: len(commands(harness.agent.pid, " 60")) == 6, LIMIT)
            await stopped_twice(harness)
            answered = set()
            while len(answered) < 6:
                answer = await receive(socket)
                shutting_down(answer)
                answered.add(answer["prev_response_id"])
            await asyncio.wait_for(socket.wait_closed(), LIMIT)
            assert socket.close_code == 1001, socket.close_code
            assert await ends(harness, FORCED) == 0
            assert "asked to stop again: SIGTERM" in open(harness.log).read()
    with only(built, "ignores_cancel") as folder:
        async with AgentHarness(agent, folder) as harness:
            socket = await harness.registered()
            await socket.send(call("echo"))
            await harness.logged("plugin ignores_cancel: inside")
            await stopped_twice(harness)
            shutting_down(await receive(socket))
            await asyncio.wait_for(socket.wait_closed(), LIMIT)
            assert socket.close_code == 1001, socket.close_code
            harness.ends_with = await ends(harness, FORCED + 1)
            assert harness.ends_with in (0, 75)


async def asked_again_late(agent, plugins, built):
    """The session has ended, a plugin stands still."""
    async with AgentHarness(agent, plugins) as harness:
        socket = await harness.registered()
        await socket.send(command("s", "echo up"))
        await receive(socket)
        for runner in runners(harness.agent.pid):
            os.kill(runner, signal.SIGSTOP)
        harness.agent.terminate()
        await harness.logged("session ended")
        harness.agent.send_signal(signal.SIGINT)
        harness.agent.send_signal(signal.SIGUSR1)
        harness.agent.send_signal(signal.SIGALRM)
        await harness.logged("asked to stop again: SIGINT")
        await harness.logged("SIGALRM: means nothing")
        harness.ends_with = await ends(harness, FORCED + 1)
        assert harness.ends_with in (0, 75)


async def start_texts(agent, plugins, built):
    """A failed start is told once, and a stop during a start is no failure."""
    with only(built, "start_hangs") as folder:
        settings = ["plugin.start_hangs.load=start"]
        async with AgentHarness(agent, folder, *settings, "plugins.start_timeout=0.3") as harness:
            await harness.registered()
            log = open(harness.log).read()
            assert log.count("start-timeout") == 1, log
            harness.agent.terminate()
            assert await ends(harness) == 0
        async with AgentHarness(agent, folder, *settings, "plugins.start_timeout=300") as harness:
            await until(lambda: runners(harness.agent.pid), LIMIT)
            await asyncio.sleep(0.5)
            harness.agent.terminate()
            assert await ends(harness) == 0
            log = open(harness.log).read()
            assert "start-failed" not in log and " error " not in log, log
            assert log.count("still starts, and is not waited for") == 1, log


async def shortage(agent, plugins, built):
    """Without descriptors a plugin cannot be started: said once, and a call is answered soon, with the reason."""
    if SANITIZED:
        print("SKIPPED: the sanitizers need descriptors of their own")
        sys.exit(77)
    with only(built, "pair") as folder:
        for isolation in ("process", "killed", "per_call", "in_process"):
            settings = ["profile.x.agent=LinuxAgent", "profile.x.action=Test",
                        f"plugins.isolation={isolation.replace('killed', 'process')}"]
            async with AgentHarness(agent, folder, *settings) as harness:
                socket = await harness.registered()
                if isolation == "killed":  # its thread is there, a new process is not to be had
                    await until_works(socket)
                process = harness.agent.pid
                taken = {int(each) for each in os.listdir(f"/proc/{process}/fd")}
                before = resource.prlimit(process, resource.RLIMIT_NOFILE)
                free = min(set(range(len(taken) + 1)) - taken)
                resource.prlimit(process, resource.RLIMIT_NOFILE, (free, before[1]))
                for runner in runners(process):
                    with contextlib.suppress(ProcessLookupError):  # it ends with another of them
                        os.kill(runner, signal.SIGKILL)
                await until(lambda: not runners(process), LIMIT)
                for i in range(3):
                    start = time.monotonic()
                    await socket.send(call("echo", f"r{i}"))
                    (result,) = (await receive(socket, response=f"r{i}"))["action_results"]
                    print(f"{isolation}: {result['error']!r} after {time.monotonic() - start:.1f} s")
                    assert time.monotonic() - start < 4 and "shortage" in result["error"], result
                log = open(harness.log).read()
                assert log.count("cannot be started") == 1, log
                resource.prlimit(process, resource.RLIMIT_NOFILE, before)
                await until_works(socket)
                await harness.logged("can be started again after")


async def admission_shortage(agent, plugins, built):
    """Without descriptors no plugin can be looked at: those at work stay, and a new one comes without another SIGHUP."""
    if SANITIZED:
        print("SKIPPED: the sanitizers need descriptors of their own")
        sys.exit(77)
    with only(built, "curious") as folder:
        settings = ["profile.x.agent=LinuxAgent", "profile.x.action=Test", "plugins.isolation=in_process"]
        async with AgentHarness(agent, folder, *settings) as harness:
            socket = await harness.registered()
            await socket.send(call("thread"))
            assert (await receive(socket))["action_results"][0]["status"] == "success"
            shutil.copytree(os.path.join(built, "noisy"), os.path.join(folder, "noisy"))
            subprocess.run(["chmod", "-R", "go-w", folder], check=True)
            process = harness.agent.pid
            taken = {int(each) for each in os.listdir(f"/proc/{process}/fd")}
            before = resource.prlimit(process, resource.RLIMIT_NOFILE)
            free = min(set(range(len(taken) + 1)) - taken)
            resource.prlimit(process, resource.RLIMIT_NOFILE, (free, before[1]))
            harness.agent.send_signal(signal.SIGHUP)
            await harness.logged("plugins: cannot be started now")
            await socket.send(call("thread", "r2"))
            assert (await receive(socket, response="r2"))["action_results"][0]["status"] == "success"
            await asyncio.sleep(2)
            log = open(harness.log).read()
            assert log.count("cannot be started now") == 1 and log.count("plugin curious: what is in") == 1, log
            resource.prlimit(process, resource.RLIMIT_NOFILE, before)
            await harness.logged("plugins: can be started again after")
            await until_works(socket, "print")


async def until_works(socket, tool="echo"):
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        response = f"r{time.monotonic()}"
        await socket.send(call(tool, response))
        (result,) = (await receive(socket, response=response))["action_results"]
        if result["status"] == "success":
            return
    assert False, f"it is not started: {result}"


async def nothing_blocks(agent, plugins, built):
    """Also if whoever started it ignores the ends of children, which a program inherits."""
    ignoring = {"preexec_fn": lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)}
    for popen in ({}, ignoring):
        async with AgentHarness(agent, plugins, popen=popen) as harness:
            socket = await harness.registered()
            await socket.send(command("s", "echo up"))
            await receive(socket)
            harness.agent.terminate()
            assert await ends(harness, SOON if SANITIZED else 1.9) == 0  # a plugin whose end is not seen is killed after 2


async def wedged_threads(agent, plugins, built):
    """Nobody reads the terminal, to which every thread wants to write."""
    for signals in ([signal.SIGTERM, signal.SIGTERM], [signal.SIGINT, signal.SIGQUIT], [signal.SIGTERM] * 5):
        reader, terminal = os.openpty()
        async with AgentHarness(agent, plugins, "log.console=true", level="trace", popen={"stderr": terminal}) as harness:
            os.close(terminal)
            harness.ends_with = 75
            socket = await harness.registered()
            for i in range(200):
                await socket.send(command(f"s{i}", "echo " + "x" * 1000))
            await asyncio.sleep(1)
            for number in signals:
                harness.agent.send_signal(number)
                await asyncio.sleep(0.2)
            start = time.monotonic()
            assert await ends(harness, FORCED + 2) == 75
            assert time.monotonic() - start > FORCED - 2
        os.close(reader)


async def wedged_plugin(agent, plugins, built):
    """A call in the agent that never returns: the first signal is enough, and a second does no harm."""
    with only(built, "ignores_cancel") as folder:
        for more in (False, True):
            async with AgentHarness(agent, folder, "plugins.isolation=in_process", "execution.drain_timeout=0.2",
                                    "execution.cancel_grace=0.2") as harness:
                socket = await harness.registered()
                await socket.send(call("echo"))
                await harness.logged("plugin ignores_cancel: inside")
                harness.agent.terminate()
                if more:
                    await asyncio.sleep(0.05)
                    harness.agent.terminate()
                code = await ends(harness, 10)
                harness.ends_with = code
                assert code in ((0, 75) if more else (0,)), code


asyncio.run(globals()[sys.argv[1]](*sys.argv[2:5]))
