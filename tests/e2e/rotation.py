"""rotation.py CASE AGENT: secrets change while the agent runs, and it goes on with the new ones.

CASE is `token_refused` (403 until the file is another), `token_reload` (SIGHUP, with a file that is no good in between)
or `authority` (the server's certificate gets another issuer)."""
import asyncio
import http
import json
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import urllib.parse

from harness import LIMIT, until, websockets


class Plant:
    """An agent with a long wait between two attempts, and a server that takes one token."""

    def __init__(self, agent, scheme="ws"):
        self.agent_program, self.scheme = agent, scheme
        self.token, self.attempts, self.tls = "first-token", 0, None
        self.connected = asyncio.Queue()

    async def __aenter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.log = self.path("agent.log")
        self.write("token", "first-token\n")
        return self

    async def __aexit__(self, failure, *_):
        self.agent.terminate()
        await asyncio.to_thread(self.agent.wait, LIMIT)
        if failure:
            print(self.logged())
        self.server.close()
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def logged(self):
        return open(self.log, errors="replace").read() if os.path.exists(self.log) else ""

    def write(self, name, content):
        part = self.path(f".{name}")
        with open(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(content)
        os.rename(part, self.path(name))

    async def listen(self, port=0):
        self.server = await websockets.serve(self.serve, "127.0.0.1", port, ssl=self.tls, ping_interval=None,
                                             process_request=self.admit)
        self.port = self.server.sockets[0].getsockname()[1]

    async def admit(self, path, headers):
        self.attempts += 1
        token = urllib.parse.parse_qs(urllib.parse.urlparse(path).query).get("token", [""])[0]
        if token != self.token:
            return http.HTTPStatus.FORBIDDEN, [], f"not {token}\n".encode()

    async def serve(self, socket, path):
        assert json.loads(await socket.recv())["type"] == "register"
        await socket.send('{"type":"heartbeat","status":"ok"}')
        self.connected.put_nowait(socket)
        await socket.wait_closed()

    def start(self, *settings):
        defines = [f"server.url={self.scheme}://127.0.0.1:{self.port}/ws", f"server.token_file={self.path('token')}",
                   "client.id=dev", "log.level=trace", f"log.file={self.log}", "log.console=false",
                   f"plugins.directories={self.folder.name}", *settings]
        self.agent = subprocess.Popen([self.agent_program, *(f"--define={define}" for define in defines)])

    def reload(self):
        self.agent.send_signal(signal.SIGHUP)

    async def registered(self):
        return await asyncio.wait_for(self.connected.get(), LIMIT)

    async def until_logged(self, text):
        await until(lambda: text in self.logged(), LIMIT)

    def expect_hidden(self):
        assert "first-token" not in self.logged() and "second-token" not in self.logged()


async def token_refused(agent):
    async with Plant(agent) as plant:
        plant.token = "second-token"
        await plant.listen()
        plant.start("connection.backoff_base=0.2", "connection.backoff_cap=0.4")
        await until(lambda: plant.attempts > 2, LIMIT)
        plant.write("token", "second-token\n")
        await plant.registered()
        await plant.until_logged("server.token_file has changed")
        plant.expect_hidden()


async def token_reload(agent):
    async with Plant(agent) as plant:
        await plant.listen()
        plant.start("connection.backoff_base=86400", "connection.backoff_cap=86400")
        socket = await plant.registered()
        plant.reload()
        await plant.until_logged("reload: token, certificates, keys and proxy credentials are what they were")
        plant.token = "second-token"
        plant.write("token", "")
        plant.reload()
        await plant.until_logged("what was read before stays in use: server.token_file: ")
        await socket.close()
        await plant.until_logged("next attempt in ")
        plant.reload()  # connects with what it has
        await plant.until_logged("HTTP 403")
        plant.write("token", "second-token")
        plant.reload()  # and not after a day
        await plant.registered()
        plant.expect_hidden()


def certificate(plant, name, issuer=None):
    """A certificate for 127.0.0.1 signed by `issuer`, or an authority of its own."""
    key, pem = plant.path(f"{name}.key"), plant.path(f"{name}.pem")
    more = (["-CA", plant.path(f"{issuer}.pem"), "-CAkey", plant.path(f"{issuer}.key"),
             "-addext", "subjectAltName=IP:127.0.0.1"] if issuer else [])
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days",
                    "1", "-subj", f"/CN={name}", "-keyout", key, "-out", pem, *more], check=True, capture_output=True)
    return pem, key


def shown(pem, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    return context


async def authority(agent):
    async with Plant(agent, "wss") as plant:
        for name in ("old", "new"):
            certificate(plant, name)
        plant.write("ca.pem", open(plant.path("old.pem")).read())
        plant.tls = shown(*certificate(plant, "server-1", "old"))
        await plant.listen()
        plant.start(f"server.ca_file={plant.path('ca.pem')}", "connection.backoff_base=0.2", "connection.backoff_cap=0.4")
        socket = await plant.registered()
        plant.server.close()
        await plant.server.wait_closed()
        plant.tls = shown(*certificate(plant, "server-2", "new"))
        await plant.listen(plant.port)
        await plant.until_logged("certificate")
        half = open(plant.path("new.pem")).read()
        plant.write("ca.pem", half[:len(half) // 2])
        await plant.until_logged("what was read before stays in use: server.ca_file: ")
        plant.write("ca.pem", half)
        await plant.registered()
        plant.expect_hidden()


asyncio.run({"token_refused": token_refused, "token_reload": token_reload, "authority": authority}[sys.argv[1]](sys.argv[2]))
