"""An MCP server over HTTP, made with the standard library only. Each path is a row: a class below, which does one thing unusually."""
import base64
import http.server
import json
import socketserver
import threading
import time

MODERN = "2026-07-28"


class Row:
    """A good server that answers with JSON. One object for all requests."""
    version = "2025-11-25"

    def __init__(self):
        self.tools = ["work"]
        self.calls = 0
        self.seen = []
        self.changed = threading.Event()
        self.closed = threading.Event()

    def post(self, request, message):
        method = message.get("method", "answer")
        self.seen.append(method)
        if "id" not in message or "method" not in message:
            return request.reply(202)
        request.json(self.answer(message))

    def answer(self, message):
        method, id = message["method"], message["id"]
        if method == "initialize":
            return {"id": id, "result": {"protocolVersion": self.version, "capabilities": {"tools": {}}, "serverInfo": {}}}
        if method == "tools/list":
            return {"id": id, "result": {"tools": [{"name": each, "inputSchema": {"type": "object"}} for each in self.tools]}}
        if method == "tools/call":
            self.calls += 1
            return {"id": id, "result": {"content": [{"type": "text", "text": f"{message['params']['name']} {self.calls}"}]}}
        return {"id": id, "error": {"code": -32601, "message": "Method not found"}}

    def get(self, request):
        request.reply(405)

    def delete(self, request):
        request.reply(405)


class json_answers(Row):
    pass


IMAGE = bytes(range(250)) * 8


class large(Row):
    """Its first result is an image that is too large for the row's settings."""

    def answer(self, message):
        answer = super().answer(message)
        if message["method"] == "tools/call" and self.calls == 1:
            data = base64.b64encode(IMAGE).decode()
            answer["result"]["content"] = [{"type": "image", "mimeType": "image/png", "data": data}]
        return answer


class events(Row):
    def post(self, request, message):
        if "id" not in message or "method" not in message:
            return request.reply(202)
        request.begin_events()
        request.event("", id="0")  # as some servers begin
        request.wfile.write(b": a comment\r\nretry: 10\r\n\r\n")
        if message["method"] == "tools/call":
            request.event({"method": "notifications/progress",
                           "params": {"progressToken": message["params"]["_meta"]["progressToken"], "progress": 1}})
        request.event(self.answer(message), id="1")


class sessions(Row):
    """Forgets its session at the second call."""
    def __init__(self):
        super().__init__()
        self.session = 0
        self.initialized = 0
        self.deleted = threading.Event()

    def post(self, request, message):
        given = request.headers.get("Mcp-Session-Id")
        if message.get("method") == "initialize":
            self.session += 1
            return request.json(self.answer(message), session=f"s{self.session}")
        if given != f"s{self.session}" or request.headers.get("MCP-Protocol-Version") != self.version:
            return request.reply(404 if given else 400)
        if message.get("method") == "notifications/initialized":
            self.initialized = self.session
        if message.get("method") == "tools/call" and self.initialized != self.session:
            return request.reply(400, b"not initialized")
        if message.get("method") == "tools/call" and self.calls == 1 and self.session == 1:
            self.session = 100
            return request.reply(404)
        super().post(request, message)

    def delete(self, request):
        self.deleted.set()
        request.reply(200)


class sessions_of_the_example(sessions):
    """Tells what the example of the official SDK does of a session that it does not know."""
    def post(self, request, message):
        unknown = request.headers.get("Mcp-Session-Id") != f"s{self.session}"
        if message.get("method") == "tools/call" and self.calls == 1 and self.session == 1:
            self.session, unknown = 100, True
        if message.get("method") != "initialize" and unknown:
            error = {"code": -32000, "message": "Bad Request: No valid session ID provided"}
            return request.reply(400, json.dumps({"jsonrpc": "2.0", "id": None, "error": error}).encode(), "application/json")
        super().post(request, message)


class locked(Row):
    def post(self, request, message):
        request.reply(401, b"who are you?")


class wants_a_header(Row):
    def post(self, request, message):
        if request.headers.get("Authorization") != "Bearer s3cret-of-headers" or request.headers.get("X-Other") != "a: b":
            return request.reply(403)
        super().post(request, message)


class out_of_order(Row):
    def post(self, request, message):
        if message.get("method") == "tools/call":
            return request.reply(500, b"out of order\x1b[2J")
        super().post(request, message)


class redirects(Row):
    def post(self, request, message):
        request.send_response(307)
        request.send_header("Location", "http://127.0.0.1:1/elsewhere")
        request.send_header("Content-Length", "0")
        request.end_headers()


class talks_html(Row):
    def post(self, request, message):
        if message.get("method") == "tools/call":
            return request.reply(200, b"<html>Log in</html>", "text/html")
        super().post(request, message)


class cuts_the_answer(Row):
    def post(self, request, message):
        if message.get("method") != "tools/call":
            return super().post(request, message)
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b'{"jsonrpc"')
        request.close_connection = True


class ends_without_answer(Row):
    def post(self, request, message):
        if message.get("method") != "tools/call":
            return super().post(request, message)
        request.begin_events()


