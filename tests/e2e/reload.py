"""reload.py CASE AGENT PLUGINS: the plugins of a running agent are replaced, taken out and put in, and SIGHUP says so.

PLUGINS holds what tests/plugins has built."""
import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile

from harness import LIMIT, AgentHarness, message, receive, takes_signals, until


class Plant:
    """The agent over a folder of plugins and a configuration file, both of which change."""

    def __init__(self, agent, built):
        self.agent, self.built = agent, built
        self.calls = 0

    async def __aenter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.plugins = os.path.join(self.folder.name, "plugins")
        os.mkdir(self.plugins)
        self.config = os.path.join(self.folder.name, "agent.ini")
        self.configure("")
        self.install("versioned_1.0.0", "versioned")
        self.harness = AgentHarness(self.agent, self.plugins, config=self.config)
        await self.harness.__aenter__()
        return self

    async def __aexit__(self, *failure):
        await self.harness.__aexit__(*failure)
        self.folder.cleanup()

    def configure(self, more):
        with open(self.config, "w") as file:
            file.write(f"[profile.linux]\nagent = LinuxAgent\naction = Test\n{more}")

    def install(self, name, plugin):
        """The library under a name of its own first, then plugin.json over the old one: at no moment half of it."""
        folder = os.path.join(self.plugins, plugin)
        os.makedirs(folder, 0o755, exist_ok=True)
        for file in sorted(os.listdir(os.path.join(self.built, name)), key=lambda file: file == "plugin.json"):
            part = os.path.join(folder, f".{file}")
            shutil.copyfile(os.path.join(self.built, name, file), part)
            os.chmod(part, 0o644)
            os.rename(part, os.path.join(folder, file))

    async def reload(self, outcome="reload: done"):
        log = self.harness.log
        seen = open(log).read().count(outcome)
        self.harness.agent.send_signal(signal.SIGHUP)
        await until(lambda: open(log).read().count(outcome) > seen, LIMIT)

    async def call(self, tool):
        self.calls += 1
        await self.socket.send(message(type="command", session_id="s", response_id=f"r-{self.calls}", actions=[
            {"tool_name": tool, "tool_type": "action", "call_id": "c", "parameters": {}}]))
        answer = (await receive(self.socket, response=f"r-{self.calls}"))["action_results"][0]
        return answer["error"] or answer["result"]

    async def connect(self):
        self.socket = await asyncio.wait_for(self.harness.connected.get(), LIMIT)
        registration = json.loads(await self.socket.recv())
        await self.socket.send('{"type":"heartbeat","status":"ok"}')
        return registration["metadata"]


async def reload(agent, built):
    async with Plant(agent, built) as plant:
        await until(lambda: takes_signals(plant.harness.agent.pid), LIMIT)
        plant.harness.agent.send_signal(signal.SIGHUP)  # before anything is up
        metadata = await plant.connect()
        await until(lambda: "reload: done" in open(plant.harness.log).read(), LIMIT)
        assert metadata["capabilities"] == ["action::nap", "action::version", "action::wait"], metadata
        assert await plant.call("version") == "1.0.0"

        plant.install("versioned_2.0.0", "versioned")
        await plant.reload()
        assert await plant.call("version") == "2.0.0"

        plant.install("versioned_broken", "versioned")
        await plant.reload()
        assert await plant.call("version") == "2.0.0"
        assert "version 2.0.0 goes on: start-failed: the printer is on fire" in open(plant.harness.log).read()

        plant.install("dynamic", "dynamic")
        await plant.reload()
        assert await plant.call("version") == "2.0.0"
        await plant.socket.close()
        metadata = await plant.connect()
        assert "action::add" in metadata["capabilities"], metadata
        for each in metadata["plugins"]:
            assert each.pop("isolation")["mode"] == "process", each
        assert metadata["plugins"] == [
            {"id": "versioned", "version": "2.0.0", "state": "running",
             "update_refused": "start-failed: the printer is on fire"},
            {"id": "dynamic", "version": "1.0.0", "state": "running"}], metadata

        shutil.rmtree(os.path.join(plant.plugins, "versioned"))
        await plant.reload()
        assert "Tool 'action::version' is not offered" in await plant.call("version")


async def reload_settings(agent, built):
    async with Plant(agent, built) as plant:
        await plant.connect()
        assert await plant.call("version") == "1.0.0"
        plant.configure("[plugin.versioned]\nenabled = perhaps\n")
        await plant.reload("reload: everything stays as it is: ")
        assert await plant.call("version") == "1.0.0"
        plant.configure("[plugin.versiond]\nenabled = false\n")
        await plant.reload("[plugin.versiond] has no effect: no such plugin is installed; did you mean [plugin.versioned]?")
        assert await plant.call("version") == "1.0.0"
        plant.configure("[plugin.gone]\nenabled = false\n[plugin.versioned]\nenabled = false\n[connection]\nmax_retries = 7\n")
        await plant.reload("reload: connection.max_retries has changed; that needs a restart")
        await until(lambda: "reload: done; plugins at work: none" in open(plant.harness.log).read(), LIMIT)
        assert "[plugin.gone] has no effect: no such plugin is installed" in open(plant.harness.log).read()
        assert "Tool 'action::version' is not offered" in await plant.call("version")
        plant.configure("[plugin.versioned]\nmode = fast\nload = start\n[profile.other]\nagent = *\naction = Test\n")
        await plant.reload()
        assert await plant.call("version") == "1.0.0"


asyncio.run(globals()[sys.argv[1]](*sys.argv[2:4]))
