"""programs.py CASE AGENT SDK BUILT: an agent whose plugins are programs.

SDK is the folder sdk/ of the sources, BUILT has the examples of it."""
import asyncio
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from bad_plugins import Caller
from harness import LIMIT, AgentHarness, message, until

SETTINGS = ["profile.x.agent=LinuxAgent", "profile.x.action=Test", "plugins.backoff_base=0.001", "plugins.backoff_cap=0.01",
            "execution.cancel_grace=5", "connection.max_message_size=1048576"]

# What each tool of the program `rows` does, and how its call ends: the result, or words of the error.
ROWS = {
    "answers": ("""echo '{"a": [1, "x"]}'""", {"a": [1, "x"]}, None),
    "says_nothing": ("", None, None),
    "says_lines": ("printf '\\n 12 \\n\\n'", 12, None),
    "says_text": ("echo not json", None, ["is not a result", "it begins with 'not json'"]),
    "says_two": ("echo 1 2", None, ["it begins with '1 2'"]),
    "says_no_utf8": ("printf '\"\\377\"'", None, ["is not a result"]),
    "says_deep": ("""printf '[%.0s' $(seq 1000); printf ']%.0s' $(seq 1000)""", None, ["is not a result"]),
    "floods": ("yes 1111111111", None, ["its result has more than 1048576 bytes"]),
    "floods_progress": ("yes '1 x' >&3", None, ["bytes of progress"]),
    "floods_errors": ("head -c 20000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo at the end >&2; exit 1", None, ["at the end"]),
    "mumbles": ("echo nonsense >&3; echo 2000 >&3; printf 7 >&3; echo 1", 1, None),
    "fails": ("exit 3", None, ["ended with exit code 3"]),
    "fails_with_words": ("echo first >&2; echo no such disk >&2; exit 102", None, ["no such disk"]),
    "is_killed": ("kill -9 $$", None, ["was killed by SIGKILL"]),
    "crashes": ("echo it was >&2; kill -SEGV $$", None, ["was killed by SIGSEGV", "it was"]),
    "kills_its_group": ("kill -9 0", None, ["was killed by SIGKILL"]),
    "kills_its_keeper": ("kill -9 $PPID; exec sleep 1000", None, ["exit code 1", "closed its connection"]),
    "hangs": ("exec sleep 1000", None, ["the time given to the tool is over"]),
    "ignores_sigterm": ("trap '' TERM; while :; do sleep 1000; done", None, ["the time given to the tool is over"]),
    "stops_itself": ("kill -STOP $$", None, ["the time given to the tool is over"]),
    "leaves_a_child": ("sleep 1000 & echo 1", 1, None),
    "leaves_a_session": ("setsid sleep 1000 & (setsid setsid sh -c 'sleep 1000 & sleep 1000' &) ; sleep 0.1; echo 1", 1, None),
    "closes_all": ("exec 0<&- 1>&- 2>&- 3>&-; sleep 0.1", None, None),
    "reads_nothing": ("echo 1", 1, None),
    "tells_its_input": ("cat", {}, None),
    "tells_its_settings": ('cat "$AIP_SETTINGS"', {"word": "secret"}, None),
    "tells_their_mode": ('stat -L -c %a "$AIP_SETTINGS"', 600, None),
    "tells_its_folder": ("test -f rows.sh && test -f plugin.json && echo 1", 1, None),
    "tells_its_call": ('test -n "$AIP_CALL_ID" && test "$AIP_TOOL_TYPE" = action && test "$AIP_DEADLINE_MS" -gt 50000 && echo 1', 1, None),
    "tells_its_caller": ('echo "\\"$AIP_AGENT ${AIP_SESSION%-*} ${AIP_ROOT-nobody}\\""', "LinuxAgent tells_its_caller nobody", None),
    "tells_its_descriptors": ("echo $(ls /proc/self/fd | wc -l)", 6, None),  # 0 to 4, and that of ls
    "tells_its_signals": ("grep -E 'Sig(Blk|Ign)' /proc/self/status | grep -Evc '\\s0*(180000000)?$' || true", 0, None),  # 32, 33: glibc's
    "tells_a_secret": ("env | grep -c CANARY || true", 0, None),
}
# The process that starts the programs ends with it, and with that its other calls.
APART = {"kills_its_keeper"}
SLEEP = f"1000.{os.getpid()}"  # whose sleepers they are
SLOW = {"hangs", "ignores_sigterm", "stops_itself"}


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def tool(name, **more):
    return {"name": name, "type": "action", "namespace": "Test", "input_schema": {"type": "object"}, **more}


