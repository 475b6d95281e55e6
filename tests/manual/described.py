"""What a program's --help says, as far as tests want to know it."""
import re
import subprocess


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


def section(text, title):
    """The forms of a list: "-c, --config=PATH"; a form ends before two blanks."""
    found = re.search(rf"^{title}:\n((?:  .*\n)+)", text, re.MULTILINE)
    lines = found.group(1).splitlines() if found else []
    return [re.split(r"  +", line[2:])[0] for line in lines if line[2] != " "]


def commands(text):
    return section(text, "Commands")


def options(text):
    """All names: -c, --config"""
    return {re.match(r"-[^ =\[]*", name).group() for form in section(text, "Options") for name in form.split(", ")}


def helps(program):
    """--help of the program, and of each command, by the words before it."""
    whole = run(program, "--help").stdout
    found = {(): whole}
    for command in commands(whole):
        found[command,] = run(program, command, "--help").stdout
    return found
