"""What a document has its reader type, step by step, and what it says that the reader sees."""
import re
from dataclasses import dataclass, field


@dataclass
class Step:
    number: int                                # its line in the document
    command: str
    stays: bool = False                        # runs until the end
    typed: list = field(default_factory=list)  # lines for its standard input: those that begin with "> "
    seen: list = None                          # lines of its output; None: whatever it is


def steps(block):
    """A block of sh is one step whose output is not looked at, one of console a step for each line after "$ "."""
    if block.language == "sh":
        return [Step(block.number + 1, block.text, "stays" in block.marks)]
    found = []
    for number, line in enumerate(block.text.splitlines(), block.number + 1):
        if line.startswith("$ "):
            found.append(Step(number, line[2:] + "\n", "stays" in block.marks, seen=[]))
        elif found and found[-1].command.endswith("\\\n"):
            found[-1].command += line + "\n"
        elif found and line.startswith("> "):
            found[-1].typed.append(line[2:])
        elif found:
            found[-1].seen.append(line)
    return found


def fits(seen, output):
    """Whether `output` is what was promised: "..." alone on a line stands for any lines, within a line for any text."""
    pattern = ""
    for line in seen:
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += r"[^\n]*".join(re.escape(part) for part in line.rstrip().split("...")) + r"[ \t]*\n"
    return re.fullmatch(pattern, output if output.endswith("\n") or not output else output + "\n") is not None
