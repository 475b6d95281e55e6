"""remote.py CASE AGENT: an agent with MCP servers over HTTP that do something unusual, each as a row of remote_server.py does."""
import asyncio
import os
import ssl
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "e2e"))
from bad_plugins import Caller  # noqa: E402
from harness import LIMIT, AgentHarness, commands, until, usage  # noqa: E402
from large import Asker  # noqa: E402
from remote_proxy import Proxy  # noqa: E402
from remote_server import IMAGE, Server  # noqa: E402
from remote_server import ROWS as KNOWN  # noqa: E402

SETTINGS = ["plugins.backoff_base=0.2", "plugins.backoff_cap=2", "plugins.max_failures=0", "connection.max_message_size=1048576"]

# How the first and the second call end: a result, or words of an error; what the log says. None: it offers no tool.
ROWS = {
    "json_answers": (["work 1", "work 2"], None),
    "events": (["work 1", "work 2"], None),
    "large": ([("bytes, the limit is 1000",), "work 2"], None),
    "sessions": (["work 1", "work 2"], "the server has forgotten the session: another one is made"),
    "sessions_of_the_example": (["work 1", "work 2"], "the server has forgotten the session: another one is made"),
    "locked": (None, "HTTP 401: what headers_file holds does not let us in: who are you?"),
    "wants_a_header": (["work 1", "work 2"], None),
    "out_of_order": ([("the server answers with HTTP 500: out of order", "UNAVAILABLE")] * 2, None),
    "redirects": (None, "the server answers with HTTP 307: it is at 'http://127.0.0.1:1/elsewhere', and redirections are not followed"),
    "talks_html": ([("the server's answer is of the type 'text/html'",)] * 2, None),
    "cuts_the_answer": ([("",)] * 2, None),
    "ends_without_answer": ([("the server has ended its answer without a result", "UNAVAILABLE")] * 2, None),
    "resumes": (["work 1", "work 2"], None),
    "naps": ([("the server has neither answered nor reported progress for 500 ms",)] * 2, None),
    "floods": ([("an event of the server is longer than",)] * 2, None),
    "tells_of_changes": (["work 1", "work 2"], None),
    "busy_at_first": (["work 1", "work 2"], None),
    "pings": (["work 1", "work 2"], None),
    "slow": ([("the server has neither answered nor reported progress for 500 ms",), "work 1"], None),
    "modern": (["work 1", "work 2"], None),
}


def fits(result, expected):
    if isinstance(expected, tuple):
        return result["status"] == "failure" and all(words in result["error"] for words in expected)
    return result["status"] == "success" and result["result"] == expected


async def offered(caller, names):
    end = asyncio.get_running_loop().time() + LIMIT
    while True:
        result = await caller.call("list_tools", parameters={})
        missing = set(names) - {each["tool_name"] for each in result["result"]}
        if not missing:
            return
        assert asyncio.get_running_loop().time() < end, f"not offered: {missing}"
        await asyncio.sleep(0.05)