def install(folder, id, script, tools, **more):
    """A plugin of one file."""
    os.mkdir(os.path.join(folder, id), 0o755)
    path = os.path.join(folder, id, more.pop("name", f"{id}.sh"))
    with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o755), "w") as file:
        file.write(script.replace("sleep 1000", f"sleep {SLEEP}").replace('"sleep", "1000"', f'"sleep", "{SLEEP}"'))
    name = os.path.basename(path)
    manifest = {"schema_version": 1, "id": id, "version": "1.0.0", "command": [f"./{name}"], "protocol": "exec",
                "files": [{"name": name, "sha256": sha256(path)}], "tools": tools, **more}
    with open(os.path.join(folder, id, "plugin.json"), "w") as file:
        json.dump(manifest, file)
    return path


def install_rows(folder):
    cases = "".join(f"{name})\n{script}\n;;\n" for name, (script, _, _) in ROWS.items())
    tools = [tool(name, timeout_seconds=1 if name in SLOW else LIMIT) for name in ROWS]
    settings = {"type": "object", "properties": {"word": {"type": "string"}}}
    return install(folder, "rows", f"#!/bin/bash\ncase $1 in\n{cases}esac\n", tools, concurrency=4, settings=settings)


def fits(name, result):
    _, value, words = ROWS[name]
    if words is None:
        return result["status"] == "success" and result["result"] == value
    return result["status"] == "failure" and any(each in result["error"] for each in words)


def sleepers():
    found = subprocess.run(["ps", "-e", "-o", "args="], capture_output=True, text=True).stdout
    return [line for line in found.splitlines() if line == f"sleep {SLEEP}"]


async def rows(agent, folder, sdk, _):
    """Every row has exactly one answer: Caller fails on a second one. Four at once, and what they leave is gone."""
    script = install_rows(folder)
    os.environ["CANARY"] = "secret"
    async with AgentHarness(agent, folder, *SETTINGS, "plugin.rows.word=secret") as harness:
        caller = Caller(await harness.registered())
        results = await asyncio.gather(*(caller.calls(name, 3, 2) for name in ROWS if name not in APART))
        unfit = [each for all in results for each in all if not fits(each["call_id"].split("-")[0], each)]
        assert not unfit, unfit
        for name in APART:
            result = await caller.call(name)
            assert fits(name, result), (name, result)
        await until(lambda: not sleepers(), LIMIT)
        assert (await caller.call("answers"))["status"] == "success"
        with open(script, "a") as file:
            file.write("# edited\n")
        result = await caller.call("answers")
        assert result["status"] == "failure" and "hash-mismatch: rows.sh" in result["error"], result


async def hash_refused(agent, folder, sdk, _):
    """Edited between the gate and the first start."""
    script = install_rows(folder)
    async with AgentHarness(agent, folder, *SETTINGS, "plugin.rows.word=x") as harness:
        caller = Caller(await harness.registered())
        with open(script, "a") as file:
            file.write("# edited\n")
        result = await caller.call("answers")
        assert "is failed: hash-mismatch: rows.sh is not the file" in result["error"], result


async def cancelled(agent, folder, sdk, _):
    """The end of a task terminates the program, and it may clean up."""
    mark = os.path.join(folder, "mark")
    install(folder, "cancelled", f"#!/bin/bash\ntrap 'echo cleaned > {mark}; exit 1' TERM\necho begun > {mark}\nsleep 1000 & wait\n",
            [tool("hang")])
    async with AgentHarness(agent, folder, *SETTINGS) as harness:
        socket = await harness.registered()
        caller = Caller(socket)
        call = asyncio.create_task(caller.call("hang"))
        await until(lambda: os.path.exists(mark) and open(mark).read() == "begun\n", LIMIT)
        await socket.send(message(type="task_end", session_id="hang-0", task_name="t"))
        await until(lambda: open(mark).read() == "cleaned\n", LIMIT)
        await until(lambda: not sleepers(), LIMIT)
        call.cancel()


