"""aip_py_test.py FOLDER: sdk/python/aip.py, which is in FOLDER."""
import dataclasses
import enum
import json
import os
import subprocess
import sys
import tempfile
import typing
import unittest

FOLDER = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, FOLDER)
sys.dont_write_bytecode = True
import aip  # noqa: E402


class Mood(enum.Enum):
    good = "good"
    bad = "bad"


@dataclasses.dataclass
class Point:
    x: int
    y: float = 0.5


class Row(typing.TypedDict):
    name: str


# A type hint, its schema, a value in JSON and what a tool gets of it; and a value that is refused.
TYPES = [
    (str, {"type": "string"}, "x", "x", 1),
    (int, {"type": "integer"}, 3, 3, True),
    (int, {"type": "integer"}, 3.0, 3, 3.5),
    (float, {"type": "number"}, 3, 3.0, "3"),
    (bool, {"type": "boolean"}, True, True, 1),
    (typing.Any, {}, [1], [1], None),
    (list, {"type": "array"}, [1, "x"], [1, "x"], {}),
    (dict, {"type": "object"}, {"a": 1}, {"a": 1}, None),
    (typing.List[int], {"type": "array", "items": {"type": "integer"}}, [1], [1], [1, "x"]),
    (list[Point], {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "number"}},
                                              "required": ["x"], "additionalProperties": False}},
     [{"x": 1}], [Point(1)], [{"x": 1, "z": 2}]),
    (set[str], {"type": "array", "items": {"type": "string"}, "uniqueItems": True}, ["a"], {"a"}, "a"),
    (tuple[int, str], {"type": "array", "items": [{"type": "integer"}, {"type": "string"}], "minItems": 2, "maxItems": 2},
     [1, "x"], (1, "x"), ["x", 1]),
    (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1}, {"a": 1}, {"a": "x"}),
    (typing.Optional[int], {"type": ["integer", "null"]}, None, None, "x"),
    (typing.Union[int, list[int]], {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]}, [1], [1], "x"),
    (typing.Literal["a", "b"], {"enum": ["a", "b"]}, "a", "a", None),
    (Mood, {"enum": ["good", "bad"]}, "bad", Mood.bad, "worse"),
    (Row, {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"], "additionalProperties": False},
     {"name": "x"}, {"name": "x"}, {"other": 1}),
    (typing.Annotated[int, "How many", {"minimum": 1}], {"type": "integer", "description": "How many", "minimum": 1}, 2, 2, "x"),
]


def tool_of(function, **options):
    aip._tools.clear()
    aip.action(**options)(function)
    return aip._tools[options.get("name", function.__name__)]


