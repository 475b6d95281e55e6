"""lazy.py AGENT: servers with `start = lazy`, run after run of one agent."""
import asyncio
import os
import sys
import tempfile

from misbehaving import SETTINGS, Caller, Row, listed, settings_of, sleepers, tools_of
from harness import LIMIT, AgentHarness, until

NAME = "counts_its_starts"
WORK, FIRST, SECOND, FIFTH = (f"{NAME}_{each}" for each in ("work", "start_1", "start_2", "start_5"))
STARTS_NOW = f"plugin {NAME}: starts now, and not with its first call: its tools are not known"


class Device:
    """One state folder, and a server that outlives the agents."""

    def __init__(self, agent, folder):
        self.agent, self.folder = agent, folder
        self.plugins = os.path.join(folder, "plugins")
        os.mkdir(self.plugins)
        self.settings = settings_of(NAME, Row(settings=["start=lazy"]), folder)
        self.kept = os.path.join(folder, "state", "mcp", f"{NAME}.tools")

    def run(self, *more):
        return AgentHarness(self.agent, self.plugins, *SETTINGS, *self.settings, f"state.directory={self.folder}/state", *more)

    def in_cwd(self, name):
        return os.path.join(self.folder, NAME, name)

    def starts(self):
        return os.path.getsize(self.in_cwd("starts")) if os.path.exists(self.in_cwd("starts")) else 0

    async def is_kept(self, tool):
        await until(lambda: os.path.exists(self.kept) and f'"{tool}"' in open(self.kept).read(), LIMIT)


async def first_run(device):
    """Nothing is known of it: it is started, and a line says so."""
    async with device.run() as harness:
        await harness.logged(f"{STARTS_NOW}: {device.kept}: No such file")
        await listed(Caller(await harness.registered()), [WORK, FIRST])
        await device.is_kept(FIRST)
    assert os.stat(device.kept).st_mode & 0o777 == 0o600
    assert os.listdir(os.path.dirname(device.kept)) == [f"{NAME}.tools"]


async def second_run(device):
    """What it had is offered, its first call starts it, and then its tools are others."""
    async with device.run() as harness:
        caller = Caller(await harness.registered())
        assert {WORK, FIRST} <= set(await tools_of(caller))
        assert device.starts() == 1 and not sleepers()
        assert (await caller.call(WORK))["result"] == "work"
        assert device.starts() == 2
        await listed(caller, [SECOND])
        assert FIRST not in await tools_of(caller)
        assert "failure" == (await caller.call(FIRST))["status"]
        await device.is_kept(SECOND)
        assert STARTS_NOW not in open(harness.log).read()


async def cannot_start(device):
    """The call says why; a later one starts it all the same."""
    open(device.in_cwd("broken"), "w").close()
    async with device.run() as harness:
        caller = Caller(await harness.registered())
        result = await caller.call(WORK)
        assert result["status"] == "failure" and "ended with exit code 7 before it had told its tools" in result["error"], result
        os.remove(device.in_cwd("broken"))
        while result["status"] == "failure":
            result = await caller.call(WORK)
        assert result["result"] == "work" and device.starts() == 3


async def starts_slowly(device):
    """The call that has started it is over long before: it goes on starting."""
    open(device.in_cwd("slow"), "w").close()
    async with device.run("execution.tool_timeout=0.5") as harness:
        caller = Caller(await harness.registered())
        result = await caller.call(WORK)
        assert result["status"] == "failure" and "DEADLINE" in result["error"], result
        await harness.logged(f"plugin {NAME} mcp started in a process of its own")
        while (result := await caller.call(WORK))["status"] == "failure":
            assert "DEADLINE" in result["error"], result
        assert result["result"] == "work" and device.starts() == 4
    os.remove(device.in_cwd("slow"))


async def is_not_trusted(device):
    """Others could have written the file, or it was listed under other pins."""
    os.chmod(device.kept, 0o666)
    async with device.run() as harness:
        await harness.logged(f"{STARTS_NOW}: {device.kept}")
        await listed(Caller(await harness.registered()), [FIFTH])
    async with device.run(f"mcp.{NAME}.pin=work={'0' * 64}") as harness:
        await harness.logged(f"{STARTS_NOW}: {device.kept}: was listed under other settings")
        await harness.logged("setting 'pin': tool 'work' is left out: its description or schema has changed")
        assert WORK not in await tools_of(Caller(await harness.registered()))


async def has_no_folder(device):
    async with device.run("state.directory=/dev/null/state") as harness:
        await harness.logged(f"plugin {NAME}: has no folder for its state: ")
        await listed(Caller(await harness.registered()), [WORK])


async def main(agent):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        device = Device(agent, folder)
        for step in (first_run, second_run, cannot_start, starts_slowly, is_not_trusted, has_no_folder):
            await step(device)
            await until(lambda: not sleepers(), LIMIT)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