KEEPER = """#!/bin/bash
cd "$AIP_STATE_DIR"
echo $1 >> calls
echo "[\\"$(wc -l < calls)\\", \\"$(stat -c %a .)\\", \\"$AIP_PLUGIN_DIR\\", \\"VERSION\\"]"
"""


async def state(agent, folder, sdk, _):
    """A folder of its own, outside its files, that an upgrade leaves as it is; no other plugin's, and none without a place."""
    install(folder, "keeper", KEEPER.replace("VERSION", "1"), [tool("keep")])
    install(folder, "other", '#!/bin/bash\nls -A "$AIP_STATE_DIR" | wc -l\n', [tool("look")])
    async with AgentHarness(agent, folder, *SETTINGS) as harness:
        caller = Caller(await harness.registered())
        own = os.path.realpath(os.path.join(folder, "keeper"))
        assert [each["result"] for each in await caller.calls("keep", 2)] == [["1", "700", own, "1"], ["2", "700", own, "1"]]
        shutil.rmtree(own)
        install(folder, "keeper", KEEPER.replace("VERSION", "2"), [tool("keep")], version="2.0.0")
        harness.agent.send_signal(signal.SIGHUP)
        async def upgraded():
            while (result := await caller.call("keep"))["status"] == "failure" or result["result"][3] == "1":
                pass
            return result["result"]
        count, mode, place, _ = await asyncio.wait_for(upgraded(), LIMIT)
        assert int(count) >= 3 and (mode, place) == ("700", own), (count, mode, place)
        assert (await caller.call("look"))["result"] == 0
        kept = os.path.join(harness.folder.name, "state", "plugins", "keeper", "calls")
        assert len(open(kept).readlines()) == int(count)
    with open(os.path.join(folder, "no_folder"), "w"):
        pass
    async with AgentHarness(agent, folder, *SETTINGS, f"state.directory={folder}/no_folder") as harness:
        caller = Caller(await harness.registered())
        assert (await caller.call("look"))["status"] == "success"
        await harness.logged("has no folder for its state: ")


async def isolation(agent, folder, sdk, _):
    """One process for each call of the runner, too; and never in the agent."""
    install(folder, "one", "#!/bin/bash\necho $PPID\n", [tool("one")])
    install(folder, "two", "#!/bin/bash\necho 1\n", [tool("two")])
    settings = ["plugin.one.isolation=per_call", "plugin.two.isolation=in_process"]
    async with AgentHarness(agent, folder, *SETTINGS, *settings) as harness:
        caller = Caller(await harness.registered())
        results = await caller.calls("one", 3)
        assert all(each["status"] == "success" for each in results), results
        await harness.logged("plugin two: refused: isolation-unsuitable: a program cannot run in the agent")
    listed = subprocess.run([agent, "--list-plugins", "-D", "server.url=ws://127.0.0.1:1/ws", "-D", "client.id=dev", "-D",
                             f"plugins.directories={folder}", "-D", "profile.x.agent=A", "-D", "profile.x.action=Test"],
                            capture_output=True, text=True).stdout
    assert listed.count("kind: program (exec)") == 2, listed


# What the program `talks` does with a call: `answer(value)` is what a good one does. And how the call ends.
TALKS = {
    "answers": ("answer(7)", 7, None),
    "answers_twice": ("answer(1); answer(2)", 1, None),
    "answers_others": ("send({'id': 4711, 'result': {}}); send({'id': str(id), 'result': {}}); send({'id': -1}); answer(1)", 1, None),
    "answers_with_text": ("send({'id': id, 'result': {'content': [{'type': 'text', 'text': 'x'}]}})", "x", None),
    "answers_nothing": ("send({'id': id, 'result': None})", None, None),
    "reports": ("for i in range(1000): send({'method': 'notifications/progress', 'params': {'progressToken': id, 'progress': i}})\n"
                "answer(1)", 1, None),
    "asks": ("for i in range(2000): send({'id': i, 'method': 'ping'})\nanswer(1)", 1, None),
    "mumbles": (r"raw('hello\n' * 1000 + '\n\n[]\n7\n\"x\n\xff\n'); answer(1)", 1, None),
    "nests": (r"raw('[' * 100000 + '\n'); answer(1)", 1, None),
    "fails": ("send({'id': id, 'result': {'isError': True, 'content': [{'type': 'text', 'text': 'no disk'}]}})", None, ["no disk"]),
    "refuses": ("send({'id': id, 'error': {'code': -32602, 'message': 'no such thing'}})", None, ["no such thing"]),
    "is_too_long": ("answer('x' * 1100000)", None, ["bytes"]),
    "tells_its_caller": ("answer([parameters['_meta'].get('aip/' + each) for each in ('agent', 'root')])", ["LinuxAgent", None], None),
    "sleeps": ("pass", None, ["the time given to the tool is over"]),
}
# Each of these ends the program, and with it its other calls.
LETHAL = {
    "never_ends_a_line": ("raw('x' * 5000000); time.sleep(1000)", ["longer than a result may be", "exit code 1"]),
    "exits": ("os._exit(3)", ["exit code 3"]),
    "exits_well": ("os._exit(0)", ["exit code 0", "closed its connection"]),
    "crashes": ("os.kill(os.getpid(), 11)", ["SIGSEGV"]),
    "closes_its_output": ("os.close(1); time.sleep(1000)", ["SIGKILL", "closed its connection"]),
    "hangs": ("time.sleep(1000)", ["the time given to the tool is over"]),
    "is_stopped": ("os.kill(os.getpid(), 19)", ["the time given to the tool is over"]),
}
SERVER = r"""#!/usr/bin/python3
import json, os, subprocess, sys, time
subprocess.Popen(["setsid", "sleep", "1000"], stdout=subprocess.DEVNULL)
def raw(text):
    data = text.encode("latin-1")
    while data: data = data[os.write(1, data):]
def send(message): raw(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
tools = %s
for line in sys.stdin:
    message = json.loads(line)
    id, method, parameters = message.get("id"), message.get("method"), message.get("params")
    if method == "initialize": send({"id": id, "result": {"protocolVersion": "2025-06-18"}})
    elif method == "tools/list": send({"id": id, "result": {"tools": [{"name": each} for each in tools]}})
    elif method == "ping": send({"id": id, "result": {}})
    elif method == "notifications/cancelled": send({"id": parameters["requestId"], "error": {"code": 0, "message": "cancelled"}})
    elif method == "tools/call":
        def answer(value): send({"id": id, "result": {"content": [], "structuredContent": value}})
        exec(tools[parameters["name"]])
"""


def install_talks(folder, id, rows):
    tools = [tool(name, timeout_seconds=1 if name in ("sleeps", "hangs", "is_stopped") else LIMIT) for name in rows]
    install(folder, id, SERVER % repr({name: row[0] for name, row in rows.items()}), tools, protocol="stdio",
            concurrency=4, name=f"{id}.py")


async def stdio(agent, folder, sdk, _):
    """One process answers all calls, four at once; a hostile one is bounded, and started again like any plugin."""
    install_talks(folder, "talks", TALKS)
    install_talks(folder, "dies", LETHAL)
    async with AgentHarness(agent, folder, *SETTINGS, "plugins.max_failures=0") as harness:
        caller = Caller(await harness.registered())
        results = await asyncio.gather(*(caller.calls(name, 5, 2) for name in TALKS))
        for (name, (_, value, words)), all in zip(TALKS.items(), results):
            for each in all:
                good = (each["status"] == "success" and each["result"] == value) if words is None else (
                    each["status"] == "failure" and any(word in each["error"] for word in words))
                assert good, (name, each)
        started = open(harness.log).read().count("plugin talks 1.0.0 started")
        assert started == 1, started
        for name, (_, words) in LETHAL.items():
            for _ in range(2):
                result = await caller.call(name)
                assert result["status"] == "failure" and any(word in result["error"] for word in words), (name, result)
    await until(lambda: not sleepers(), LIMIT)


PYTHON = '''#!/usr/bin/python3
import aip

@aip.action(namespace="Test")
def py_PROTOCOL(call: aip.Call, words: list[str], times: int = 2) -> dict:
    """Repeats."""
    print("noise")
    call.progress(500, "half")
    if not words:
        raise aip.Error(aip.NOT_FOUND, "no words")
    if words == ["odd"]:
        raise ValueError("odd word")
    return {"all": words * times, "word": aip.settings()["word"], "asker": call.agent + call.root}

aip.run(protocol="PROTOCOL", concurrency=4, settings={"type": "object", "properties": {"word": {"type": "string"}}})
'''
NODE = '''#!/usr/bin/env node
import { action, run, settings, AipError } from "./aip.mjs";

action("js_PROTOCOL", "Repeats.", { words: "string[]", times: { type: "integer", default: 2 } }, ({ words, times }, call) => {
    console.log("noise");
    call.progress(500, "half");
    if (!words.length) {
        throw new AipError("NOT_FOUND", "no words");
    }
    if (words[0] == "odd") {
        throw new RangeError("odd word");
    }
    return { all: Array(times).fill(words).flat(), word: settings().word, asker: call.agent + call.root };
}, { namespace: "Test" });
run({ protocol: "PROTOCOL", concurrency: 4, settings: { type: "object", properties: { word: { type: "string" } } } });
'''


