#!/usr/bin/env python3
"""What the tests of documents notice, and what they let pass."""
import contextlib
import io
import os
import tempfile
import unittest
from types import SimpleNamespace

import commands
import markdown
import marks
import names
from steps import fits


def fenced(*lines):
    return "\n".join(lines) + "\n"


class Documents(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def run_document(self, *lines):
        path = os.path.join(self.folder.name, "a.md")
        with open(path, "w") as file:
            file.write(fenced(*lines))
        with contextlib.redirect_stdout(io.StringIO()):
            return commands.run(SimpleNamespace(document=path, prefix="/usr", source=None, build=None, work=None, limit=60))

    def test_commands_that_print_what_is_shown(self):
        self.assertEqual(0, self.run_document("```console", "$ printf 'a b\\nc\\nd\\n'", "a ...", "...", "d", "```"))

    def test_another_output(self):
        self.assertEqual(1, self.run_document("```console", "$ echo b", "a", "```"))

    def test_more_output_than_shown(self):
        self.assertEqual(1, self.run_document("```console", "$ printf 'a\\nb\\n'", "a", "```"))

    def test_a_command_that_fails(self):
        self.assertEqual(1, self.run_document("```sh", "true", "false | true", "```"))

    def test_variables_and_folders_last(self):
        self.assertEqual(0, self.run_document("```sh", "mkdir f && cd f", "X=1", "```", "```console", "$ echo $X $(basename $PWD)", "1 f", "```"))

    def test_lines_that_are_typed(self):
        self.assertEqual(0, self.run_document("```console", "$ cat", "> a", "a", "```"))

    def test_a_file_of_the_document(self):
        self.assertEqual(0, self.run_document("```text file=d/f", "told", "```", "```console", "$ cat d/f", "told", "```"))

    def test_a_block_that_is_marked_does_not_run(self):
        self.assertEqual(0, self.run_document("```sh long", "false", "```"))

    def test_unknown_marks_and_languages(self):
        for line, good in (("```sh", True), ("```sh long", True), ("```sh ctest=a.b", True), ("```sh lang", False), ("```ini file=a", True),
                           ("```ini long", False), ("```perl", False), ("```", False), ("```console agent", True)):
            [block] = markdown.blocks(fenced(line, "x", "```"))
            self.assertEqual(good, marks.fault(block) is None, line)

    def test_an_indented_block(self):
        self.assertEqual([3], markdown.indented(fenced("text", "", "    ls", "```text", "", "    no", "```", "- a", "    b")))

    def test_anchors_and_links(self):
        text = fenced("# One `x.y`, two", "## A", "## A", "[a](#a-1) `[b](c)`")
        self.assertEqual({"one-xy-two", "a", "a-1"}, markdown.anchors(text))
        self.assertEqual(["#a-1"], markdown.links(text))
        self.assertEqual(["d.md: there is no e.md", "d.md: d.md has no heading #b"],
                         list(names.link_faults(self.folder.name, "d.md", "[a](e.md) [b](#b)", {"d.md": text})) if self.touch("d.md") else [])

    def touch(self, name):
        open(os.path.join(self.folder.name, name), "w").close()
        return True

    def test_options_of_our_programs_and_of_nobody(self):
        text = fenced("`aip-agent --cheque`, `ls --all`, `--odd --check`", "```sh", "X=1 bin/aip-plugin call . t '{\"--a\": 1}' --json=--b", "```")
        self.assertEqual({("aip-agent", "--cheque"), ("", "--odd"), ("", "--check"), ("aip-plugin", "--json")}, set(names.used(text)))

    def test_names_with_a_dot(self):
        text = "`log.level = warn`, `log.levels`, `rooms.arr*`, `aip.py`, `a b.c`"
        self.assertEqual(["log.level", "log.levels", "rooms.arr*"], list(names.dotted(text)))

    def test_output_that_fits(self):
        self.assertTrue(fits(["a...c", "..."], "abc\nx\ny\n"))
        self.assertTrue(fits([], ""))
        self.assertFalse(fits([], "a\n"))
        self.assertFalse(fits(["a.c"], "abc\n"))


if __name__ == "__main__":
    unittest.main()
