"""A document taken apart: its blocks, headings, links and code spans."""
import re
from dataclasses import dataclass

FENCE = re.compile(r"^( *)```(.*)$")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SPAN = re.compile(r"`([^`]+)`")


@dataclass
class Block:
    """A fenced block: ```LANGUAGE MARK..."""
    number: int  # the line of its fence, from 1
    language: str
    marks: list
    text: str

    def mark(self, name):
        """The value of NAME=VALUE among the marks, or None."""
        return next((mark[len(name) + 1:] for mark in self.marks if mark.startswith(name + "=")), None)


def blocks(text):
    """Every fenced block; one within a list loses the list's indentation."""
    found, inside = [], None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if inside is not None and fence:
            found.append(inside)
            inside = None
        elif fence:
            words = fence[2].split()
            inside, indent = Block(number, words[0] if words else "", words[1:], ""), len(fence[1])
        elif inside is not None:
            inside.text += line[indent:] + "\n"
    return found


def prose(text):
    """The document with empty lines in the place of its blocks."""
    kept, inside = [], False
    for line in text.splitlines():
        fence = FENCE.match(line)
        kept.append("" if inside or fence else line)
        inside ^= bool(fence)
    return "\n".join(kept)


def indented(text):
    """The numbers of the lines at which a block begins that is indented instead of fenced."""
    lines = [""] + prose(text).splitlines()
    return [number for number in range(1, len(lines))
            if lines[number].startswith("    ") and (not lines[number - 1].strip() or lines[number - 1].startswith("#"))]


def spans(text):
    """Every code span outside of blocks, its line breaks as blanks."""
    return [re.sub(r"\s+", " ", span) for span in SPAN.findall(prose(text))]


def links(text):
    return LINK.findall(re.sub(SPAN, "", prose(text)))


def anchors(text):
    """What code hosts make of the headings."""
    found = set()
    for heading in HEADING.findall(prose(text)):
        base = re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", heading).lower()).replace(" ", "-")
        count = 1
        anchor = base
        while anchor in found:
            anchor = f"{base}-{count}"
            count += 1
        found.add(anchor)
    return found
