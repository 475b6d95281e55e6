"""misbehaving.py CASE AGENT: an agent with MCP servers that misbehave, each as a row of misbehaving_server.py does."""
import asyncio
import contextlib
import hashlib
import os
import re
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "e2e"))
from bad_plugins import Caller  # noqa: E402
from harness import LIMIT, AgentHarness, until  # noqa: E402

SERVER = os.path.join(HERE, "misbehaving_server.py")
COMMAND = f"{sys.executable} {SERVER}"
SLEEP = f"1000.{os.getpid()}"
MOST = 20 << 20  # bytes of a message
SETTINGS = ["plugins.backoff_base=0.2", "plugins.backoff_cap=5", "plugins.max_failures=0", f"connection.max_message_size={MOST}",
            "execution.cancel_grace=5"]


class Row:
    """What comes of a server: how a call of its tool ends (`value`, or words of the `error`), what the log says, other settings of
    the server, other tools that it has. `tool`: by our name, without the prefix; None: it has no tool that could be called."""

    def __init__(self, value=None, error=None, log=(), tool="work", settings=(), others=(), absent=(), arguments=None):
        self.value, self.error, self.log, self.tool = value, error, [log] if isinstance(log, str) else log, tool
        self.settings, self.others, self.absent, self.arguments = settings, others, absent, arguments or {}


UNREADABLE = "the server's answer cannot be read: not valid JSON: "
NOISE = "it wrote a line that is not a message: "
ROWS = {
    "good": Row("work"),
    "silent": Row(tool=None, settings=["start_timeout=1"], log="start-timeout: did not start within 1000 ms; next try in"),
    "slow_start": Row("work"),
    "noise": Row("work", log=NOISE + "'Server listening...'"),
    "noise_flood": Row(1, log=NOISE + "'debug: x'; 10000 of these so far"),
    "noise_without_utf8": Row(1, log=NOISE + "'\ufffd\ufffd"),
    "nests": Row(1, log=NOISE + "'[["),
    "carriage_returns": Row("work"),
    "large_image": Row("data:image/png;base64," + "A" * (10 << 20)),
    "large_result": Row(error="the result has 2002 bytes, the limit is 1000", settings=["max_result_size=1000"]),
    "endless_line": Row(error="", log="it has written a line that is longer than a result may be"),
    "closes_its_input": Row(error="", log="the program was killed: it has closed its input"),
    "exits_on_an_unknown_request": Row("work"),
    "modern": Row("work", others=["later"]),
    "modern_asks_for_input": Row(error="the tool asks for input, and nobody is there to give it (UNSUPPORTED)"),
    "early_change": Row("work"),
    "wants_roots": Row(-32601),
    "pings": Row(["p", {}]),
    "asks_without_end": Row(1),
    "duplicate_names": Row("work", log="tool 'work' is left out: tool 'work' has the name duplicate_names_work", others=["other"]),
    "bad_schema": Row("work", log="a tool is left out: tools[19]: 'action::bad_schema_bad'", others=["t0", "t18"], absent=["bad"]),
    "bad_output_schema": Row("work", log="a tool is left out: tools[19]: 'action::bad_output_schema_bad': output_schema", others=["t0", "t18"], absent=["bad"]),
    "any_of_at_the_top": Row("work", arguments={"y": 1}),
    "lists_nothing": Row(tool=None, log="it has no tools"),
    "rug_pull_later": Row("work", others=["other"], settings=["pin=other=OTHER, work=WORK"], log="setting 'pin': tool 'other' is left out: its description or schema has changed"),
    "bad_tools": Row("work", log=["the tool at 0 is left out: it has no name", "tool 'none' is left out: its inputSchema is not an object"]),
    "odd_names": Row("read file", tool="read_file", others=["work"]),
    "ends_never": Row("work"),
    "leaves_children": Row("work", settings=[f"env=SLEEP={SLEEP}"]),
    "endless_pages": Row(tool=None, log="start-failed: its list of tools does not end; next try in"),
    "same_page": Row(tool=None, log="start-failed: its list of tools does not end; next try in"),
    "pages": Row("work", others=["p0", "p3"]),
    "no_list": Row(tool=None, log="start-failed: it does not list its tools: out of order; next try in"),
    "list_fails_later": Row(1, log="it wrote a list of tools that cannot be used, the one before stays: it does not list its tools: no database"),
    "list_grows": Row("work", others=["new"]),
    "changes_without_end": Row(1),
    "is_error": Row(error="no such disk (INTERNAL)"),
    "silent_error": Row(error="the tool failed and said nothing"),
    "structured_error": Row(error='{"disk":"full"} (INTERNAL)'),
    "writes_nan": Row(error=UNREADABLE, log=NOISE + '\'{"jsonrpc": "2.0", "id": 3,'),
    "lone_surrogate": Row(error=UNREADABLE + "a string has a bad escape (INTERNAL)"),
    "latin_1": Row(error=UNREADABLE + "invalid UTF-8 (INTERNAL)"),
    "nests_an_answer": Row(error=UNREADABLE + "nested deeper than 256 levels (INTERNAL)"),
    "nests_a_schema": Row("work", log="tool 'deep' is left out: not valid JSON: nested deeper than 256 levels", absent=["deep"]),
    "rpc_error": Row(error="Unknown tool (INVALID)"),
    "text_only": Row("zwei\nZeilen \u00fc"),
    "says_nothing": Row(None),
    "image": Row("data:image/png;base64,QUJD"),
    "blocks": Row([{"type": "text", "text": "a"}, {"type": "image", "mimeType": "image/png", "data": "data:image/png;base64,QUJD"}]),
    "wrapped": Row(42),
    "answers_late": Row(error="the server has neither answered nor reported progress for 2500 ms (DEADLINE)", settings=["timeout=2.5"],
                        log="it wrote an answer to a call that was given up: it is dropped"),
    "reports": Row(1, settings=["timeout=3"]),
    "reports_nonsense": Row(1),
    "crashes": Row(error="its process ended with exit code 3; the last that it wrote: my last words",
                   log="crashes: my last words"),
    "starts_the_second_time": Row("work", log="start-failed: the program ended with exit code 1 before it had told its tools"),
    "closes_its_output": Row(error=""),
    "tells_its_usage": Row(tool=None, log=[NOISE + "'usage: me'", "start-failed: the program ended with exit code 1 before it had told its tools"]),
    "speaks_to_people": Row(error="wrong key *** (INTERNAL)", settings=['fixed_arguments=\'{"key": "s3cret-of-a-model"}\'', "env=API_KEY=s3cret-of-an-operator"],
                            arguments={"x": 1}, log="ERROR: all is well; the key is *** and ***"),
    "environment": Row(settings=["args=@, \"a, b\", c", "env=KEY=v, PATH=/usr/bin:/bin"]),
    "batches": Row(1),
    "oldest_revision": Row("work"),
    "unknown_revision": Row(tool=None, log="start-failed: it speaks MCP of an unknown revision; next try in"),
    "refuses": Row(tool=None, log="start-failed: it does not tell what it can do; next try in", settings=["protocol=legacy"]),
    "answers_twice": Row(1, log="it wrote an answer to nothing that was asked"),
    "answers_others": Row(1, log="it wrote an answer to nothing that was asked"),
    "rug_pull": Row("other", tool="other", settings=["pin=work=" + "0" * 64 + ", other=OTHER, gone=" + "1" * 64], absent=["work"],
                    log=["setting 'pin': tool 'work' is left out: its description or schema has changed; work=",
                         "setting 'pin': the server has no tool 'gone'"]),
}
ROWS["refuses"].log = ["start-failed: it refuses to be initialized: licence expired; next try in"]
# The same again: its second call is answered whatever became of the first.
AGAIN = {"large_result": "x" * 10, "endless_line": 1, "crashes": 1, "closes_its_output": 1, "closes_its_input": "work", "answers_late": "in time"}


