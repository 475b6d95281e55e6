"""help.py PROGRAM...: --help, --version and wrong words are alike in all of them."""
import os
import re
import sys

from described import commands, helps, options, run, section

WIDTH = 80


def check_help(name, words, text):
    call = " ".join((name, *words))
    lines = text.splitlines()
    assert lines[0].split(" ")[:2] == ["usage:", name], lines[0]
    assert lines[0].startswith(f"usage: {call}") or words and commands(text), lines[0]
    assert all(line == line.rstrip() and "\t" not in line for line in lines), text
    assert all(len(line) <= WIDTH for line in lines), [line for line in lines if len(line) > WIDTH]
    assert text.endswith("\n") and not text.endswith("\n\n") and "\n\n\n" not in text, text
    after = lines[lines.index("") + 1:]
    sentence = " ".join(after[:after.index("")])
    assert re.fullmatch(r"[A-Z].*[.?]", sentence, re.DOTALL), sentence
    assert "--help" in options(text), text
    assert re.search(r"^Read on: .", text, re.MULTILINE), text
    titles = re.findall(r"^([A-Z][a-z ]+):$", text, re.MULTILINE)
    order = [title for title in ("Commands", "Options", "Exit codes") if title in titles]
    assert [title for title in titles if title in order] == order, titles


def check_exit_codes(text):
    codes = [int(code) for code in section(text, "Exit codes")]
    assert codes[0] == 0 and 64 in codes and codes == sorted(codes), codes


def check_wrong(program, name, *words):
    done = run(program, *words)
    wrong = words[-1].split("=")[0]
    assert done.returncode == 64 and done.stdout == "", (words, done)
    assert done.stderr.startswith(f"{name}: unknown ") and f"'{wrong}" in done.stderr, (words, done)
    assert re.search(rf"; see {name}( [a-z-]+)? --help\n$", done.stderr) and done.stderr.count("\n") == 1, (words, done)


def check(program):
    name = os.path.basename(program)
    for word in ("--help", "-h"):
        done = run(program, word)
        assert done.returncode == 0 and done.stderr == "", done
    for words, text in helps(program).items():
        check_help(name, words, text)
        check_wrong(program, name, *words, "--no-such-option")
    check_exit_codes(run(program, "--help").stdout)
    check_wrong(program, name, "--no-such-option=value")
    if commands(run(program, "--help").stdout):
        check_wrong(program, name, "nosuchcommand")
    done = run(program, "--version")
    assert done.returncode == 0 and done.stderr == "", done
    first, second, third, *rows = done.stdout.splitlines()
    assert re.fullmatch(rf"{name} \d+\.\d+\.\d+", first), first
    assert re.fullmatch(r"build: [A-Za-z]*, (GCC|Clang) [\d.]+, \w+(, sanitizers: [a-z,]+)?(, package [\w.~+-]+)?(, commit \w+(-dirty)?)?",
                        second), second
    assert third == "libraries:" and re.fullmatch(r"  [\w+-]+ +\d+[.\d]* +(lib[\w.+-]+|headers only)", rows[0]), done.stdout


for each in sys.argv[1:]:
    check(each)
