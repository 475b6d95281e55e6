"""Tools for aip-agent in Python: one file, standard library only, Python 3.9 or later.

    #!/usr/bin/env python3
    import aip

    @aip.action
    def greet(name: str, times: int = 1) -> str:
        '''Greets someone.

        name: who to greet
        '''
        return " ".join(["Hello " + name] * times)

    aip.run()

The type hints become the schemas, the docstring the description; a line "name: text" of it describes a parameter. The
program is started by the agent in either protocol of PROGRAMS.md; by hand:

    echo '{"name": "Ann"}' | ./hello.py greet       one call
    ./hello.py --manifest > plugin.json             the manifest, with the hashes of the files beside the program

What a tool prints goes to the log, never into the result.
"""
import collections.abc
import dataclasses
import enum
import hashlib
import inspect
import json
import math
import os
import re
import shutil
import sys
import threading
import time
import traceback
import typing

INVALID, NOT_FOUND, UNSUPPORTED, CANCELLED, DEADLINE, DENIED, UNAVAILABLE, EXHAUSTED, STATE, INTERNAL = range(1, 11)
_CODES = dict(INVALID=1, NOT_FOUND=2, UNSUPPORTED=3, CANCELLED=4, DEADLINE=5, DENIED=6, UNAVAILABLE=7, EXHAUSTED=8, STATE=9,
              INTERNAL=10)
FIRST_EXIT_CODE = 100
PROTOCOLS = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")


_CALLER = ("agent", "root", "process", "session", "task")


class Error(Exception):
    """Fails a call with one of the codes above, or the name of one, and a text for whoever called."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = _CODES.get(code, code)
        if not isinstance(self.code, int) or self.code < INVALID:
            raise ValueError(f"{code!r} is no code of a failure; its text: {text}")


class Call:
    """The call that is running. A tool that wants it has a parameter with this type."""

    def __init__(self, id="", remaining_ms=None, report=None, caller=None):
        self.id = id
        caller = caller or {}
        # Who asks, in the words of the server: foreign text, "" where it does not say.
        self.agent, self.root, self.process, self.session, self.task = (str(caller.get(name) or "") for name in _CALLER)
        self._end = None if remaining_ms is None else time.monotonic() + remaining_ms / 1000
        self._report = report
        self._cancelled = threading.Event()

    @property
    def cancelled(self):
        return self._cancelled.is_set()

    @property
    def remaining(self):
        """Seconds; infinite if nobody has set a limit."""
        return math.inf if self._end is None else max(0.0, self._end - time.monotonic())

    def wait(self, seconds):
        """Waits so long; true as soon as the call is cancelled."""
        return self._cancelled.wait(seconds)

    def progress(self, permille, text=""):
        """From 0 to 1000."""
        if self._report is not None:
            self._report(max(0, min(1000, int(permille))), " ".join(str(text).split()))


def settings():
    """The section [plugin.ID] of the agent's configuration, as far as run(settings=...) describes it."""
    path = os.environ.get("AIP_SETTINGS")
    if path is None:
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def state_dir():
    """The plugin's own folder for what it keeps, which survives upgrades; None if the agent gives none."""
    return os.environ.get("AIP_STATE_DIR")


def plugin_dir():
    """The folder of the plugin's files, to be read only."""
    return os.environ.get("AIP_PLUGIN_DIR") or os.path.dirname(os.path.abspath(sys.argv[0]))


# Declaring tools

_tools = {}


def action(function=None, **options):
    """Declares a tool that does something. Options: name, title, namespace, timeout (seconds), read_only, destructive,
    idempotent, open_world."""
    return _declare("action", function, options)


def data_collection(function=None, **options):
    """Declares a tool that only looks. The options are those of action()."""
    return _declare("data_collection", function, options)


_HINTS = {"read_only": "readOnlyHint", "destructive": "destructiveHint", "idempotent": "idempotentHint",
          "open_world": "openWorldHint"}


def _declare(kind, function, options):
    unknown = set(options) - {"name", "title", "namespace", "timeout", *_HINTS}
    if unknown:
        raise TypeError(f"unknown option of a tool: {', '.join(sorted(unknown))}")

    def declare(tool):
        declared = _Tool(kind, tool, options)
        if declared.name in _tools:
            raise TypeError(f"there are two tools named {declared.name}")
        _tools[declared.name] = declared
        return tool
    return declare if function is None else declare(function)


