#!/usr/bin/python3
"""Puts nginx, which terminates TLS, in front of a peer server.

nginx_front.py PATIENCE SERVER...

SERVER is the command line of a peer, which prints "listening PORT" first. PATIENCE is how long a worker that is to go
keeps its connections (nginx's worker_shutdown_timeout, such as 200ms; 0: as long as they last). Prints "listening PORT
CA_FILE" and then what the peer prints; but for a line "reload", upon which nginx gets a SIGHUP and, once a new worker
is there, the peer a line "reloaded". The exit status is the peer's. All files lie in a folder of its own.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

LIMIT = 30

CONFIG = """\
{user}
daemon off;
worker_processes 2;
worker_shutdown_timeout {patience};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        server_name localhost;
        ssl_certificate {folder}/server.pem;
        ssl_certificate_key {folder}/server.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        location /ws {{
            proxy_pass http://127.0.0.1:{server};
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
        }}
    }}
}}
"""


def end_with_parent():
    """For a child: it ends when we are killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def until(condition, what):
    end = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"timed out waiting for {what}")
        time.sleep(0.05)


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
                    "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", f"{folder}/server.key", "-out", f"{folder}/server.pem"], check=True, capture_output=True)


def start_nginx(folder, port, server, patience):
    make_certificate(folder)
    with open(f"{folder}/nginx.conf", "w", encoding="utf-8") as file:
        file.write(CONFIG.format(folder=folder, port=port, server=server, patience=patience,
                                 user="user root;" if os.geteuid() == 0 else ""))
    nginx = subprocess.Popen(["nginx", "-p", folder, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"],
                             stdout=sys.stderr, preexec_fn=end_with_parent)
    until(lambda: answers(port) or nginx.poll() is not None, "nginx to listen")
    if nginx.poll() is not None:
        sys.exit("nginx did not start: " + open(f"{folder}/error.log", encoding="utf-8").read()[-2000:])
    return nginx


def workers(nginx):
    found = subprocess.run(["ps", "--ppid", str(nginx.pid), "-o", "pid="], capture_output=True, text=True, check=False)
    return set(found.stdout.split())


def reload(nginx):
    before = workers(nginx)
    nginx.send_signal(signal.SIGHUP)
    until(lambda: len(workers(nginx) - before) >= 2, "the new workers of nginx")


def run(patience, command, folder):
    peer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                            preexec_fn=end_with_parent)
    first = peer.stdout.readline().split()
    if first[:1] != ["listening"]:
        sys.exit(f"the peer did not start: {first}")
    port = free_port()
    nginx = start_nginx(folder, port, first[1], patience)
    try:
        print("listening", port, f"{folder}/server.pem", flush=True)
        for line in peer.stdout:
            if line == "reload\n":
                reload(nginx)
                print("reloaded", file=peer.stdin, flush=True)
            else:
                print(line, end="", flush=True)
        return peer.wait()
    finally:
        peer.kill()
        nginx.terminate()
        nginx.wait()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="aip-nginx-") as work:
        sys.exit(run(sys.argv[1], sys.argv[2:], work))
