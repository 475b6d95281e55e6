"""metrics.py CASE AGENT PLUGINS BUILT: what Prometheus reads of the agent, judged by its promtool."""
import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from harness import LIMIT, AgentHarness, command, message, receive, until
from service import get

if not shutil.which("promtool"):
    print("SKIPPED: promtool of Debian's package prometheus is not installed")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


async def over_tcp(port, path):
    def ask():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=LIMIT) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as failure:
            return failure.code, failure.read().decode()
    return await asyncio.to_thread(ask)


def checked(text):
    """promtool finds nothing to say."""
    judged = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
    assert judged.returncode == 0 and not judged.stderr, judged.stderr + text
    return text


def value(text, series):
    """Of a series whose labels come in any order."""
    name, _, labels = series.partition("{")
    wanted = set(filter(None, labels.rstrip("}").split(",")))
    for line in text.splitlines():
        match = re.fullmatch(r"([a-z_]+)(?:\{(.*)\})? (\S+)", line)
        if match and match[1] == name and set(filter(None, (match[2] or "").split(","))) == wanted:
            return float(match[3])
    raise AssertionError(f"no {series} in {text}")


async def port_of(harness):
    await harness.logged("metrics are served at 127.0.0.1, port ")
    return int(re.search(r"metrics are served at 127\.0\.0\.1, port (\d+)", open(harness.log).read())[1])


async def read(agent, plugins):
    with tempfile.TemporaryDirectory() as folder:
        control = f"{folder}/control.sock"
        async with AgentHarness(agent, plugins, "metrics.listen=127.0.0.1:0", f"control.socket={control}",
                                "connection.heartbeat_interval=0.2") as harness:
            port = await port_of(harness)
            assert (await over_tcp(port, "/readyz"))[0] == 503
            socket = await harness.registered()
            await until(lambda: "registered as" in open(harness.log).read(), LIMIT)
            assert await over_tcp(port, "/healthz") == (200, '{"ok":true}\n')
            assert (await over_tcp(port, "/readyz"))[0] == 200
            await socket.send(command("s", "echo CANARY"))
            await receive(socket)
            await socket.send(message(type="command", session_id="s", response_id="r2",
                                      actions=[{"tool_name": "CANARY_no_such_tool", "tool_type": "action"}]))
            await receive(socket, response="r2")
            status, text = await over_tcp(port, "/metrics")
            assert status == 200 and "CANARY" not in checked(text), text
            assert value(text, 'aip_agent_connection_state{state="listening"}') == 1
            assert value(text, "aip_agent_registrations_total") == 1
            called = 'tool="action::execute_command",namespace="BashExecutor"'
            assert value(text, f'aip_agent_calls_total{{{called},outcome="ok"}}') == 1
            assert value(text, f"aip_agent_call_duration_seconds_count{{{called}}}") == 1
            assert value(text, 'aip_agent_calls_total{tool="other",namespace="",outcome="not_found"}') == 1
            assert value(text, "aip_agent_audit_records_total") > 0
            assert 0 <= value(text, "aip_agent_heartbeat_age_seconds") < LIMIT
            await socket.close()
            await harness.registered()
            await until_value(port, "aip_agent_reconnect_seconds_count", 1)
            status, text = await asyncio.to_thread(get, control, "/metrics")
            assert status == 200 and value(checked(text), "aip_agent_registrations_total") == 2, text


async def until_value(port, series, wanted):
    for _ in range(LIMIT * 10):
        text = (await over_tcp(port, "/metrics"))[1]
        if value(text, series) == wanted:
            return checked(text)
        await asyncio.sleep(0.1)
    raise AssertionError(f"{series} is never {wanted}: {text}")


async def restarts(agent, _, built):
    """A plugin that crashes in its calls."""
    with tempfile.TemporaryDirectory() as plugins:
        shutil.copytree(os.path.join(built, "crashing"), os.path.join(plugins, "crashing"))
        async with AgentHarness(agent, plugins, "metrics.listen=127.0.0.1:0", "plugins.max_failures=2",
                                "plugins.backoff_base=0.001", "profile.x.agent=LinuxAgent", "profile.x.action=Test") as harness:
            port = await port_of(harness)
            socket = await harness.registered()
            for number in (1, 2):
                await socket.send(message(type="command", session_id="s", response_id=f"r{number}",
                                          actions=[{"tool_name": "abort", "tool_type": "action", "parameters": {}}]))
                await receive(socket, response=f"r{number}")
                text = await until_value(port, 'aip_agent_plugin_failures_total{plugin="crashing"}', number)
            assert value(text, 'aip_agent_plugin_restarts_total{plugin="crashing"}') == 1
            assert value(text, 'aip_agent_plugin_quarantined{plugin="crashing"}') == 1
            assert value(text, 'aip_agent_plugins{state="quarantined"}') == 1


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]](*sys.argv[2:5] if sys.argv[1] == "restarts" else sys.argv[2:4]))