class _Tool:
    def __init__(self, kind, function, options):
        self.kind, self.function, self.options = kind, function, options
        self.name = options.get("name", function.__name__)
        hints = typing.get_type_hints(function, include_extras=True)
        self.result = hints.pop("return", None)
        self.parameters = {}
        self.call = None
        for name, parameter in inspect.signature(function).parameters.items():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
                raise TypeError(f"{self.name}({name}): a tool has named parameters only")
            if hints.get(name) is Call:
                self.call = name
            else:
                self.parameters[name] = (hints.get(name, typing.Any), parameter.default)
        self.description, self.texts = _describe(inspect.getdoc(function) or "", self.parameters)

    def input_schema(self):
        properties, required = {}, []
        for name, (hint, default) in self.parameters.items():
            schema = _schema(hint, f"{self.name}({name})")
            if name in self.texts:
                schema["description"] = self.texts[name]
            if default is inspect.Parameter.empty:
                required.append(name)
            else:
                schema["default"] = _plain(default)
            properties[name] = schema
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    def output_schema(self):
        return None if self.result is None else _schema(self.result, f"the result of {self.name}()")

    def manifest(self, namespace):
        annotations = {_HINTS[key]: value for key, value in self.options.items() if key in _HINTS}
        told = {"name": self.name, "type": self.kind, "namespace": self.options.get("namespace", namespace),
                "title": self.options.get("title"), "description": self.description,
                "input_schema": self.input_schema(), "output_schema": self.output_schema(), "meta": None,
                "annotations": annotations or None}
        if "timeout" in self.options:
            told["timeout_seconds"] = self.options["timeout"]
        return told

    def run(self, parameters, call):
        unknown = set(parameters) - set(self.parameters)
        if unknown:
            raise Error(INVALID, f"unknown parameter: {', '.join(sorted(unknown))}")
        given = {}
        for name, (hint, default) in self.parameters.items():
            if name in parameters:
                given[name] = _typed(parameters[name], hint, name)
            elif default is inspect.Parameter.empty:
                raise Error(INVALID, f"'{name}' is a required property")
        if self.call is not None:
            given[self.call] = call
        value = self.function(**given)
        return _plain(_awaited(value) if inspect.iscoroutine(value) else value)


def _awaited(coroutine):
    import asyncio  # only for those that need it: it takes longer to import than all else
    return asyncio.run(coroutine)


def _describe(text, parameters):
    """The description, and those of the parameters: lines "name: text" or ":param name: text"."""
    kept, texts, current = [], {}, None
    for line in text.splitlines():
        found = re.match(r"\s*(?::param\s+)?(\w+)\s*(?:\([^)]*\))?\s*:\s*(.+)", line)
        if found and found[1] in parameters:
            current = found[1]
            texts[current] = found[2].strip()
        elif current and line.startswith((" ", "\t")) and line.strip():
            texts[current] += " " + line.strip()
        elif line.strip().rstrip(":") not in ("Args", "Arguments", "Parameters"):
            current = None
            kept.append(line)
    return "\n".join(kept).strip(), texts


# Type hints to schemas, JSON to what they say, and back

_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def _fields(hint):
    """Of a dataclass or a TypedDict: name -> (hint, required)."""
    hints = typing.get_type_hints(hint, include_extras=True)
    if dataclasses.is_dataclass(hint):
        missing = dataclasses.MISSING
        return {each.name: (hints[each.name], each.default is missing and each.default_factory is missing)
                for each in dataclasses.fields(hint) if each.init}
    return {name: (each, name in hint.__required_keys__) for name, each in hints.items()}


def _is_record(hint):
    return dataclasses.is_dataclass(hint) or hasattr(hint, "__required_keys__")


def _is_union(hint):
    return typing.get_origin(hint) is typing.Union or type(hint).__name__ == "UnionType"


def _schema(hint, place):
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is not None and hasattr(hint, "__metadata__"):
        schema = _schema(arguments[0], place)
        for extra in hint.__metadata__:
            schema.update({"description": extra} if isinstance(extra, str) else extra if isinstance(extra, dict) else {})
        return schema
    if hint in (typing.Any, inspect.Parameter.empty, object):
        return {}
    if hint in _SCALARS:
        return {"type": _SCALARS[hint]}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return {"enum": [each.value for each in hint]}
    if _is_union(hint):
        kinds = [_schema(each, place) for each in arguments]
        simple = all(set(kind) == {"type"} and isinstance(kind["type"], str) for kind in kinds)
        return {"type": [kind["type"] for kind in kinds]} if simple else {"anyOf": kinds}
    if _is_record(hint):
        fields = _fields(hint)
        return {"type": "object", "properties": {name: _schema(each, place) for name, (each, _) in fields.items()},
                "required": [name for name, (_, required) in fields.items() if required], "additionalProperties": False}
    base = origin or hint
    if base is tuple and arguments and arguments[-1] is not Ellipsis:
        return {"type": "array", "items": [_schema(each, place) for each in arguments], "minItems": len(arguments),
                "maxItems": len(arguments)}
    if base in (list, set, frozenset, tuple, collections.abc.Sequence, collections.abc.Iterable):
        array = {"type": "array", "items": _schema(arguments[0], place)} if arguments else {"type": "array"}
        return {**array, "uniqueItems": True} if base in (set, frozenset) else array
    if base in (dict, collections.abc.Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1], place)} if arguments else {"type": "object"}
    raise TypeError(f"{place}: no schema can be made of the type {hint!r}")