async def rows(agent, folder):
    assert set(ROWS) == set(KNOWN), set(ROWS) ^ set(KNOWN)
    server = Server()
    headers = os.path.join(folder, "headers")
    with open(os.open(headers, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        file.write("Authorization: Bearer s3cret-of-headers\n\nX-Other:  a: b\r\n")
    settings = [f"mcp.{name}.{each}" for name in ROWS
                for each in (f"url=http://127.0.0.1:{server.server_port}/{name}", f"prefix={name}_")]
    settings += [f"mcp.wants_a_header.headers_file={headers}", "mcp.slow.timeout=0.5", "mcp.naps.timeout=0.5", "mcp.large.max_result_size=1000"]
    empty = os.path.join(folder, "plugins")
    os.mkdir(empty)
    async with AgentHarness(agent, empty, *SETTINGS, *settings) as harness:
        caller = Caller(await harness.registered())
        working = {name: ends for name, (ends, _) in ROWS.items() if ends}
        await offered(caller, [f"{name}_work" for name in working])
        async def call(name, ends):
            for end in ends:
                result = await caller.call(f"{name}_work", name)
                assert fits(result, end), (name, end, str(result)[:500])
                if name == "slow":  # then it answers
                    await until(server.rows[name].closed.is_set, LIMIT)
        await asyncio.gather(*(call(name, ends) for name, ends in working.items()))
        assert server.rows["slow"].closed.is_set()
        await offered(caller, ["tells_of_changes_new", "busy_at_first_new", "modern_new"])
        assert 0 < server.rows["pings"].most <= 8, server.rows["pings"].most
        many = await asyncio.gather(*(caller.call("events_work", lane) for lane in range(100)))
        assert all(each["status"] == "success" for each in many), [each for each in many if each["status"] != "success"][:1]
        naps = await asyncio.gather(*(caller.call("naps_work", lane) for lane in range(50)))
        assert all(fits(each, ROWS["naps"][0][0]) for each in naps), naps[:1]
        runners = commands(harness.agent.pid, "aip-http-runner naps")
        assert runners
        await until(lambda: max(usage(each)["threads"] for each in runners) < 50, LIMIT)
        for name, (_, text) in ROWS.items():
            if text:
                await until(lambda: any(f"plugin {name}: " in line and text in line for line in open(harness.log)), LIMIT)
        log = open(harness.log).read()
        assert "s3cret" not in log and "\x1b" not in log, log
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                assert b"s3cret-of-headers" not in open(f"/proc/{process}/cmdline", "rb").read()
            except OSError:
                pass
    assert server.rows["sessions"].deleted.wait(LIMIT)


async def comes_later(agent, folder):
    """A server that is not there yet is tried again; one that goes away fails calls until it is back."""
    first = Server()
    port = first.server_port
    first.shutdown()
    first.server_close()
    empty = os.path.join(folder, "plugins")
    os.mkdir(empty)
    async with AgentHarness(agent, empty, *SETTINGS, f"mcp.later.url=http://127.0.0.1:{port}/json_answers") as harness:
        caller = Caller(await harness.registered())
        await harness.logged("Connection refused")
        server = Server(port)
        await offered(caller, ["work"])
        assert (await caller.call("work"))["result"] == "work 1"
        server.shutdown()
        server.server_close()
        result = await caller.call("work")
        assert result["status"] == "failure" and "Connection refused" in result["error"], result
        server = Server(port)
        assert (await caller.call("work"))["status"] == "success"


def certified(folder):
    """A server with TLS, and the file of its certificate."""
    key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", certificate, "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,DNS:server.invalid,IP:127.0.0.1"], check=True,
                   capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return Server(context=context), certificate


async def tls(agent, folder):
    """The certificate of the server counts."""
    server, certificate = certified(folder)
    empty = os.path.join(folder, "plugins")
    os.mkdir(empty)
    settings = [f"mcp.trusted.url=https://localhost:{server.server_port}/json_answers", f"mcp.trusted.ca_file={certificate}",
                f"mcp.stranger.url=https://localhost:{server.server_port}/events", "mcp.stranger.prefix=stranger_",
                f"mcp.pinned.url=https://localhost:{server.server_port}/sessions", f"mcp.pinned.ca_file={certificate}",
                "mcp.pinned.prefix=pinned_", "mcp.pinned.public_key_pin=" + "A" * 43 + "="]
    async with AgentHarness(agent, empty, *SETTINGS, *settings) as harness:
        caller = Caller(await harness.registered())
        await offered(caller, ["work"])
        assert (await caller.call("work"))["result"] == "work 1"
        await until(lambda: any("plugin stranger: " in line and "mcp.stranger.ca_file" in line for line in open(harness.log)), LIMIT)
        await until(lambda: any("plugin pinned: " in line and "mcp.pinned.public_key_pin" in line for line in open(harness.log)), LIMIT)


async def proxy(agent, folder):
    """Servers with names that only a proxy can resolve; one proxy is wanted by the settings, one by the environment."""
    plain = Server()
    secure, certificate = certified(folder)
    proxies = [Proxy(server.server_port, "device:s3cret-of-proxy") for server in (plain, secure)]
    credentials = os.path.join(folder, "credentials")
    with open(os.open(credentials, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        file.write("device:s3cret-of-proxy\n")
    empty = os.path.join(folder, "plugins")
    os.mkdir(empty)
    settings = [f"mcp.plain.url=http://server.invalid:{plain.server_port}/events", "mcp.plain.prefix=plain_",
                f"mcp.plain.http_proxy=http://127.0.0.1:{proxies[0].port}", f"mcp.plain.http_proxy_credentials_file={credentials}",
                f"mcp.secure.url=https://server.invalid:{secure.server_port}/json_answers", f"mcp.secure.ca_file={certificate}",
                f"mcp.locked.url=http://server.invalid:{plain.server_port}/sessions", "mcp.locked.prefix=locked_",
                f"mcp.locked.http_proxy=http://127.0.0.1:{proxies[0].port}"]
    os.environ["https_proxy"] = f"http://device:s3cret-of-proxy@127.0.0.1:{proxies[1].port}"
    async with AgentHarness(agent, empty, *SETTINGS, *settings) as harness:
        caller = Caller(await harness.registered())
        await offered(caller, ["plain_work", "work"])
        assert (await caller.call("plain_work"))["result"] == "work 1"
        assert (await caller.call("work"))["result"] == "work 1"
        assert all(line.startswith("CONNECT server.invalid:") for line in proxies[1].seen), proxies[1].seen
        assert any(line.startswith("POST http://server.invalid:") for line in proxies[0].seen), proxies[0].seen
        words = "wants credentials: set mcp.locked.http_proxy_credentials_file"
        await until(lambda: any("plugin locked: " in line and words in line for line in open(harness.log)), LIMIT)
        assert "s3cret" not in open(harness.log).read()


async def large(agent, folder):
    """A result that is too large is sent as a file, which the result names."""
    server = Server()
    empty = os.path.join(folder, "plugins")
    os.mkdir(empty)
    settings = ["transfer.send=true", f"mcp.large.url=http://127.0.0.1:{server.server_port}/large", "mcp.large.max_result_size=1000"]
    async with AgentHarness(agent, empty, *SETTINGS, *settings) as harness:
        asker = Asker(await harness.registered())
        await asker.offered(["work"])
        start, data, _ = await asker.file("work")
        assert data == IMAGE and start["filename"] == "work.png", start
        assert (await asker.result("work"))["result"] == "work 2"


async def main(case, agent):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        await {"rows": rows, "comes_later": comes_later, "tls": tls, "proxy": proxy, "large": large}[case](agent, folder)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
