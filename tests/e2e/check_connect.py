"""check_connect.py AGENT PLUGINS: --check --connect against servers that fail at one step each."""
import asyncio
import contextlib
import os
import re
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time

from harness import LIMIT, SANITIZED, websockets

AGENT, PLUGINS = sys.argv[1:3]
SECRET = "canary-of-the-token"
LONG, SHORT = 10, 3  # seconds in which a server may answer, and in which one is to be found silent


async def check(folder, url, *settings, connect="--connect", environment=None, limit=LONG):
    token = os.path.join(folder, "token")
    with open(os.open(token, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        file.write(SECRET)
    defines = [f"server.url={url}", f"server.token_file={token}", "client.id=dev", f"plugins.directories={PLUGINS}",
               *(f"connection.{each}_timeout={limit}" for each in ("connect", "registration")), *settings]
    process = await asyncio.create_subprocess_exec(
        AGENT, "--check", connect, *(f"--define={define}" for define in defines), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})
    out, _ = await asyncio.wait_for(process.communicate(), LIMIT)
    out = out.decode()
    assert SECRET not in out and "proxy-canary" not in out, out
    return process.returncode, re.sub(r"^AIP-\d{3} error: ", "", out, flags=re.MULTILINE)


async def expect(folder, url, code, *texts, **how):
    settings = how.pop("settings", [])
    without = how.pop("without", None)
    before = time.monotonic()
    result, out = await check(folder, url, *settings, **how)
    assert result == code, (result, out)
    for text in texts:
        assert text in out, (text, out)
    assert not without or without not in out, (without, out)
    assert SANITIZED or time.monotonic() - before < 15, "the check takes too long"


def raw(answer):
    """A server that reads a request and answers with these bytes; None: with nothing."""
    async def serve(reader, writer):
        try:
            await reader.readuntil(b"\r\n\r\n")
            if answer:
                writer.write(answer)
                await writer.drain()
            await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()
    return serve


def raw_at_once(bytes):
    async def serve(reader, writer):
        writer.write(bytes)
        try:
            await reader.read()
        except ConnectionError:
            pass
        writer.close()
    return serve


async def silent(reader, writer):
    with contextlib.suppress(ConnectionError):
        await reader.read()
    writer.close()


async def cutting(reader, writer):
    await reader.read(1)
    writer.close()


async def resetting(reader, writer):
    await reader.read(1)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()


async def listen(serve, **how):
    server = await asyncio.start_server(serve, "127.0.0.1", 0, **how)
    return server, server.sockets[0].getsockname()[1]


async def plain(folder):
    for answer, limit, text in ((b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", LONG, "upgrade: failed: the server refused the upgrade with HTTP 401"),
                                (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", LONG, "upgrade: failed: "),
                                (None, SHORT, "upgrade: failed: the server does not answer the upgrade")):
        server, port = await listen(raw(answer))
        await expect(folder, f"ws://127.0.0.1:{port}/ws", 69, "connect: ok\n", text, "check the path in server.url", limit=limit)
        server.close()
    for answer, *texts in ((b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", "is a proxy and wants credentials", "    set connection.http_proxy"),
                           (b"HTTP/1.1 426 No\r\nUpgrade: TLS/1.2, HTTP/1.1\r\n\r\n", "the server wants TLS", "    use wss://"),
                           (b"HTTP/1.1 426 No\r\nSec-WebSocket-Version: 8\r\n\r\n", "version 8 of WebSocket", "    use wss://"),
                           (b"HTTP/1.1 429 Wait\r\nRetry-After: 37\r\n\r\n", "wants fewer attempts", "    it asks to wait for 37 s"),
                           (b"HTTP/1.1 503 Down\r\nDate: Sun, 06 Nov 2033 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 2033 08:51:37 GMT\r\n\r\n",
                            "check the server, or", "    it asks to wait for 120 s"),
                           (b"220 mail.example ESMTP\r\n\r\n", "is not HTTP", "what listens there is not a web server"),
                           (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", "is not HTTP", "what listens there is not a web server")):
        server, port = await listen(raw(answer))
        await expect(folder, f"ws://127.0.0.1:{port}/ws", 69, "upgrade: failed: ", *texts, without="the key (server.token_file")
        server.close()
    server, port = await listen(resetting)
    await expect(folder, f"ws://127.0.0.1:{port}/ws", 69, "upgrade: failed: ", "if the server speaks TLS there, use wss://")
    await expect(folder, f"wss://127.0.0.1:{port}/ws", 69, "tls: failed: ", "it may not speak TLS there", without="check server.ca_file")
    server.close()
    for answer, text in ((b"HTTP/1.1 429 Wait\r\n\r\n", "wants fewer attempts; the key and the address are not in doubt"),
                         (b"HTTP/1.1 503 Down\r\n\r\n", "check the server, or what stands in front of it"),
                         (b"HTTP/1.1 301 Moved\r\nLocation: https://b.example/ws\r\n\r\n", "put the address that it leads to"),
                         (b"HTTP/1.1 400 Bad\r\n\r\nClient sent an HTTP request to an HTTPS server.", "write wss:// instead of ws://"),
                         (b"\x15\x03\x01\x00\x02\x02\x46", "write wss:// instead of ws://")):
        server, port = await listen(raw(answer))
        await expect(folder, f"ws://127.0.0.1:{port}/ws", 69, "upgrade: failed: ", text, without="check the path")
        server.close()
    server, port = await listen(cutting)
    await expect(folder, f"ws://127.0.0.1:{port}/ws", 69, "upgrade: failed: ", "if the server speaks TLS there, use wss://")
    server.close()
    await expect(folder, f"ws://127.0.0.1:{port}/ws", 69, "resolve: ok\nconnect: failed: ", "Connection refused")
    server, port = await listen(raw(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"))
    proxy = {"http_proxy": f"http://user:proxy-canary@127.0.0.1:{port}"}
    await expect(folder, "ws://server.invalid/ws", 69, "connect: ok\nproxy: failed: ", "407",
                 settings=["server.allow_plaintext=true"], environment=proxy)
    server.close()


async def secured(folder):
    for name in "own", "other":
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days",
                        "1", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem"],
                       check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/own.pem", f"{folder}/own.key")
    server, port = await listen(raw(None), ssl=context)
    url = f"wss://127.0.0.1:{port}/ws"
    await expect(folder, url, 69, "connect: ok\ntls: failed: ", "check server.ca_file", settings=[f"server.ca_file={folder}/other.pem"])
    await expect(folder, url, 69, "tls: ok\nupgrade: failed: ", settings=[f"server.ca_file={folder}/own.pem"], limit=SHORT)
    await expect(folder, url.replace("wss", "ws"), 69, "upgrade: failed: ", "wss://", without="server.token_file")
    server.close()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(f"{folder}/own.pem")
    server, port = await listen(raw(None), ssl=context)
    await expect(folder, f"wss://127.0.0.1:{port}/ws", 69, "failed: ", "    set server.certificate_file and server.private_key_file",
                 settings=[f"server.ca_file={folder}/own.pem"], without="check")
    server.close()
    for serve, limit, text in ((silent, SHORT, "does not answer as TLS does"), (cutting, LONG, "it may not speak TLS there"),
                               (raw_at_once(b"SSH-2.0-x\r\n"), LONG, "check the port in server.url, or use ws://")):
        server, port = await listen(serve)
        await expect(folder, f"wss://127.0.0.1:{port}/ws", 69, "tls: failed: ", text, without="check server.ca_file", limit=limit)
        server.close()


async def registering(folder):
    answers = []

    async def serve(socket, _path):
        await socket.recv()
        if answers[0]:
            await socket.send(answers[0])
        await socket.wait_closed()

    server = await websockets.serve(serve, "127.0.0.1", 0, close_timeout=1)
    url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ws"
    await expect(folder, url, 0, "upgrade: ok\n")
    for answer, limit, code, text in (('{"type":"heartbeat","status":"ok"}', LONG, 0, "register: ok\n"),
                                      ('{"type":"error","status":"error","error":"already registered\\nregister: ok"}', LONG, 69,
                                       "register: failed: the server refuses: already registered\\nregister: ok\n"),
                                      ("", SHORT, 69, "register: failed: no answer in time")):
        answers[:] = [answer]
        await expect(folder, url, code, "upgrade: ok\n", text, connect="--connect=register", limit=limit)
    answers[:] = ['{"type":"heartbeat","status":"ok"}']
    await expect(folder, url, 78, " warning: ", "register: ok\n", connect="--connect=register",
                 settings=["plugin.backup.enabled=false"])
    server.close()
    await server.wait_closed()


async def main():
    with tempfile.TemporaryDirectory() as folder:
        for case in plain, secured, registering:
            await case(folder)


asyncio.run(main())
