"""doctor.py CASE AGENTCTL PLUGINS: faults, each set up for real, and the codes by which the agent and aip-agentctl name them.

CASE is `faults` (aip-agent --check, the doctor without an agent, and with a running one where it runs with the fault), `lone`
(those that need a namespace or a limit of their own), `bundle` (what support gets holds no secret).
"""
import asyncio
import base64
import contextlib
import hashlib
import json
import os
import resource
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
from email.utils import formatdate

CASE, AGENTCTL, PLUGINS = sys.argv[1:4]
AGENT = os.path.join(os.path.dirname(AGENTCTL), "aip-agent")
LIMIT = 60


class Place:
    """A folder with what a fault needs, and the servers that play their parts in it."""

    def __init__(self, folder):
        self.folder = folder
        self.servers = []
        self.token = self.write("token", "canary-of-the-token", 0o600)
        self.settings = {"server.token_file": self.token, "client.id": "dev", "plugins.directories": PLUGINS,
                         "connection.connect_timeout": "5", "connection.registration_timeout": "1",
                         "connection.backoff_base": "0.2", "connection.backoff_cap": "0.2", "connection.duplicate_id_wait": "0.2",
                         "state.directory": self.make("state"), "control.socket": self.path("control.sock")}

    def path(self, name):
        return os.path.join(self.folder, name)

    def make(self, name, mode=0o700):
        os.mkdir(self.path(name))
        os.chmod(self.path(name), mode)
        return self.path(name)

    def write(self, name, content, mode=0o600):
        with open(os.open(self.path(name), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, mode), "w") as file:
            file.write(content)
        os.chmod(self.path(name), mode)
        return self.path(name)

    async def listen(self, serve, scheme="ws", path="/ws", **how):
        server = await asyncio.start_server(serve, "127.0.0.1", 0, **how)
        self.servers.append(server)
        return f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}{path}"

    def certificate(self, name="own", host="IP:127.0.0.1", dates=("20200101000000Z", "20490101000000Z")):
        """Signed by itself, valid between these dates."""
        conf = self.write(f"{name}.cnf", f"[ca]\ndefault_ca=c\n[c]\ndatabase={self.path(name)}.index\nserial={self.path(name)}.serial\n"
                          f"new_certs_dir={self.folder}\npolicy=p\ndefault_md=sha256\nx509_extensions=e\n[p]\ncommonName=supplied\n"
                          f"[e]\nsubjectAltName={host}\n")
        self.write(f"{name}.index", "")
        self.write(f"{name}.serial", os.urandom(8).hex().replace("00", "01") + "\n")
        key, request, file = (self.path(f"{name}.{end}") for end in ("key", "csr", "pem"))
        for words in (["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj", "/CN=test", "-keyout", key, "-out", request],
                      ["ca", "-batch", "-selfsign", "-notext", "-config", conf, "-keyfile", key, "-in", request, "-out", file,
                       "-startdate", dates[0], "-enddate", dates[1]]):
            subprocess.run(["openssl", *words], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file, key)
        return file, context

    def defines(self):
        return [f"--define={key}={value}" for key, value in self.settings.items()]

    def close(self):
        for server in self.servers:
            server.close()