def pin_of(tool):
    text = f'{{"description":"Does {tool}.","inputSchema":{{"type":"object"}},"name":"{tool}"}}'
    return hashlib.sha256(text.encode()).hexdigest()


def settings_of(name, row, folder):
    place = os.path.join(folder, name)
    os.mkdir(place, 0o755)
    script = f'"{SERVER}", {name}'
    all = {"command": sys.executable, "args": script, "cwd": place, "prefix": f"{name}_"}
    for each in row.settings:
        key, value = each.split("=", 1)
        all[key] = value.replace("@", script).replace("OTHER", pin_of("other")).replace("WORK", pin_of("work"))
    return [f"mcp.{name}.{key}={value}" for key, value in all.items()]


def sleepers():
    found = subprocess.run(["ps", "-e", "-o", "args="], capture_output=True, text=True).stdout
    return [line for line in found.splitlines() if line == f"sleep {SLEEP}" or line.startswith(COMMAND)]


async def tools_of(caller):
    result = await caller.call("list_tools", parameters={})
    assert result["status"] == "success", result
    return {each["tool_name"]: each for each in result["result"]}


async def listed(caller, names):
    end = asyncio.get_running_loop().time() + LIMIT
    while missing := set(names) - set(await tools_of(caller)):
        assert asyncio.get_running_loop().time() < end, f"not offered: {missing}"
        await asyncio.sleep(0.05)
    return await tools_of(caller)