class resumes(Row):
    """Closes the stream of each call, and goes on when it is asked to."""
    def post(self, request, message):
        if message.get("method") != "tools/call":
            return super().post(request, message)
        self.late = self.answer(message)
        request.begin_events()
        request.wfile.write(b"retry: 50\n")
        request.event("", id="e7")

    def get(self, request):
        if request.headers.get("Last-Event-ID") != "e7":
            return request.reply(405)
        request.begin_events()
        request.event(self.late, id="e8")


class naps(Row):
    """Closes the stream of each call, which may be asked for again in an hour."""
    def post(self, request, message):
        if message.get("method") != "tools/call":
            return super().post(request, message)
        request.begin_events()
        request.wfile.write(b"retry: 3600000\n")
        request.event("", id="n1")


class floods(Row):
    def post(self, request, message):
        if message.get("method") != "tools/call":
            return super().post(request, message)
        request.begin_events()
        try:
            for _ in range(1000):
                request.wfile.write(b"data: " + b"x" * 65536)
        except OSError:
            pass


class tells_of_changes(Row):
    def get(self, request):
        request.begin_events()
        self.changed.wait(60)
        self.tools = ["work", "new"]
        request.event({"method": "notifications/tools/list_changed"})
        self.closed.wait(60)

    def answer(self, message):
        if message["method"] == "tools/call":
            self.changed.set()
        return super().answer(message)


class busy_at_first(Row):
    """Has no stream when it is asked first, and a new tool when it is asked again, which it does not tell."""
    def get(self, request):
        if not self.changed.is_set():
            self.tools = ["work", "new"]
            self.changed.set()
            return request.reply(503)
        request.begin_events()
        self.closed.wait(60)


class pings(Row):
    """Asks more than it reads: during the first call, until the second one."""
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()
        self.answers = self.most = 0

    def post(self, request, message):
        if "method" not in message:
            return self.hold(request)
        if message["method"] != "tools/call" or self.calls == 1:
            self.closed.set() if self.calls == 1 else None
            return super().post(request, message)
        request.begin_events()
        for id in range(500):
            request.event({"method": "ping", "id": id})
        request.event(self.answer(message))

    def hold(self, request):
        with self.lock:
            self.answers += 1
            self.most = max(self.most, self.answers)
        self.closed.wait(60)
        with self.lock:
            self.answers -= 1
        request.reply(202)


class slow(Row):
    """Sees that a cancelled call's connection is closed."""
    def post(self, request, message):
        if message.get("method") != "tools/call" or self.closed.is_set():
            return super().post(request, message)
        request.begin_events()
        try:
            while True:
                request.wfile.write(b": waiting\n\n")
                time.sleep(0.05)
        except OSError:
            self.closed.set()


class modern(Row):
    def post(self, request, message):
        method = message.get("method")
        meta = message.get("params", {}).get("_meta", {})
        good = (request.headers.get("MCP-Protocol-Version") == MODERN == meta.get("io.modelcontextprotocol/protocolVersion") and
                request.headers.get("Mcp-Method") == method and not request.headers.get("Mcp-Session-Id"))
        if method == "tools/call":
            good = good and request.headers.get("Mcp-Name") == message["params"]["name"]
        if not good:
            error = {"code": -32022, "message": "Unsupported", "data": {"supported": [MODERN]}}
            return request.json({"id": message.get("id"), "error": error}, status=400)
        if method == "server/discover":
            return request.json({"id": message["id"], "result": {"resultType": "complete", "supportedVersions": [MODERN],
                                                                 "capabilities": {"tools": {"listChanged": True}}}})
        if method == "subscriptions/listen":
            request.begin_events()
            request.event({"method": "notifications/subscriptions/acknowledged", "params": {}})
            self.changed.wait(60)
            self.tools = ["work", "new"]
            request.event({"method": "notifications/tools/list_changed", "params": {}})
            self.closed.wait(60)
            return None
        if method == "tools/call":
            self.changed.set()
        return super().post(request, message)


ROWS = {name: row for name, row in list(globals().items()) if isinstance(row, type) and issubclass(row, Row) and row is not Row}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def row(self):
        return self.server.rows[self.path.strip("/")]

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.row().post(self, body)

    def do_GET(self):
        self.row().get(self)

    def do_DELETE(self):
        self.row().delete(self)

    def log_message(self, *_):
        pass

    def reply(self, status, body=b"", type="text/plain"):
        self.send_response(status)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def json(self, message, status=200, session=None):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if session:
            self.send_header("Mcp-Session-Id", session)
        self.end_headers()
        self.wfile.write(body)

    def begin_events(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def event(self, message, id=None):
        text = json.dumps({"jsonrpc": "2.0", **message}) if message else ""
        self.wfile.write(((f"id: {id}\n" if id else "") + f"event: message\ndata: {text}\n\n").encode())
        self.wfile.flush()


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port=0, context=None):
        super().__init__(("127.0.0.1", port), Handler)
        self.rows = {name: row() for name, row in ROWS.items()}
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass
