"""An HTTP proxy that leads every request to one port of this machine: by CONNECT, or as the request itself."""
import base64
import select
import socket
import socketserver
import threading


class Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port, credentials):
        super().__init__(("127.0.0.1", 0), Handler)
        self.target = ("127.0.0.1", port)
        self.wanted = b"Proxy-Authorization: Basic " + base64.b64encode(credentials.encode())
        self.seen = []  # the first lines of the requests
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.request.recv(4096)
            if not piece:
                return
            head += piece
        head, body = head.split(b"\r\n\r\n", 1)
        lines = head.split(b"\r\n")
        self.server.seen.append(lines[0].decode())
        if self.server.wanted not in lines:
            self.request.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(self.server.target) as server:
            if lines[0].startswith(b"CONNECT "):
                self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                server.sendall(body)
            else:
                method, url, version = lines[0].split(b" ")
                lines[0] = b" ".join([method, b"/" + url.split(b"/", 3)[3], version])
                lines.remove(self.server.wanted)
                server.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
            self.pump(server)

    def pump(self, server):
        while True:
            for ready in select.select([self.request, server], [], [])[0]:
                piece = ready.recv(65536)
                if not piece:
                    return
                (server if ready is self.request else self.request).sendall(piece)
