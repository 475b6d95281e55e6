"""pages.py BIN MAN: the pages are clean, can be shown, and say all that the programs say."""
import os
import re
import shutil
import subprocess
import sys

from described import commands, helps, options, run, section

LOCALE = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "200", "MANROFFSEQ": "", "MAN_KEEP_FORMATTING": "", "PAGER": "cat"}


def shown(page):
    """As man shows it, without hyphens at ends of lines."""
    done = subprocess.run(["man", "--warnings", "--no-hyphenation", "--no-justification", "-l", page], capture_output=True, text=True, env=LOCALE)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout


def check_source(page):
    if shutil.which("mandoc"):
        done = subprocess.run(["mandoc", "-T", "lint", page], capture_output=True, text=True)
        assert done.returncode == 0 and done.stdout + done.stderr == "", done.stdout + done.stderr
    if shutil.which("lexgrog"):
        done = run("lexgrog", page)
        name = os.path.basename(page).rsplit(".", 1)[0]
        assert done.returncode == 0 and f'"{name} - ' in done.stdout, done
    source = open(page, encoding="utf-8").read()
    assert re.search(r"^\.TH [A-Z.-]+ [15] \d{4}-\d\d-\d\d ", source, re.MULTILINE), source[:200]
    assert "@" not in re.sub(r"@modelcontextprotocol", "", source), "a place that nothing has filled"


def bold(page):
    """The names of options that the source has in a heading of a list, or in a synopsis."""
    source = open(page, encoding="utf-8").read().replace("\\-", "-")
    return {name for line in source.splitlines() for name in re.findall(r"\\fB(-[^\\]+)\\fR", line)}


def check_program(program, page):
    text = re.sub(r"\s+", " ", shown(page))
    said = set()
    for words, help_text in helps(program).items():
        said |= options(help_text)
        for title in ("Options", "Commands"):
            for form in section(help_text, title):
                assert form in text, (words, form)
    assert bold(page) == said, (bold(page) ^ said, page)
    whole = run(program, "--help").stdout
    for command in commands(whole):
        own = run(program, command, "--help").stdout != whole
        assert not own or f" {os.path.basename(program)} {command} " in text, command
    for code in section(whole, "Exit codes"):
        assert f" {code} " in text[text.index("EXIT STATUS"):], code


def sample_keys(agent):
    """Of --sample=ini: section.key, its default and its meaning, before the sections that the operator names."""
    settings, head = {}, None
    for line in run(agent, "--sample=ini").stdout.splitlines():
        if line.startswith("["):
            head, meaning = line[1:-1], ""
        elif head and line.startswith("; "):
            meaning = line[2:]
        elif head and line.startswith(";"):
            key, _, value = line[1:].partition(" = ")
            settings[f"{head}.{key}"] = (value, meaning.rsplit(" (", 1)[0])
    return {key: said for key, said in settings.items() if not re.match(r"(profile|plugin|mcp|limits)\.|device\.metadata", key)}


def check_settings(agent, page):
    text = re.sub(r"\s+", " ", shown(page))
    keys = sample_keys(agent)
    assert len(keys) > 50, keys
    for key, (value, meaning) in keys.items():
        head = f" {key} = {value} (" if value else f" {key} ("
        assert head in text, (key, value)
        assert meaning in text, (key, meaning)
    source = open(page, encoding="utf-8").read()
    named = set(re.findall(r"^\\fB([a-z_]+\.[a-z_.]+)\\fR", source, re.MULTILINE))
    assert named == set(keys), named ^ set(keys)
    for family in ("profile.NAME", "plugin.ID", "mcp.NAME", "limits.PATTERN", "device.metadata"):
        assert f".SS [{family}]\n" in source, family


def main(programs, pages):
    if not shutil.which("man"):
        sys.exit(77)
    for name in ("aip-agent", "aip-agentctl", "aip-plugin", "aip-server", "aip-import", "aip-bench"):
        page = os.path.join(pages, "man1", name + ".1")
        check_source(page)
        check_program(os.path.join(programs, name), page)
    page = os.path.join(pages, "man5", "aip-agent.ini.5")
    check_source(page)
    check_settings(os.path.join(programs, "aip-agent"), page)


main(*sys.argv[1:])