def check(name, row, result):
    if row.error is not None:
        assert result["status"] == "failure" and row.error in result["error"], (name, str(result)[:500])
    elif name != "environment":
        assert result["status"] == "success" and result["result"] == row.value, (name, str(result)[:500])


def check_environment(result):
    found = result["result"]
    assert found["KEY"] == "v" and found["PATH"] == "/usr/bin:/bin" and "CANARY" not in found and found["HOME"], found
    assert "AIP_SETTINGS" not in found and found["arguments"] == ["environment", "a, b", "c"], found
    assert found["folder"].endswith("/environment"), found


def check_tools(tools):
    assert tools["odd_names__2d" if "odd_names__2d" in tools else "odd_names_2d"]["title"] == "2d", tools
    renamed = tools["odd_names_read_file"]
    assert renamed["title"] == "read file" and renamed["meta"] == {"mcp/name": "read file"}, renamed
    assert renamed["namespace"] == "odd_names" and renamed["tool_type"] == "action", renamed
    assert tools["wrapped_work"]["output_schema"] == {"type": "integer"}, tools["wrapped_work"]
    hidden = tools["speaks_to_people_work"]["input_schema"]
    assert list(hidden["properties"]) == ["x"] and hidden["required"] == [], hidden


async def rows(agent, folder):
    """All servers at once, side by side; whatever they do, it is told, and the others work."""
    os.environ["CANARY"] = "secret"
    settings = [each for name, row in ROWS.items() for each in settings_of(name, row, folder)]
    empty = os.path.join(folder, "plugins")
    os.mkdir(empty)
    async with AgentHarness(agent, empty, *SETTINGS, *settings) as harness:
        socket = await harness.registered()
        caller = Caller(socket)
        working = {name: row for name, row in ROWS.items() if row.tool}
        tools = await listed(caller, [f"{name}_{each}" for name, row in working.items() for each in (row.tool, *row.others)
                                      if name not in ("list_grows",)])
        check_tools(tools)
        for name, row in ROWS.items():
            assert not any(f"{name}_{each}" in tools for each in row.absent), name
        async def call(name, row):
            result = await caller.call(f"{name}_{row.tool}", name, row.arguments)
            check(name, row, result)
            if name in AGAIN:
                again = await caller.call(f"{name}_{row.tool}", name)
                assert again["status"] == "success" and again["result"] == AGAIN[name], (name, str(again)[:500])
            if name == "environment":
                check_environment(result)
        await asyncio.gather(*(call(name, row) for name, row in working.items()))
        await listed(caller, ["list_grows_new"])
        assert (await caller.call("list_grows_new"))["result"] == "new"
        again = await caller.call("changes_without_end_work")
        assert again["result"] <= 4, again
        for name, row in ROWS.items():
            for text in row.log:
                await harness.logged(f"plugin {name}: ")
                try:
                    await until(lambda: any(f"plugin {name}: " in line and text in line for line in open(harness.log)), LIMIT)
                except AssertionError:
                    raise AssertionError(f"{name} is not told: {text}") from None
        log = open(harness.log).read()
        assert "s3cret" not in log, [line for line in log.splitlines() if "s3cret" in line]
        complaints = [line for line in log.splitlines() for name in ("good", "modern", "carriage_returns") if f"plugin {name}: " in line]
        assert not complaints, complaints
    await until(lambda: not sleepers(), LIMIT)


def agent_says(agent, *arguments):
    done = subprocess.run([agent, *arguments, "-D", "server.url=ws://127.0.0.1:1/ws", "-D", "client.id=dev"], capture_output=True, text=True,
                          timeout=LIMIT)
    return done.returncode, done.stdout + done.stderr


