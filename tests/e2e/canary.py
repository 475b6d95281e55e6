"""canary.py CASE AGENT PLUGINS: secrets of the agent are looked for wherever they must not be.

CASE is `file` (token from a file, in the query; proxy with credentials; a certificate with its key), `environment`
(token from the environment, in a header) or `proxy_environment` (proxy and credentials from there, too). The server refuses, redirects, closes and errs, each with the secret in it.
"""
import asyncio
import base64
import contextlib
import glob
import http
import json
import os
import re
import secrets
import ssl
import subprocess
import sys
import tempfile
from urllib.parse import quote

from harness import LIMIT, message, until
import websockets

TOKEN = 'canary/tok+en&"odd"=%' + secrets.token_hex(12)
CREDENTIALS = "canary-user:canary&" + secrets.token_hex(12)
WORDS = TOKEN if sys.argv[1] == "environment" else f"{TOKEN} {CREDENTIALS}"  # the agent knows no others


def forms(secret):
    """How a secret may look where it is repeated."""
    quoted = json.dumps(secret)[1:-1]
    encoded = quote(secret, safe="")
    small = re.sub("%..", lambda escape: escape[0].lower(), encoded)
    return {secret, encoded, small, quote(secret), quoted, quoted.replace("/", "\\/"),
            base64.b64encode(secret.encode()).decode()}


def descendants(pid):
    """All processes below it, by what they run."""
    found = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid=,comm="], capture_output=True, text=True).stdout
    children = [(int(child), name) for child, name in map(str.split, found.splitlines())]
    return children + [each for child, _ in children for each in descendants(child)]


def read(name):
    with open(name, "rb") as file:
        return file.read().decode(errors="replace")


class Server:
    """Treats each connection in a worse way than the one before, then does its job."""

    def __init__(self, in_header):
        self.in_header = in_header
        self.attempts = 0
        self.heard = []
        self.connected = asyncio.get_running_loop().create_future()

    def admit(self, path, headers):
        wanted = ("/ws", f"Bearer {TOKEN}") if self.in_header else (f"/ws?token={quote(TOKEN, safe='')}", None)
        assert (path, headers.get("Authorization")) == wanted, "the token is not where it belongs"
        self.heard += [value for name, value in headers.raw_items() if name != "Authorization"]
        self.attempts += 1
        if self.attempts == 1:
            return http.HTTPStatus.FORBIDDEN, {"X-Token": TOKEN}, TOKEN.encode()
        if self.attempts == 2:
            return http.HTTPStatus.FOUND, {"Location": "/" + "/".join(forms(TOKEN)) + "?" + TOKEN}, b""
        return None

    async def serve(self, socket, _path):
        if self.attempts == 3:
            await socket.close(4001, "no " + TOKEN)
            return
        self.heard.append(await socket.recv())
        if self.attempts == 4:
            await socket.send(message(type="error", status="error", error="bad " + WORDS))
            await socket.close(1000, TOKEN)
            return
        await socket.send('{"type":"heartbeat","status":"ok"}')
        self.connected.set_result(socket)
        await socket.wait_closed()


class Proxy:
    """Refuses once, with the credentials in its words; leads to where it is asked afterwards."""

    def __init__(self):
        self.requests = []

    async def handle(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(head)
        if len(self.requests) == 1:
            writer.write(f"HTTP/1.1 407 {CREDENTIALS}\r\nX-Echo: {head.splitlines()[-2]}\r\n\r\n".encode())
            writer.close()
            return
        host, port = head.split()[1].replace("server.invalid", "127.0.0.1").rsplit(":", 1)
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.gather(self.pump(reader, there_writer), self.pump(there_reader, writer))

    @staticmethod
    async def pump(source, sink):
        try:
            while piece := await source.read(65536):
                sink.write(piece)
                await sink.drain()
        except ConnectionError:
            pass
        sink.close()


def make_certificates(folder):
    """One self-signed certificate for the server, one for the device, as each other's authority. Gives the file names."""
    for name in ("server", "device"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
                        "-days", "1", "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost",
                        "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem"],
                       check=True, capture_output=True)
        os.chmod(f"{folder}/{name}.key", 0o600)


def pin(folder):
    """As config/README.md says."""
    pipeline = ("openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64")
    with open(f"{folder}/server.pem", "rb") as file:
        return subprocess.run(pipeline, shell=True, stdin=file, capture_output=True, text=True, check=True).stdout.strip()


