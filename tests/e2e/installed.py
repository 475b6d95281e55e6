"""installed.py BUILD: what `cmake --install` makes works wherever it is, and is where it is looked for."""
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile

from harness import AgentHarness, command, receive


def install(build, prefix, *more, **environment):
    subprocess.run(["cmake", "--install", build, "--prefix", prefix, *more], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, **environment}, umask=0o022)


def listed(agent):
    done = subprocess.run([agent, "--list-plugins"], capture_output=True, text=True)
    return [line.split()[0] for line in done.stdout.splitlines() if " ok " in line]


def program(unit):
    lines = open(unit).read().splitlines()
    return next(line.split("=", 1)[1].split()[0] for line in lines if line.startswith("ExecStart="))


def files(folder):
    return {os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names}


async def main(build):
    with tempfile.TemporaryDirectory() as folder:
        first, second = os.path.join(folder, "first"), os.path.join(folder, "second", "place")
        install(build, first, "--component", "agent")
        for manager in ("system", "user"):
            unit = os.path.join(first, "lib/systemd", manager, "aip-agent.service")
            assert program(unit) == os.path.join(first, "bin/aip-agent")
            assert "/usr/bin/aip-agent" not in open(unit).read(), unit
            if shutil.which("systemd-analyze"):
                found = subprocess.run(["systemd-analyze", f"--{manager}", "verify", "--man=no", unit], capture_output=True, text=True,
                                       env={**os.environ, "XDG_RUNTIME_DIR": folder})
                assert found.returncode == 0 and unit not in found.stderr, found
        assert {"bin/aip-agentctl", "share/bash-completion/completions/aip-agentctl", "lib/aip-agent/aip-plugin-runner", "share/aip-agent/aip-agent.ini",
                "share/man/man1/aip-agent.1", "share/man/man1/aip-agentctl.1", "share/man/man5/aip-agent.ini.5",
                "share/zsh/vendor-completions/_aip-agent", "share/fish/vendor_completions.d/aip-agentctl.fish",
                "lib/sysusers.d/aip-agent.conf", "lib/tmpfiles.d/aip-agent.conf"} <= files(first), files(first)

        os.mkdir(os.path.dirname(second))
        os.rename(first, second)
        agent = os.path.join(second, "bin/aip-agent")
        link = os.path.join(folder, "link")
        os.symlink(agent, link)
        assert listed(agent) == listed(link) == ["shell", "system_info"], listed(agent)
        for isolation in ("process", "in_process"):
            async with AgentHarness(link, None, f"plugins.isolation={isolation}") as harness:
                socket = await harness.registered()
                await socket.send(command("s", "echo up"))
                assert (await receive(socket))["action_results"][0]["result"]["stdout"] == "up\n"

        shutil.rmtree(os.path.join(second, "lib/aip-agent/plugins"))
        async with AgentHarness(agent, None) as harness:
            await harness.logged("this device can do nothing")

        stage = os.path.join(folder, "stage")
        install(build, "/opt/aip", "--component", "agent", DESTDIR=stage)
        assert os.listdir(stage) == ["opt"]
        staged = os.path.join(stage, "opt/aip")
        assert program(os.path.join(staged, "lib/systemd/system/aip-agent.service")) == "/opt/aip/bin/aip-agent"
        assert listed(os.path.join(staged, "bin/aip-agent")) == ["shell", "system_info"]

        whole = os.path.join(folder, "whole")
        install(build, whole)
        assert files(staged) < files(whole), files(staged) - files(whole)
        assert listed(os.path.join(whole, "bin/aip-agent")) == ["shell", "system_info"]
        for each in ("bin/aip-server", "bin/aip-plugin", "share/man/man1/aip-server.1", "share/man/man1/aip-plugin.1",
                     "share/man/man1/aip-import.1", "share/bash-completion/completions/aip-plugin"):
            assert each in files(whole)


asyncio.run(main(sys.argv[1]))