def _typed(value, hint, place):
    """What the hint says, from JSON. The agent has checked the value against the schema; who calls by hand has not."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    wrong = Error(INVALID, f"'{place}' is not valid: {json.dumps(value)[:80]}")
    if origin is not None and hasattr(hint, "__metadata__"):
        return _typed(value, arguments[0], place)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if hint in _SCALARS:
        if not isinstance(value, hint) or (hint is not bool and isinstance(value, bool)):
            raise wrong
        return value
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        try:
            return hint(value)
        except ValueError:
            raise wrong from None
    if _is_union(hint):
        for each in arguments:
            try:
                return _typed(value, each, place)
            except Error:
                pass
        raise wrong
    if _is_record(hint):
        fields = _fields(hint)
        if not isinstance(value, dict) or set(value) - set(fields):
            raise wrong
        return hint(**{name: _typed(each, fields[name][0], f"{place}.{name}") for name, each in value.items()})
    base = origin or hint
    if base in (list, set, frozenset, tuple, collections.abc.Sequence, collections.abc.Iterable):
        if not isinstance(value, list):
            raise wrong
        kinds = arguments if base is tuple and arguments and arguments[-1] is not Ellipsis else (arguments[:1] or (typing.Any,)) * len(value)
        items = [_typed(each, kind, f"{place}[{i}]") for i, (each, kind) in enumerate(zip(value, kinds))]
        return base(items) if base in (set, frozenset, tuple) else items
    if base in (dict, collections.abc.Mapping) and arguments:
        if not isinstance(value, dict):
            raise wrong
        return {key: _typed(each, arguments[1], f"{place}.{key}") for key, each in value.items()}
    return value


def _plain(value):
    """What json.dumps() takes."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in value]
    return value