def raw(answer):
    """A server that reads a request and answers with these bytes."""
    async def serve(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
            await reader.read()
        writer.close()
    return serve


def http(status, *fields):
    return raw("\r\n".join([f"HTTP/1.1 {status} x", "Content-Length: 0", *fields, "", ""]).encode())


def upgrading(date):
    """Accepts the WebSocket, with this Date, and says nothing more."""
    async def serve(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            key = next(line.split(": ")[1] for line in head.split("\r\n") if line.startswith("Sec-WebSocket-Key"))
            accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
            writer.write(f"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n"
                         f"Date: {date}\r\n\r\n".encode())
            await reader.read()
        writer.close()
    return serve


async def silent(reader, writer):
    with contextlib.suppress(ConnectionError):
        await reader.read()
    writer.close()


async def unused(place):
    """An address at which nobody listens, and which nobody else gets meanwhile."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    place.servers.append(held)
    return f"ws://127.0.0.1:{held.getsockname()[1]}/ws"


# Faults: each prepares a place. `starts`: the agent runs with it.

def configured(text, name="a.ini", mode=0o600):
    async def prepare(place):
        place.settings["server.url"] = await unused(place)
        place.config = place.write(name, text, mode)
    return prepare


def setting(**settings):
    async def prepare(place):
        place.settings["server.url"] = await unused(place)
        place.settings.update({key.replace("__", "."): value.format(folder=place.folder) for key, value in settings.items()})
    return prepare


def answered(serve, **settings):
    async def prepare(place):
        place.settings["server.url"] = await place.listen(serve)
        place.settings.update({key.replace("__", "."): value for key, value in settings.items()})
    return prepare


async def unknown_name(place):
    place.settings.update({"server.url": "ws://no-such-host.invalid/ws", "server.allow_plaintext": "true"})


async def refused(place):
    place.settings["server.url"] = await unused(place)


async def silent_tls(place):
    place.settings["server.url"] = await place.listen(silent, "wss")


async def plain_there(place):
    async def speaks(reader, writer):
        writer.write(b"SSH-2.0-x\r\n")
        with contextlib.suppress(ConnectionError):
            await writer.drain()
            await reader.read()
        writer.close()

    place.settings["server.url"] = await place.listen(speaks, "wss")


def secured(trusted="own", pin=None, **how):
    async def prepare(place):
        files = {"own": await asyncio.to_thread(place.certificate, "own", **how)}
        if trusted != "own":
            files[trusted] = await asyncio.to_thread(place.certificate, trusted)
        place.settings["server.url"] = await place.listen(http(404), "wss", ssl=files["own"][1])
        place.settings["server.ca_file"] = files[trusted][0]
        if pin:
            place.settings["server.public_key_pin"] = pin
    return prepare


async def wants_a_certificate(place):
    file, context = await asyncio.to_thread(place.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(file)
    place.settings.update({"server.url": await place.listen(http(404), "wss", ssl=context), "server.ca_file": file})


async def proxy_refuses(place):
    url = await place.listen(http(407))
    place.settings.update({"server.url": "ws://server.invalid/ws", "server.allow_plaintext": "true",
                           "connection.http_proxy": url.replace("ws://", "http://").replace("/ws", "")})


async def token_for_all(place):
    os.chmod(place.token, 0o644)
    place.settings["server.url"] = await unused(place)


async def no_token(place):
    os.remove(place.token)
    place.settings["server.url"] = await unused(place)


async def shared_folder(place):
    place.settings["server.url"] = await unused(place)
    place.make("shared", 0o777)
    place.config = place.write("shared/a.ini", "[log]\nlevel = info\n")


async def foreign_plugin(place):
    place.settings["server.url"] = await unused(place)
    shutil.copytree(os.path.join(PLUGINS, "shell"), os.path.join(place.make("plugins"), "shell"))
    os.chmod(place.path("plugins/shell"), 0o777)
    place.settings["plugins.directories"] = place.path("plugins")


async def no_plugins(place):
    place.settings.update({"server.url": await unused(place), "plugins.directories": place.make("none")})


FAULTS = {
    # name: (prepare, code, the agent starts)
    "garbage": (configured("[log\nlevel = warn\n"), "AIP-101", False),
    "unknown_key": (configured("[log]\nlevle = warn\n"), "AIP-102", False),
    "wrong_value": (configured("[log]\nlevel = loud\n"), "AIP-103", False),
    "without_effect": (configured("[log]\nmax_files = 7\n"), "AIP-104", True),
    "contradiction": (setting(connection__backoff_base="10", connection__backoff_cap="5"), "AIP-105", True),
    "no_token": (no_token, "AIP-201", False),
    "token_for_all": (token_for_all, "AIP-202", False),
    "configuration_for_all": (configured("[log]\nlevel = info\n", mode=0o666), "AIP-202", False),
    "log_in_proc": (setting(log__file="/proc/agent.log"), "AIP-203", False),
    "shared_folder": (shared_folder, "AIP-209", True),
    "unknown_name": (unknown_name, "AIP-302", True),
    "refused": (refused, "AIP-304", True),
    "proxy_refuses": (proxy_refuses, "AIP-315", True),
    "plain_there": (plain_there, "AIP-321", True),
    "silent_tls": (silent_tls, "AIP-322", True),
    "untrusted": (secured("other"), "AIP-324", True),
    "other_name": (secured(host="DNS:b.example"), "AIP-325", True),
    "other_key": (secured(pin="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), "AIP-326", True),
    "expired": (secured(dates=("20200101000000Z", "20210101000000Z")), "AIP-327", True),
    "not_yet_valid": (secured(dates=("20480101000000Z", "20490101000000Z")), "AIP-328", True),
    "wants_a_certificate": (wants_a_certificate, "AIP-329", True),
    "tls_there": (answered(raw(b"\x15\x03\x01\x00\x02\x02\x46")), "AIP-341", True),
    "page": (answered(http(200)), "AIP-346", True),
    "other_path": (answered(http(404)), "AIP-347", True),
    "server_fails": (answered(http(503)), "AIP-351", True),
    "token_refused": (answered(http(401)), "AIP-352", True),
    "clock_behind": (answered(upgrading(formatdate(time.time() + 3600, usegmt=True))), "AIP-372", True),
    "no_plugins": (no_plugins, "AIP-501", True),
    "foreign_plugin": (foreign_plugin, "AIP-504", True),
    "plugin_value": (setting(plugin__shell__output_limit="big"), "AIP-508", True),
    "not_installed": (setting(plugin__backup__enabled="false"), "AIP-510", True),
}


async def run(*words, **how):
    process = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)
    out, err = await asyncio.wait_for(process.communicate(), LIMIT)
    assert b"canary" not in out + err, (words, out, err)
    return process.returncode, out.decode(), err.decode()


def arguments(place):
    return ([f"--config={place.config}"] if hasattr(place, "config") else []) + place.defines()


def codes(out):
    found = json.loads(out)["findings"]
    assert all(each["cure"] and each["text"] for each in found), found
    return {each["code"] for each in found if each["severity"] != "note"}


async def checks(place, code, *before):
    """The same from the agent that does not run, from it as text, and from the doctor."""
    result, out, err = await run(*before, AGENT, "--check", "--connect", "--json", *arguments(place))
    assert code in codes(out) and result in (69, 78), (code, result, out, err)
    _, out, err = await run(*before, AGENT, "--check", "--connect", *arguments(place))
    assert f"{code} " in out + err, (code, out, err)
    result, out, err = await run(*before, AGENTCTL, "doctor", "--json", f"--socket={place.path('none.sock')}", *arguments(place))
    assert code in codes(out) and result == 1, (code, result, out, err)
    result, out, err = await run(*before, AGENTCTL, "doctor", f"--socket={place.path('none.sock')}", *arguments(place))
    assert f"{code} " in out and "no agent runs here" in err and result == 1, (code, result, out, err)


@contextlib.asynccontextmanager
async def running(place, **how):
    log = open(place.path("output"), "w")
    agent = await asyncio.create_subprocess_exec(AGENT, *arguments(place), stdout=log, stderr=log, **how)
    try:
        yield agent
    finally:
        if agent.returncode is None:
            agent.send_signal(signal.SIGKILL)
        await agent.wait()
        log.close()


async def ask(place, *words):
    return await run(AGENTCTL, *words, f"--socket={place.path('control.sock')}")


async def tells(place, code):
    """The running agent, as soon as it knows."""
    end = time.monotonic() + LIMIT
    while True:
        result, out, err = await ask(place, "doctor", "--json")
        if result != 69 and code in codes(out):
            assert result == 1, (result, out)
            return out
        assert time.monotonic() < end, (code, out, err, open(place.path("output")).read())
        await asyncio.sleep(0.05)


async def fault(name):
    prepare, code, starts = FAULTS[name]
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder)
        try:
            await prepare(place)
            await checks(place, code)
            if starts:
                async with running(place):
                    await tells(place, code)
        except Exception as failure:
            raise AssertionError(f"{name}: {failure}") from failure
        finally:
            place.close()
    print(name, code, flush=True)


async def faults():
    waiting = list(FAULTS)

    async def work():
        while waiting:
            await fault(waiting.pop())
    await asyncio.gather(work(), work(), work())


async def well():
    """With nothing wrong, nothing is found but notes."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder)
        place.settings["server.url"] = await place.listen(upgrading(formatdate(usegmt=True)))
        result, out, _ = await run(AGENT, "--check", "--connect", "--json", *arguments(place))
        assert codes(out) == set() and result == 0, (result, out)
        result, out, _ = await run(AGENTCTL, "doctor", f"--socket={place.path('none.sock')}", *arguments(place))
        assert "nothing is wrong" in out and result == 0, (result, out)
        place.close()


async def usual():
    """Nothing is said of a configuration: the user's own, for root and without one that of the system."""
    with tempfile.TemporaryDirectory() as folder:
        mine = os.path.join(folder, "aip-agent", "aip-agent.ini")
        os.mkdir(os.path.dirname(mine))
        with open(mine, "w") as file:
            file.write("[server]\nurl = ftp://127.0.0.1/\n")
        looks = (AGENTCTL, "doctor", f"--socket={folder}/none.sock")
        _, out, err = await run(*looks, env={**os.environ, "XDG_CONFIG_HOME": folder})
        if os.geteuid() == 0:
            assert "/etc/aip-agent/aip-agent.ini" in err, err
        else:
            assert f" finds with {mine}\n" in err and mine in out, (out, err)
        result, out, err = await run(*looks, f"--config={mine}")
        assert f" finds with {mine}\n" in err and mine in out and result == 1, (result, out, err)
        assert " finds with --define alone\n" in (await run(*looks, "--define=server.url=ftp://127.0.0.1/"))[2]


async def few_descriptors():
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder)
        place.settings["server.url"] = await unused(place)
        limit = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (66, 66))}
        _, out, err = await run(AGENT, "--check", "--json", *arguments(place), **limit)
        assert "AIP-211" in codes(out), (out, err)
        async with running(place, **limit):
            await tells(place, "AIP-211")