async def settings(agent, folder):
    """What is found without starting, and what is not shown."""
    empty = os.path.join(folder, "plugins")
    os.mkdir(empty)
    def check_of(*definitions):
        return agent_says(agent, "--check", "-D", f"plugins.directories={empty}", *(a for each in definitions for a in (("-D", each) if "=" in each else (each,))))
    code, text = check_of("mcp.files.command=no-such-program")
    assert code == 78 and "there is no program 'no-such-program' in PATH=" + os.environ["PATH"] in text, text
    code, text = check_of("mcp.files.command=no-such-program", 'mcp.files.env="PATH=/nowhere"')
    assert "in PATH=/nowhere" in text, text
    code, text = check_of("mcp.files.command=/bin/true", "mcp.files.cwd=here")
    assert code == 78 and "mcp.files.cwd" in text and "a relative path" in text and "there is no folder" in text, text
    code, text = check_of("mcp.files.comand=/bin/true")
    assert code == 78 and "did you mean 'mcp.files.command'?" in text, text
    code, text = check_of("mcp.files.cwd=/")
    assert code == 78 and "[mcp.files] has neither a command" in text, text
    code, text = check_of("mcp.9.command=/bin/true")
    assert code == 78 and "the name of a server" in text, text
    code, text = check_of("mcp.files.command=/bin/true", "plugins.trust=pinned")
    assert code == 78 and "program-outside" in text and "plugins.trust" in text, text
    code, text = check_of(f"mcp.good.command={sys.executable}", f'mcp.good.args="{SERVER}", good', "mcp.good.tools=wrok")
    assert code == 78 and "kind: MCP server (stdio)" in text, text
    assert "key 'mcp.good.tools': plugin good: setting 'tools': the server has no tool 'wrok'; did you mean 'work'?" in text, text
    code, text = check_of(f"mcp.good.command={sys.executable}", f'mcp.good.args="{SERVER}", good', "mcp.good.pin=work=" + "0" * 64)
    assert code == 78 and "AIP-509 warning: command line: key 'mcp.good.pin': plugin good: setting 'pin': tool 'work' is left out" in text, text
    code, text = check_of(f"mcp.bad.command={sys.executable}", f'mcp.bad.args="{SERVER}", bad_tools')
    assert code == 78 and "AIP-507 warning: plugin bad: tool 'none' is left out" in text and "AIP-507 warning: plugin bad: the tool at 0 is left out" in text, text
    code, text = check_of(f"mcp.good.command={sys.executable}", f'mcp.good.args="{SERVER}", good')
    assert code == 0 and re.search(r"good +mcp +ok +action::work", text), text
    code, text = check_of(*(f"mcp.{name}.{key}" for name in ("first", "second") for key in (f"command={sys.executable}", f'args="{SERVER}", good')))
    assert code == 78 and "action::work of plugin 'second' in namespace 'second' is not offered: plugin 'first' comes first" in text, text
    code, text = check_of(*(f"mcp.{name}.{key}" for name in ("first", "second") for key in (f"command={sys.executable}", f'args="{SERVER}", good')), "--mcp")
    assert code == 0, text  # both are offered there
    code, text = agent_says(agent, "--print-config", "-D", "mcp.good.command=x", "-D", "mcp.good.env=KEY=s3cret", "-D",
                            "mcp.good.fixed_arguments={\"a\": \"s3cret\"}")
    assert "s3cret" not in text and "mcp.good.env = ***" in text and "mcp.good.fixed_arguments = ***" in text, text


async def hangs(agent, folder):
    """Servers that are alive and do not answer are ended, while somebody waits for them, and started again."""
    empty = os.path.join(folder, "plugins")
    os.mkdir(empty)
    servers = [*settings_of("hangs", Row(settings=["timeout=1"]), folder), *settings_of("answers_no_calls", Row(settings=["timeout=0.3"]), folder)]
    in_time = "the server has neither answered nor reported progress for"
    async with AgentHarness(agent, empty, *SETTINGS, *servers) as harness:
        caller = Caller(await harness.registered())
        await listed(caller, ["hangs_work", "answers_no_calls_work"])
        async def fails(name, times):
            for _ in range(times):
                result = await caller.call(f"{name}_work", name)
                assert in_time in result["error"], result
        async def works_again(name):
            while (result := await caller.call(f"{name}_work", name))["status"] == "failure":
                assert "it hangs" in result["error"] or in_time in result["error"], result
            assert result["result"] == 1, result
        await asyncio.gather(fails("hangs", 2), fails("answers_no_calls", 5))
        await harness.logged("the program was killed: it hangs: 5 calls, one after the other, were not answered in time")
        await works_again("answers_no_calls")
        await harness.logged("s, not even to a ping")
        await works_again("hangs")


async def killed(agent, folder):
    """The server, then the runner's child, then the agent is killed: what is called again works, and nothing is left."""
    empty = os.path.join(folder, "plugins")
    os.mkdir(empty)
    row = Row(settings=[f"env=SLEEP={SLEEP}"])
    harness = AgentHarness(agent, empty, *SETTINGS, *settings_of("leaves_children", row, folder))
    async with harness:
        harness.ends_with = -9
        caller = Caller(await harness.registered())
        await listed(caller, ["leaves_children_work"])
        for _ in range(3):
            servers = subprocess.run(["pgrep", "-f", "^" + COMMAND], capture_output=True, text=True).stdout.split()
            for each in servers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(each), signal.SIGKILL)
            result = {"status": "failure"}
            while result["status"] == "failure":  # one that comes before the end is seen fails
                result = await caller.call("leaves_children_work")
            assert result["result"] == "work", result
            await until(lambda: len(sleepers()) == 3, LIMIT)
        caller.reader.cancel()
        harness.agent.kill()
        await until(lambda: not sleepers(), LIMIT)


async def main(case, agent):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        await {"rows": rows, "settings": settings, "killed": killed, "hangs": hangs}[case](agent, folder)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
