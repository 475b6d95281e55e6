"""files.py CASE AGENT PLUGIN: files both ways, with the plugin of the SDK's README that sends files."""
import asyncio
import hashlib
import json
import os
import random
import shutil
import sys
import tempfile

from harness import LIMIT, SANITIZED, AgentHarness, at_most, message, receive, until, usage


def files_harness(agent, plugin, folder, *settings):
    name = os.path.basename(plugin)
    shutil.copytree(plugin, os.path.join(folder, "plugins", name))
    return AgentHarness(agent, os.path.join(folder, "plugins"), "profile.x.agent=LinuxAgent", "profile.x.action=Files",
                 f"transfer.inbox={folder}/inbox", *settings)


def files_command(tool, **parameters):
    return message(type="command", session_id="s", actions=[{"tool_name": tool, "parameters": parameters}])


async def receive_file(socket):
    """Step by step what the reference's receive_file() does; a message that it does not expect is a failure here, too."""
    start = json.loads(await asyncio.wait_for(socket.recv(), LIMIT))
    if start["type"] == "binary_data":
        data = await asyncio.wait_for(socket.recv(), LIMIT)
        assert len(data) == start["size"] and hashlib.md5(data).hexdigest() == start["checksum"], start
        return start, data
    assert start["type"] == "file_transfer_start", start
    data = bytearray()
    for number in range(start["total_chunks"]):
        piece = json.loads(await asyncio.wait_for(socket.recv(), LIMIT))
        assert piece["type"] == "binary_data" and piece["chunk_num"] == number, piece
        frame = await asyncio.wait_for(socket.recv(), LIMIT)
        assert isinstance(frame, bytes) and len(frame) == piece["size"] == piece["chunk_size"], piece
        data += frame
    complete = json.loads(await asyncio.wait_for(socket.recv(), LIMIT))
    assert complete["type"] == "file_transfer_complete" and complete["total_chunks"] == start["total_chunks"], complete
    assert len(data) == start["size"] and hashlib.md5(data).hexdigest() == complete["checksum"], complete
    return start, bytes(data)


async def send_file(socket, content, checksum, size=1 << 20):
    """The messages of the reference's send_file()."""
    pieces = [content[at:at + size] for at in range(0, len(content), size)]
    await socket.send(json.dumps({"type": "file_transfer_start", "filename": "../film.mp4", "size": len(content),
                                  "chunk_size": size, "total_chunks": len(pieces), "mime_type": "video/mp4"}))
    for number, piece in enumerate(pieces):
        await socket.send(json.dumps({"chunk_num": number, "chunk_size": len(piece), "type": "binary_data",
                                      "size": len(piece), "timestamp": "2026-11-23T14:25:26+00:00"}))
        await socket.send(piece)
    await socket.send(json.dumps({"type": "file_transfer_complete", "filename": "../film.mp4",
                                  "total_chunks": len(pieces), "checksum": checksum}))


def received(inbox):
    return [name for name in os.listdir(inbox) if name.endswith(".bin")] if os.path.isdir(inbox) else []


async def files(agent, plugin):
    content = random.Random(7).randbytes((30 << 20) + 7)
    checksum = hashlib.md5(content).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        path, inbox = os.path.join(folder, "film.mp4"), os.path.join(folder, "inbox")
        with open(path, "wb") as file:
            file.write(content)
        async with files_harness(agent, plugin, folder, "transfer.send=true", "transfer.receive=true") as harness:
            socket = await harness.registered()
            await socket.send(files_command("numbers", count=3))
            start, data = await receive_file(socket)
            assert data == b"1\n2\n3\n" and start["filename"] == "numbers.txt" and start["session_id"] == "s", start
            assert (await receive(socket))["action_results"][0]["status"] == "success"
            before = usage(harness.agent.pid)

            await socket.send(files_command("fetch", path=path))
            start, data = await receive_file(socket)
            assert data == content and start["filename"] == "film.mp4" and start["total_chunks"] == 31, start
            assert (await receive(socket))["action_results"][0]["status"] == "success"
            sent = usage(harness.agent.pid)

            await send_file(socket, content, "0" * 32)
            assert "File '../film.mp4' refused: the checksum" in (await receive(socket, "error"))["error"]
            assert os.listdir(inbox) == [] and os.stat(inbox).st_mode & 0o777 == 0o700
            await send_file(socket, content, checksum)
            await until(lambda: received(inbox), LIMIT)
            (name,) = received(inbox)
            assert open(os.path.join(inbox, name), "rb").read() == content
            claim = json.load(open(os.path.join(inbox, name.replace(".bin", ".json"))))
            assert claim["filename"] == "../film.mp4" and claim["md5"] == checksum and claim["md5_claimed"], claim
            assert sorted(os.listdir(folder)) == ["film.mp4", "inbox", "plugins"]

            await socket.send(files_command("fetch", path=os.path.join(folder, "missing")))
            answer = (await receive(socket))["action_results"][0]
            assert answer["status"] == "failure" and "there is no such file" in answer["error"], answer
            after = usage(harness.agent.pid)
            print(f"30 MiB each way: before {before}, sent {sent}, received {after}")
            assert SANITIZED or sent["rss_kib"] - before["rss_kib"] < 12 << 10, "a file was held in memory"
            await until(lambda: at_most(usage(harness.agent.pid), sent), LIMIT)


async def files_off(agent, plugin):
    with tempfile.TemporaryDirectory() as folder:
        async with files_harness(agent, plugin, folder) as harness:
            socket = await harness.registered()
            await socket.send(files_command("numbers", count=3))
            answer = (await receive(socket))["action_results"][0]
            assert answer["status"] == "failure" and "transfer.send is off" in answer["error"], answer
            await send_file(socket, b"x" * 3000, "0" * 32, size=1000)
            await socket.send(files_command("numbers", count=3).encode())
            error = json.loads(await socket.recv())
            assert "transfer.receive is switched off" in error["error"], error
            assert json.loads(await socket.recv())["type"] == "command_results"
            assert not os.path.exists(os.path.join(folder, "inbox"))


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]](*sys.argv[2:4]))