async def in_a_namespace(kind, script, code, settings):
    if subprocess.run(["unshare", kind, "true"], capture_output=True).returncode != 0:
        return print(f"SKIPPED {code}: no namespace")
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder)
        place.settings.update({key: value.format(folder=folder) for key, value in settings.items()})
        place.make("full")
        await checks(place, code, "unshare", kind, "sh", "-c", script.format(folder=folder) + ' && exec "$@"', "sh")


async def locked():
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder)
        place.settings["server.url"] = await unused(place)
        async with running(place) as agent:
            await tells(place, "AIP-304")
            result, out, err = await ask(place, "lock", "--reason=drill")
            assert result == 0, (out, err)
            assert "drill" in await tells(place, "AIP-601")
            place.config = place.write("a.ini", "x")
            assert agent.returncode is None


async def wrong_after_a_reload():
    """What is written now is not what runs: the running agent tells of it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder)
        place.settings["server.url"] = await unused(place)
        place.config = place.write("a.ini", "[log]\nlevel = info\n")
        async with running(place) as agent:
            await tells(place, "AIP-304")
            place.write("a.ini", "[log]\nlevle = info\n")
            agent.send_signal(signal.SIGHUP)
            await tells(place, "AIP-102")


async def lone():
    await well()
    await usual()
    await few_descriptors()
    await in_a_namespace("-n", "ip link set lo up 2>/dev/null; true", "AIP-303",
                         {"server.url": "ws://192.0.2.1/ws", "server.allow_plaintext": "true"})
    await in_a_namespace("-m", "mount -t tmpfs -o size=1m none {folder}/full", "AIP-210",
                         {"server.url": "ws://127.0.0.1:1/ws", "log.file": "{folder}/full/agent.log"})
    await locked()
    await wrong_after_a_reload()


SECRETS = ("canary-of-the-token", "canary-header", "canary-env", "canary-other", "canary-fixed", "canary-argument", "canary-plugin",
           "canary-metadata", "canary-feed", "canary-proxy", "canary-variable", "canary-key-of-mcp-clients")


def judge(file, running):
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    with tarfile.open(file) as bundle:
        names = set(bundle.getnames())
        texts = {name: bundle.extractfile(name).read() for name in names}
    wanted = {"configuration.txt", "versions.json", "log.txt", "audit.json", "findings.json"}
    assert names == wanted | ({"status.json", "plugins.json"} if running else set()), names
    for name, text in texts.items():
        assert b"canary" not in text, (name, text)
    assert b"a line that is no secret" in texts["log.txt"], texts["log.txt"]
    assert b"client.id = dev" in texts["configuration.txt"], texts["configuration.txt"]
    assert json.loads(texts["versions.json"])["aip-agent"]
    heads = json.loads(texts["audit.json"])["chains"]
    assert all(head["file"].endswith(".jsonl") for head in heads), heads  # not their FILE.lock
    assert not running or any(":" in each["last"] for each in heads), heads
    json.loads(texts["findings.json"])
    return texts


async def bundle():
    """Secrets in every place, in none of the files; with a running agent and without."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder)
        place.settings["server.url"] = await place.listen(http(403))
        log = place.write("agent.log", "".join(f"someone said {secret} here\n" for secret in SECRETS) + "a line that is no secret\n" +
                          "GET /x?token=canary-query\nAuthorization: Bearer canary-bearer\n")
        headers = place.write("headers", "Authorization: Bearer canary-header\n")
        proxy = place.write("proxy", "user:canary-proxy")
        key = place.write("key", "canary-key-of-mcp-clients")
        place.config = place.write("a.ini", f"""
[log]
file = {log}
[connection]
http_proxy_credentials_file = {proxy}
[mcp_server]
listen = 127.0.0.1:0
key_file = {key}
[device.metadata]
password = canary-metadata
feed = https://h/x?sig=canary-feed
[plugins]
environment = AIP_TEST_SECRET
[plugin.shell]
password = canary-plugin
[mcp.Local]
command = /bin/false
args = --token, canary-argument
env = API_KEY=canary-env, OTHER=canary-other
fixed_arguments = {{"x": "canary-fixed"}}
[mcp.Remote]
url = http://127.0.0.1:1/mcp
headers_file = {headers}
""")
        environment = {**os.environ, "AIP_TEST_SECRET": "canary-variable"}
        file = place.path("bundle.tar")
        async with running(place, env=environment):
            await tells(place, "AIP-352")
            result, out, err = await ask(place, "doctor", f"--bundle={file}")
            assert result == 1 and "bundle.tar is for support" in err, (result, out, err)
            judge(file, True)
        result, out, err = await run(AGENTCTL, "doctor", f"--bundle={file}", f"--socket={place.path('none.sock')}",
                                     *arguments(place), env=environment)
        assert result == 1, (result, out, err)
        judge(file, False)
        listed = subprocess.run(["tar", "-tvf", file], capture_output=True, text=True, check=True).stdout
        assert "-rw-------" in listed and "configuration.txt" in listed, listed
        place.close()


asyncio.run({"faults": faults, "lone": lone, "bundle": bundle}[CASE]())