def _dumps(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


# Running

def run(id=None, version="1.0.0", description=None, namespace=None, protocol="exec", concurrency=1, settings=None):
    """Does what the command line says, and ends the program. `id` is by default the name of the program's folder,
    `settings` the JSON Schema of the plugin's settings. `protocol` is what the manifest says: "exec" starts the program
    for each call, "stdio" once."""
    program = os.path.abspath(sys.argv[0])
    id = id or os.path.basename(os.path.dirname(program))
    if description is None:
        description = inspect.getdoc(sys.modules["__main__"]) or None
    words = sys.argv[1:]
    if words == ["--manifest"]:
        print(_manifest(program, id, version, description, namespace, protocol, concurrency, settings))
    elif not words:
        _Server(id, version).serve()
    elif len(words) == 1 and words[0] in _tools:
        _run_one(_tools[words[0]])
    else:
        sys.stderr.write(f"usage: {sys.argv[0]} [--manifest | {' | '.join(_tools)}]\n")
        sys.exit(FIRST_EXIT_CODE + (NOT_FOUND if len(words) == 1 else INVALID))


def _free_stdout():
    """The descriptor of standard output for the protocol; all other output goes to standard error from now on."""
    sys.stdout.flush()
    mine = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return mine


def _failure(problem):
    """Code and text of an exception, and where it was raised."""
    if isinstance(problem, Error):
        return problem.code, str(problem)
    last = traceback.extract_tb(problem.__traceback__)[-1]
    return INTERNAL, f"{type(problem).__name__}: {problem} ({os.path.basename(last.filename)}, line {last.lineno})"


def _run_one(tool):
    out = _free_stdout()

    def report(permille, text):
        try:
            os.write(3, f"{permille} {text}\n".encode())
        except OSError:  # by hand there is no descriptor 3
            pass
    remaining = os.environ.get("AIP_DEADLINE_MS")
    call = Call(os.environ.get("AIP_CALL_ID", ""), None if remaining is None else int(remaining), report,
                {name: os.environ.get("AIP_" + name.upper()) for name in _CALLER})
    try:
        given = sys.stdin.read()
        out.write(_dumps(tool.run(json.loads(given) if given.strip() else {}, call)) + ("\n" if out.isatty() else ""))
        out.close()
    except Exception as problem:  # whatever the tool raises is the answer
        code, text = _failure(problem)
        sys.stderr.write(text + "\n")
        sys.exit(FIRST_EXIT_CODE + (code if INVALID <= code <= INTERNAL else INTERNAL))


class _Server:
    """MCP over standard input and output: as much of it as tools need."""

    def __init__(self, id, version):
        self.info = {"name": id, "version": version}
        self.out = _free_stdout()
        self.writing = threading.Lock()
        self.running = {}
        self.ours = False
        self.methods = {"initialize": self.initialize, "ping": lambda parameters: {}, "tools/list": self.list}

    def serve(self):
        for line in sys.stdin:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if isinstance(message, dict) and "method" in message:
                self.handle(message)
        os._exit(0)  # a tool that still runs has nobody to answer to

    def handle(self, message):
        method, parameters, id = message["method"], message.get("params") or {}, message.get("id")
        if method == "notifications/cancelled":
            call = self.running.get(parameters.get("requestId"))
            if call is not None:
                call._cancelled.set()
        elif id is None:
            pass
        elif method == "tools/call":
            self.start(id, parameters)
        elif method in self.methods:
            self.send({"id": id, "result": self.methods[method](parameters)})
        else:
            self.send({"id": id, "error": {"code": -32601, "message": f"Method not found: {method}"}})

    def send(self, message):
        with self.writing:
            self.out.write(_dumps({"jsonrpc": "2.0", **message}) + "\n")
            self.out.flush()

    def initialize(self, parameters):
        asked = parameters.get("protocolVersion")
        self.ours = parameters.get("clientInfo", {}).get("name") == "aip-agent"
        return {"protocolVersion": asked if asked in PROTOCOLS else PROTOCOLS[0], "capabilities": {"tools": {}},
                "serverInfo": self.info}

    def list(self, parameters):
        return {"tools": [self.described(tool) for tool in _tools.values()]}

    @staticmethod
    def described(tool):
        told = tool.manifest("")
        schema = {"type": "object", "properties": {"result": told["output_schema"] or {}}, "required": ["result"],
                  "x-fastmcp-wrap-result": True}
        found = {"name": told["name"], "title": told["title"], "description": told["description"],
                 "inputSchema": told["input_schema"], "outputSchema": schema, "annotations": told["annotations"]}
        return {key: value for key, value in found.items() if value is not None}

    def start(self, id, parameters):
        meta = parameters.get("_meta") or {}
        token = meta.get("progressToken")

        def report(permille, text):
            if token is not None:
                self.send({"method": "notifications/progress", "params": {"progressToken": token, "progress": permille,
                                                                          "total": 1000, "message": text}})
        call = Call(meta.get("aip/call_id", ""), meta.get("aip/deadline_ms"), report,
                    {name: meta.get("aip/" + name) for name in _CALLER})
        self.running[id] = call
        # A tool that ignores its cancel must not hold up the next ones; the agent bounds how many there are.
        threading.Thread(target=self.run, args=(id, parameters, call), daemon=True).start()

    def run(self, id, parameters, call):
        try:
            tool = _tools.get(parameters.get("name"))
            if tool is None:
                raise Error(NOT_FOUND, f"unknown tool: {parameters.get('name')}")
            value = tool.run(parameters.get("arguments") or {}, call)
            text = [] if self.ours else [{"type": "text", "text": value if isinstance(value, str) else _dumps(value)}]
            answer = {"content": text, "structuredContent": {"result": value}}
            line = {"id": id, "result": answer}
        except Exception as problem:  # whatever the tool raises is the answer
            line = self.failed(id, problem)
        self.running.pop(id, None)
        try:
            self.send(line)
        except (TypeError, ValueError) as problem:
            self.send(self.failed(id, problem))

    @staticmethod
    def failed(id, problem):
        code, text = _failure(problem)
        return {"id": id, "result": {"content": [{"type": "text", "text": text}], "isError": True,
                                     "_meta": {"aip/code": code}}}


# The manifest

_SPARED = {"plugin.json", "plugin.json.sig", "__pycache__"}


def _files(folder):
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _SPARED and not each.startswith("."))
        for name in sorted(names):
            if name not in _SPARED and not name.startswith(".") and not name.endswith(("~", ".pyc")):
                path = os.path.join(parent, name)
                with open(path, "rb") as file:
                    yield {"name": os.path.relpath(path, folder), "sha256": hashlib.sha256(file.read()).hexdigest()}


def _manifest(program, id, version, description, namespace, protocol, concurrency, settings):
    if not os.access(program, os.X_OK):
        sys.exit(f"{program} is not executable: chmod +x it")
    if namespace is None:
        namespace = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", id.split(".")[-1])) + "Tools"
    folder, name = os.path.split(program)
    shutil.rmtree(os.path.join(folder, "__pycache__"), ignore_errors=True)  # no file of the plugin's
    return json.dumps({"schema_version": 1, "id": id, "version": version, "description": description,
                       "command": ["./" + name], "protocol": protocol, "files": list(_files(folder)),
                       "concurrency": concurrency, "settings": settings,
                       "tools": [tool.manifest(namespace) for tool in _tools.values()]}, indent=2, ensure_ascii=False)