def install_library(folder, name, protocol, source, ending, library):
    place = os.path.join(folder, name)
    os.mkdir(place, 0o755)
    shutil.copy(library, place)
    with open(os.open(os.path.join(place, f"{name}.{ending}"), os.O_CREAT | os.O_WRONLY, 0o755), "w") as file:
        file.write(source.replace("PROTOCOL", protocol))
    manifest = subprocess.run([f"./{name}.{ending}", "--manifest"], cwd=place, capture_output=True, text=True, check=True)
    with open(os.path.join(place, "plugin.json"), "w") as file:
        file.write(manifest.stdout)


async def libraries(agent, folder, sdk, _):
    """aip.py and aip.mjs, in both protocols."""
    kinds = {"py": (PYTHON, "py", os.path.join(sdk, "python/aip.py"))}
    if shutil.which("node"):
        kinds["js"] = (NODE, "mjs", os.path.join(sdk, "node/aip.mjs"))
    names = []
    for kind, row in kinds.items():
        for protocol in ("exec", "stdio"):
            names.append(f"{kind}_{protocol}")
            install_library(folder, names[-1], protocol, *row)
    async with AgentHarness(agent, folder, *SETTINGS, *(f"plugin.{name}.word=w" for name in names)) as harness:
        caller = Caller(await harness.registered())
        for name in names:
            result = await caller.call(name, parameters={"words": ["a\n", "\u00e9"]})
            assert result["result"] == {"all": ["a\n", "\u00e9"] * 2, "word": "w", "asker": "LinuxAgent"}, result
            for words, error in (([], "no words"), (["odd"], "odd word")):
                result = await caller.call(name, parameters={"words": words})
                assert result["status"] == "failure" and error in result["error"], result
            many = await asyncio.gather(*(caller.call(name, lane, {"words": [str(lane)]}) for lane in range(20)))
            assert [each["result"]["all"] for each in many] == [[str(lane)] * 2 for lane in range(20)], many


async def examples(agent, folder, sdk, built):
    """Those of the SDK work, and its README shows them as they are."""
    readme = open(os.path.join(sdk, "README.md")).read()
    calls = {"disk_usage": ("usage", {"path": "/"}, lambda result: result["size"] > 0),
             "words_python": ("count", {"text": "a b a c a b", "most": 2}, lambda result: result == {"a": 3, "b": 2}),
             "words_node": ("longest", {"text": "a ccc bb"}, lambda result: result == ["ccc", "bb", "a"])}
    for name in list(calls):
        if not os.path.exists(os.path.join(built, name, "plugin.json")):
            print(f"{name} cannot run here")
            del calls[name]
            continue
        shutil.copytree(os.path.join(built, name), os.path.join(folder, name))
        os.chmod(os.path.join(folder, name), 0o755)
    for name in ("words_python/words.py", "words_node/words.mjs"):
        assert open(os.path.join(sdk, "examples", name)).read() in readme, f"sdk/README.md does not show {name}"
    settings = ["profile.x.agent=LinuxAgent", "profile.x.action=Test", "profile.x.data_collection=Disk, Words, NodeWords"]
    async with AgentHarness(agent, folder, *settings) as harness:
        caller = Caller(await harness.registered())
        for tool_name, parameters, good in calls.values():
            result = await caller.call(tool_name, parameters=parameters, kind="data_collection")
            assert result["status"] == "success" and good(result["result"]), result


CASES = {"rows": rows, "hash_refused": hash_refused, "cancelled": cancelled, "state": state, "isolation": isolation, "stdio": stdio,
         "libraries": libraries, "examples": examples}


async def main(case, agent, sdk, built):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        await CASES[case](agent, folder, sdk, built)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
