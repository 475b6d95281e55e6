#!/usr/bin/env python3
"""Checks the table of rooms in core/README.md against the includes below core/.

Usage: rooms.py CORE. Prints what differs, a line each; exits 1 if anything does. The table must be exact: a room may include
what its row names, and a row names nothing that its room does not include. A room may know only rooms further down.
System headers belong into files named *_linux or *_posix.
"""
import re
import sys
from pathlib import Path

SOURCES = (".h", ".cpp")
INCLUDE = re.compile(r'^#include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
ROW = re.compile(r"^\| `(\w+)/` \|[^|]*\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
SYSTEM = re.compile(r"^(sys|linux|net|netinet|arpa)/|^(dirent|elf|fcntl|netdb|poll|pthread|pwd|spawn|unistd)\.h$")
OURS = re.compile(r"^aip/")  # the SDK: any room may include it


def library(header):
    """What a third-party header belongs to, as the table names it: "Poco/Net", "Poco", "openssl"; None for others."""
    parts = header.split("/")
    if OURS.match(header) or SYSTEM.match(header):
        return None
    if len(parts) == 1:
        return "simdjson" if header == "simdjson.h" else None
    if parts[0] == "Poco" and len(parts) > 2 and parts[1] != "Dynamic":
        return f"Poco/{parts[1]}"
    return parts[0]


def table(core):
    """Per room, in the order of the rows: the rooms and the libraries that its row names."""
    names = lambda cell: set(re.findall(r"`([^`]+)`", cell))
    readme = (core / "README.md").read_text(encoding="utf-8")
    return {room: ({name.rstrip("/") for name in names(knows)}, names(wraps)) for room, knows, wraps in ROW.findall(readme)}


def includes(folder):
    """Every (file, header, ours) below a room's folder."""
    for file in sorted(folder.rglob("*")):
        if file.suffix in SOURCES:
            for ours, other in INCLUDE.findall(file.read_text(encoding="utf-8")):
                yield file, ours or other, bool(ours)


def room_faults(core, room, knows, wraps):
    seen, libraries = set(), set()
    for file, header, ours in includes(core / room):
        where = file.relative_to(core)
        name = header.split("/")[0] if ours else library(header)
        if not ours and SYSTEM.match(header) and not file.stem.endswith(("_linux", "_posix")):
            yield f"{where} includes <{header}>: that belongs into a file named *_linux or *_posix"
        elif name is not None and name != room:
            (seen if ours else libraries).add(name)
            if name not in (knows if ours else wraps):
                yield f"{where} includes {header}: the row of {room}/ does not name {name}"
    for name in sorted(knows - seen):
        yield f"the row of {room}/ names the room {name}, which it does not include"
    for name in sorted(wraps - libraries):
        yield f"the row of {room}/ names {name}, which it does not include"


def faults(core):
    rooms = table(core)
    folders = {folder.name for folder in core.iterdir() if folder.is_dir()}
    for room in sorted(folders ^ rooms.keys()):
        yield f"{room}/ is " + ("not in the table" if room in folders else "in the table but not a folder")
    order = list(rooms)
    for room in (room for room in order if room in folders):
        knows, wraps = rooms[room]
        for name in sorted(knows):
            if name not in order or order.index(name) <= order.index(room):
                yield f"the row of {room}/ names {name}, which does not stand below it"
        yield from room_faults(core, room, knows, wraps)


def main():
    found = list(faults(Path(sys.argv[1])))
    print("\n".join(found) or "the rooms include what the table says")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
