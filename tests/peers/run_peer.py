#!/usr/bin/python3
"""Runs a peer server and the agent together, and reports what the peer says.

run_peer.py [--timeout SECONDS] PEER... -- AGENT...

Both are command lines; in them {token_file} is replaced by a file with a fresh token, and in the agent's {url}, {host}
and {port} by where the peer listens, {folder} by an empty folder for the agent. The peer prints "listening PORT" first,
or "listening PORT CA_FILE" if it speaks TLS: the url is wss://localhost then, and {ca_file} is replaced, too.
The exit status is the peer's: 0 if the device was as it should be; 1 too if the agent fails on SIGTERM afterwards.
"""

import argparse
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading


def fill(command, **values):
    for name, value in values.items():
        command = [word.replace("{" + name + "}", value) for word in command]
    return command


def listening(peer):
    """The port, and the file of its authority if the peer speaks TLS."""
    line = peer.stdout.readline()
    if not line.startswith("listening "):
        sys.exit(f"the peer did not start: {line!r}")
    return (line.split() + [""])[1:3]


def watch(agent, peer):
    """A peer does not wait for an agent that has gone."""
    agent.wait()
    try:
        peer.wait(10)
    except subprocess.TimeoutExpired:
        print("the agent ended before the peer was done", flush=True)
        peer.kill()


def stop(agent):
    """Ends the agent as a service manager does, and gives its exit status."""
    agent.send_signal(signal.SIGTERM)
    try:
        return agent.wait(30)
    except subprocess.TimeoutExpired:
        agent.kill()
        agent.wait()
        return "none within 30 s of SIGTERM"


def run(peer_command, agent_command, folder, timeout):
    token_file = os.path.join(folder, "token")
    with open(os.open(token_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("peer/?&=+%" + secrets.token_hex(16) + "\n")
    agent_folder = os.path.join(folder, "agent")
    os.mkdir(agent_folder)
    agent_log = os.path.join(folder, "agent.log")

    peer = subprocess.Popen(fill(peer_command, token_file=token_file), stdout=subprocess.PIPE, text=True)
    limit = threading.Timer(timeout, peer.kill)
    limit.start()
    try:
        port, ca_file = listening(peer)
        url = f"wss://localhost:{port}/ws" if ca_file else f"ws://127.0.0.1:{port}/ws"
        values = {"url": url, "host": "127.0.0.1", "port": port, "ca_file": ca_file}
        with open(agent_log, "w", encoding="utf-8") as log:
            agent = subprocess.Popen(
                fill(agent_command, token_file=token_file, folder=agent_folder, **values),
                stdout=log, stderr=subprocess.STDOUT,
            )
        threading.Thread(target=watch, args=(agent, peer), daemon=True).start()
        try:
            print(peer.stdout.read(), end="")
            status = peer.wait()
        finally:
            agent_status = stop(agent)
    finally:
        limit.cancel()
        peer.kill()
        peer.wait()
    print(f"peer: exit status {status}; agent: exit status {agent_status}")
    if status != 0 or agent_status != 0:
        with open(agent_log, encoding="utf-8", errors="replace") as log:
            print("what the agent wrote:\n" + log.read()[-20000:])
        return 1
    return 0


def main():
    if "--" not in sys.argv:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    split = sys.argv.index("--")
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--timeout", type=float, default=240)
    parser.add_argument("peer", nargs=argparse.REMAINDER)
    options = parser.parse_args(sys.argv[1:split])
    with tempfile.TemporaryDirectory(prefix="aip-peer-") as folder:
        return run(options.peer, sys.argv[split + 1 :], folder, options.timeout)


if __name__ == "__main__":
    sys.exit(main())