def tls_of_server(folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
    context.load_verify_locations(f"{folder}/device.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def write_private(name, text):
    with open(os.open(name, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        file.write(text + "\n")
    return name


def settings_of(case, folder, port, proxy_port):
    if case != "file":
        host = "127.0.0.1" if case == "environment" else "server.invalid"
        return ["[server]", f"url = ws://{host}:{port}/ws", "token = ${system.env.AIP_CANARY}", "token_in = header",
                "allow_plaintext = true", "[connection]"]
    token = write_private(f"{folder}/token", TOKEN)
    credentials = write_private(f"{folder}/credentials", CREDENTIALS)
    return ["[server]", f"url = wss://localhost:{port}/ws", f"token_file = {token}", f"ca_file = {folder}/server.pem",
            f"certificate_file = {folder}/device.pem", f"private_key_file = {folder}/device.key",
            f"public_key_pin = {pin(folder)}", "[connection]",
            f"http_proxy = http://127.0.0.1:{proxy_port}", f"http_proxy_credentials_file = {credentials}"]


def write_config(lines, folder, plugins):
    lines += ["backoff_base = 0.05", "backoff_cap = 0.1", "heartbeat_interval = 0.2", "[client]", "id = dev",
              "[execution]", "drain_timeout = 0.1", "[plugins]", f"directories = {plugins}",
              f"debuggable = {os.geteuid() != 0}".lower(), "[log]", "level = trace", f"file = {folder}/agent.log"]
    with open(f"{folder}/agent.ini", "w") as file:
        file.write("\n".join(lines) + "\n")
    return f"{folder}/agent.ini"


async def converse(server, pid, places):
    """A child that runs, errors that quote the secrets; collects what the outside can see meanwhile."""
    socket = await asyncio.wait_for(server.connected, LIMIT)
    action = {"tool_name": "execute_command", "tool_type": "action", "call_id": TOKEN,
              "parameters": {"command": "sleep 60", "timeout": 100}}
    await socket.send(message(type="command", session_id="s", response_id="r", actions=[action]))
    await until(lambda: "sleep" in (name for _, name in descendants(pid)))
    for process, name in ((pid, "agent"), *descendants(pid)):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended
            for file in ("environ", "cmdline"):
                places[f"{file} of {name}, process {process}"] = read(f"/proc/{process}/{file}")
    assert "AIP_VISIBLE=yes" in places[f"environ of agent, process {pid}"], "the environment cannot be read at all"
    assert sum("AIP_VISIBLE" in text for text in places.values()) == 1, "a plugin has the environment of the agent"
    await socket.send(message(type="error", status="error", error=WORDS))
    await socket.send(f"no message, but {TOKEN}")
    await until(lambda: sum("no message" in line for line in log_lines(places["folder"])) > 0)
    limits = read(f"/proc/{pid}/limits")
    assert any(line.split()[:5] == ["Max", "core", "file", "size", "1"] for line in limits.splitlines()), limits


def log_lines(folder):
    return read(f"{folder}/agent.log").splitlines()


def check(case, places, folder):
    canaries = forms(TOKEN) | forms(CREDENTIALS) | forms(CREDENTIALS.split(":")[1])
    if case == "file":
        canaries |= set(read(f"{folder}/device.key").splitlines()[1:-1])
    for place, text in places.items():
        for canary in canaries:
            assert canary not in text, f"a secret is in {place}: {text[max(0, text.find(canary) - 200):][:400]}"
    log = places[f"{folder}/agent.log"]
    for sign in ("***", "HTTP 403", "HTTP 302", "4001", "no message"):
        assert sign in log, f"the log lacks {sign}, so that this proves nothing"
    print(f"{case}: {len(canaries)} forms of the secrets in none of {len(places)} places")


async def run(case, agent, plugins, folder):
    server, proxy = Server(case != "file"), Proxy()
    if case == "file":
        make_certificates(folder)
    listening = await websockets.serve(server.serve, "localhost" if case == "file" else "127.0.0.1", 0,
                                       process_request=lambda path, headers: asyncio.sleep(0, server.admit(path, headers)),
                                       ssl=tls_of_server(folder) if case == "file" else None)
    proxying = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    config = write_config(settings_of(case, folder, listening.sockets[0].getsockname()[1],
                                      proxying.sockets[0].getsockname()[1]), folder, plugins)
    user = ":".join(quote(part, safe="") for part in CREDENTIALS.split(":"))
    variable = f"http://{user}@127.0.0.1:{proxying.sockets[0].getsockname()[1]}"
    environment = {**os.environ, "AIP_CANARY": "" if case == "file" else TOKEN, "AIP_VISIBLE": "yes",
                   "http_proxy": variable, "HTTPS_PROXY": variable, "ALL_PROXY": variable, "no_proxy": "", "NO_PROXY": ""}
    places = {"folder": folder}
    with open(f"{folder}/out", "wb") as out, open(f"{folder}/err", "wb") as err:
        process = subprocess.Popen([agent, f"--config={config}"], env=environment, stdout=out, stderr=err)
    try:
        await converse(server, process.pid, places)
    finally:
        process.terminate()
        code = await asyncio.to_thread(process.wait, LIMIT)
        if sys.exc_info()[0]:
            print(read(f"{folder}/err")[-6000:])
    assert code == 0, f"the agent ended with {code}"
    for name in [f"{folder}/out", f"{folder}/err", *glob.glob(f"{folder}/agent*.log")]:
        places[name] = read(name)
    places["what the server heard"] = "\n".join(map(str, server.heard))
    if case == "environment":
        assert not proxy.requests, "the proxy of the environment is not for this machine"
    else:
        wanted = "Proxy-Authorization: Basic " + base64.b64encode(CREDENTIALS.encode()).decode()
        assert all(wanted in request for request in proxy.requests) and len(proxy.requests) > 4
        places["what the proxy heard"] = "\n".join(proxy.requests).replace(wanted, "")
    check(case, places, folder)


with tempfile.TemporaryDirectory() as work:
    asyncio.run(run(*sys.argv[1:4], work))