class Aip(unittest.TestCase):
    def test_types_become_schemas_and_values_what_they_say(self):
        for hint, schema, value, typed, wrong in TYPES:
            with self.subTest(hint=hint):
                def tool(x):
                    return x
                tool.__annotations__ = {"x": hint}
                made = tool_of(tool)
                self.assertEqual(made.input_schema()["properties"]["x"], schema)
                self.assertEqual(made.input_schema()["required"], ["x"])
                self.assertEqual(aip._typed(value, hint, "x"), typed)
                if wrong is not None:
                    with self.assertRaises(aip.Error) as raised:
                        made.run({"x": wrong}, None)
                    self.assertEqual(raised.exception.code, aip.INVALID)

    def test_docstrings_describe_tools_and_parameters(self):
        def google(name: str, times: int = 1):
            """Greets someone.

            More of it: not a parameter.

            Args:
                name (str): who to greet,
                    whoever it is
                times: how often
            """
        def sphinx(name: str):
            """Greets someone.

            :param name: who to greet
            """
        for function, texts in ((google, {"name": "who to greet, whoever it is", "times": "how often"}),
                                (sphinx, {"name": "who to greet"})):
            made = tool_of(function)
            self.assertEqual(made.texts, texts)
            self.assertEqual(made.description.splitlines()[0], "Greets someone.")
            self.assertNotIn("who to greet", made.description)

    def test_a_mistake_is_said_when_the_tool_is_declared(self):
        def args(*all):
            pass

        def same():
            pass
        for declare in (lambda: tool_of(args), lambda: tool_of(same, colour="red"), lambda: (tool_of(same), aip.action(same))):
            with self.assertRaises(TypeError):
                declare()
        with self.assertRaisesRegex(TypeError, r"odd\(x\): no schema can be made of"):
            def odd(x: complex):
                pass
            tool_of(odd).input_schema()

    def test_parameters_are_checked_by_name(self):
        def tool(a: int, b: int = 2):
            return a + b
        made = tool_of(tool)
        self.assertEqual(made.run({"a": 1}, None), 3)
        for wrong in ({}, {"a": 1, "c": 3}):
            with self.assertRaises(aip.Error):
                made.run(wrong, None)

    def test_a_failure_has_a_code_or_its_name(self):
        self.assertEqual(aip.Error(aip.DENIED, "").code, aip.DENIED)
        self.assertEqual(aip.Error("DENIED", "").code, aip.DENIED)
        self.assertEqual(aip.Error(1234, "").code, 1234)
        self.assertEqual({name: getattr(aip, name) for name in aip._CODES}, aip._CODES)
        for wrong in ("denied", None, 0, "no such disk"):
            with self.assertRaisesRegex(ValueError, "no code of a failure; its text: of the disk"):
                aip.Error(wrong, "of the disk")

    def test_a_coroutine_is_awaited(self):
        async def later(a: int) -> Point:
            return Point(a)
        self.assertEqual(tool_of(later).run({"a": 1}, None), {"x": 1, "y": 0.5})

    def run_program(self, words, given=""):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tool.py")
            with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o755), "w") as file:
                file.write(f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {FOLDER!r})\nimport aip\n\n@aip.action\n"
                           "def f(x: int):\n    print('noise')\n    if x == 1: raise ValueError('one')\n"
                           "    if x == 2: return float('nan')\n    if x == 3: return object()\n    return x\n\n"
                           "aip.run('tool', protocol='stdio')\n")
            ended = subprocess.run([path, *words], input=given, capture_output=True, text=True)
            return ended.returncode, ended.stdout, ended.stderr

    def test_exec(self):
        self.assertEqual(self.run_program(["f"], '{"x": 7}')[:2], (0, "7"))
        for given, code, text in (('{"x": 1}', 110, "ValueError: one (tool.py, line "), ('{"x": 2}', 110, "ValueError"),
                                  ('{"x": 3}', 110, "TypeError"), ("{", 110, "JSONDecodeError"), ("", 101, "'x' is a required")):
            ended = self.run_program(["f"], given)
            self.assertEqual(ended[:2], (code, ""))
            self.assertIn(text, ended[2])
        self.assertEqual(self.run_program(["g"])[0], 102)

    def test_stdio(self):
        lines = [{"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}}, {"method": "notifications/initialized"},
                 {"id": "l", "method": "tools/list"}, {"id": 3, "method": "tools/call", "params": {"name": "g"}},
                 {"id": 4, "method": "resources/list"}, 7, [], {"id": 5, "method": "ping"}]
        _, out, _ = self.run_program([], "hello\n" + "".join(json.dumps(line) + "\n" for line in lines))
        answers = {each["id"]: each for each in map(json.loads, out.splitlines())}
        self.assertEqual(answers[1]["result"]["protocolVersion"], "2025-06-18")
        self.assertEqual(answers["l"]["result"]["tools"][0]["name"], "f")
        self.assertEqual(answers[4]["error"]["code"], -32601)
        self.assertEqual(answers[5]["result"], {})

    def test_folders(self):
        variables = ("AIP_PLUGIN_DIR", "AIP_STATE_DIR")
        before = {name: os.environ.pop(name, None) for name in variables}
        self.assertIsNone(aip.state_dir())
        self.assertEqual(aip.plugin_dir(), os.path.dirname(os.path.abspath(sys.argv[0])))
        os.environ.update(AIP_PLUGIN_DIR="/plugins/x", AIP_STATE_DIR="/state/x")
        self.assertEqual((aip.plugin_dir(), aip.state_dir()), ("/plugins/x", "/state/x"))
        for name in variables:
            del os.environ[name]
        os.environ.update({name: value for name, value in before.items() if value is not None})

    def test_manifest(self):
        code, out, _ = self.run_program(["--manifest"])
        self.assertEqual(code, 0)
        manifest = json.loads(out)
        self.assertEqual((manifest["id"], manifest["command"], manifest["protocol"]), ("tool", ["./tool.py"], "stdio"))
        self.assertEqual([file["name"] for file in manifest["files"]], ["tool.py"])
        self.assertEqual(manifest["tools"][0]["namespace"], "ToolTools")


if __name__ == "__main__":
    unittest.main()
