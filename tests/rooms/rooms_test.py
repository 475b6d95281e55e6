#!/usr/bin/env python3
"""Whether rooms.py notices what it is there to notice."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import rooms  # noqa: E402

TABLE = """| room | what it is for | knows | includes |
|---|---|---|---|
| `upper/` | above | `lower/` | `Poco/Net` |
| `lower/` | below | | `simdjson` |
"""


class Rooms(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.core = Path(self._folder.name)
        self.write("README.md", TABLE)
        self.write("upper/a.cpp", '#include "lower/b.h"\n#include "upper/a.h"\n#include <Poco/Net/Socket.h>\n#include <vector>\n')
        self.write("lower/b.h", "#include <simdjson.h>\n#include <aip/abi.h>\n")
        self.write("lower/b_linux.cpp", "#include <unistd.h>\n")

    def write(self, name, text):
        (self.core / name).parent.mkdir(exist_ok=True)
        (self.core / name).write_text(text, encoding="utf-8")

    def faults(self):
        return "\n".join(rooms.faults(self.core))

    def test_a_true_table(self):
        self.assertEqual(self.faults(), "")

    def test_an_arrow_upwards(self):
        self.write("lower/c.cpp", '#include "upper/a.h"\n')
        self.assertIn("lower/c.cpp includes upper/a.h", self.faults())

    def test_a_row_that_points_upwards(self):
        self.write("README.md", TABLE.replace("below | |", "below | `upper/` |"))
        self.assertIn("names upper, which does not stand below it", self.faults())

    def test_a_library_that_the_row_does_not_name(self):
        self.write("upper/c.h", "#include <openssl/ssl.h>\n")
        self.assertIn("upper/c.h includes openssl/ssl.h", self.faults())

    def test_one_part_of_a_library_is_not_another(self):
        self.write("upper/c.h", "#include <Poco/URI.h>\n")
        self.assertIn("does not name Poco", self.faults())

    def test_a_row_that_names_too_much(self):
        self.write("README.md", TABLE.replace("`simdjson`", "`simdjson`, `fmt`"))
        self.assertIn("names fmt, which it does not include", self.faults())

    def test_a_folder_without_a_row(self):
        self.write("other/a.h", "")
        self.assertIn("other/ is not in the table", self.faults())

    def test_a_system_header_in_portable_code(self):
        self.write("upper/c.cpp", "#include <sys/socket.h>\n")
        self.assertIn("belongs into a file named *_linux or *_posix", self.faults())


if __name__ == "__main__":
    unittest.main()
