"""crashes.py AGENT BUILT: a plugin that crashes in every way; of each the agent's log has one line with the signal, the tool, the
call and the place, which addr2line turns into the function. Plugins do not dump core meanwhile, nor may they be traced."""
import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile

from harness import AgentHarness, message, receive

# Tool: the signal, how the line names the thread, the function that crashes.
ROWS = {"null": ("SIGSEGV", "in tool 'null'", "null"), "abort": ("SIGABRT", "in tool 'abort'", "abortHere"),
        "overflow": ("SIGSEGV", "in tool 'overflow'", "deeper"), "null_call": ("SIGSEGV", "in tool 'null_call'", "null_call"),
        "other_library": ("SIGSEGV", "in tool 'other_library'", "other_library"),
        "own_thread": ("SIGSEGV", "in a thread without a call; meanwhile: tool 'own_thread'", "null"),
        "together": ("SIGSEGV", "in a thread without a call; meanwhile: tool 'together'", "null"),
        "illegal": ("SIGILL" if os.uname().machine == "x86_64" else "SIGTRAP", "in tool 'illegal'", "illegal")}


def function_at(library, offset):
    """addr2line's answer."""
    output = subprocess.run(["addr2line", "-f", "-e", library, offset], capture_output=True, text=True, check=True).stdout
    return output.splitlines()[0].split(".")[0]  # deeper.isra.0


def place_in(line):
    return re.search(r"crashing\.so\+(0x[0-9a-f]+)", line)[1]


async def crashes(agent, built):
    with tempfile.TemporaryDirectory() as plugins:
        shutil.copytree(os.path.join(built, "crashing"), os.path.join(plugins, "crashing"))
        library = os.path.join(plugins, "crashing", "crashing.so")
        settings = ["profile.x.agent=LinuxAgent", "profile.x.action=Test", "plugins.backoff_base=0.001",
                    "plugins.backoff_cap=0.01", "plugins.max_failures=0", "plugins.debuggable=false"]
        async with AgentHarness(agent, plugins, *settings) as harness:
            socket = await harness.registered()
            for tool, (signal, thread, function) in ROWS.items():
                call = f"crash-of-{tool}"
                action = {"tool_name": tool, "tool_type": "action", "call_id": call, "parameters": {}}
                await socket.send(message(type="command", session_id="s", response_id=tool, actions=[action]))
                answer = await receive(socket, response=tool)
                assert answer["action_results"][0]["status"] == "failure", answer
                await harness.logged(thread)
                lines = [line for line in open(harness.log) if call in line and "+0x" in line]
                assert len(lines) == 1, (tool, lines)
                assert f"; {signal}, {thread}, call " in lines[0], lines[0]
                assert " error " in lines[0], lines[0]
                found = function_at(library, place_in(lines[0]))
                assert found == function, (lines[0], found)


asyncio.run(crashes(*sys.argv[1:]))
