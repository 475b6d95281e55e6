"""names.py CASE SOURCE PREFIX BUILD: what the documents name exists. Prints what does not, a line each; exits 1 if anything."""
import fnmatch
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import markdown
import marks

OURS = ("aip-agent", "aip-agentctl", "aip-bench", "aip-import", "aip-plugin", "aip-server")
SUFFIXES = ("md", "py", "h", "hpp", "cpp", "c", "sh", "mjs", "js", "json", "ini", "xml", "so", "jsonl", "log", "sock", "lock", "service",
            "yaml", "yml", "pem", "key", "txt", "toml", "in", "bin", "tools", "example", "deb", "js")
TYPED = re.compile(r"README\.md$|(config|core|plugins|tools)/|sdk/(README|PROGRAMS)\.md$")  # CMakeLists.txt, sdk.template
METHODS = {"tools/list", "tools/call"}  # of MCP, not paths
OPEN = {"mcp.*.enabled"}                # keys of sections that the operator names
FOREIGN = {"--header", "--allow-downgrades"}  # of programs that are only spoken of
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")
METRIC = re.compile(r"\baip_agent_\w+")
CODE = re.compile(r"\bAIP-\d{3}\b")


def documents(source):
    """Every document of the tree, by its path; not the changelog, which tells of what was."""
    for path in sorted(Path(source).rglob("*.md")):
        parts = path.relative_to(source).parts
        if parts[0] not in ("build", ".git", "CHANGELOG.md") and "node_modules" not in parts:
            yield str(path.relative_to(source)), path.read_text(encoding="utf-8")


def printed(folder, *command):
    return subprocess.run([f"{folder}/bin/{command[0]}", *command[1:]], capture_output=True, text=True).stdout


# Blocks.

def block_faults(found):
    for block in found:
        fault = marks.fault(block) or unreadable(block)
        if fault:
            yield block.number, fault


def unreadable(block):
    """A block of data or of a program that is not one of its language."""
    try:
        if block.language == "json":
            json.loads(block.text)
        elif block.language == "python":
            compile(block.text, "block", "exec")
        elif block.language == "bash":
            subprocess.run(["bash", "-n"], input=block.text, text=True, check=True, capture_output=True)
    except (ValueError, SyntaxError, subprocess.CalledProcessError) as error:
        return f"this is not {block.language}: {error}"
    return None


def blocks(source, prefix, build):
    for name, text in documents(source):
        for number in markdown.indented(text):
            yield f"{name}:{number}: an indented block: fence it, and say its language"
        for number, fault in block_faults(markdown.blocks(text)):
            yield f"{name}:{number}: {fault}"
        for block in (block for block in markdown.blocks(text) if block.language in marks.RUN):
            if marks.reason(block):
                print(f"not run: {name}:{block.number}: {marks.reason(block)}")
            elif not TYPED.match(name):
                yield f"{name}:{block.number}: no test types this document"


# Configurations.

def refused(prefix, block):
    """What the agent says of a block that it cannot understand."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "shown." + block.language)
        with open(file, "w") as shown:
            shown.write(block.text)
        done = subprocess.run([f"{prefix}/bin/aip-agent", "--print-config", f"--config={file}"], capture_output=True, text=True,
                              env={**os.environ, "CREDENTIALS_DIRECTORY": folder})
        return [line for line in (done.stdout + done.stderr).splitlines() if re.match(r"AIP-10[123] ", line)]


def configurations(source, prefix, build):
    for name, text in documents(source):
        for block in markdown.blocks(text):
            if block.language in ("ini", "xml"):
                for line in refused(prefix, block):
                    yield f"{name}:{block.number}: {line}"


# Links and paths.

def link_faults(source, name, text, texts):
    for link in markdown.links(text):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = os.path.normpath(os.path.join(os.path.dirname(name), target)) if target else name
        if not os.path.exists(os.path.join(source, path)):
            yield f"{name}: there is no {path}"
        elif anchor and anchor not in markdown.anchors(texts.get(path, "")):
            yield f"{name}: {path} has no heading #{anchor}"


def placed(name):
    """With a * in the place of each NAME that stands for others."""
    return re.sub(r"(?<![a-z0-9])[A-Z]{2,}(?![a-z0-9])", "*", name)


def path_faults(source, name, text):
    """Paths in code spans that begin with a folder of the tree, or of the document."""
    top = {entry.name for entry in Path(source).iterdir() if entry.is_dir()} - {"build"}
    for span in markdown.spans(text):
        path = placed(span.rstrip("/"))
        if re.fullmatch(r"[\w./*-]+", span) and "/" in path and path.split("/")[0] in top and span not in METHODS:
            if not any(list(Path(base).glob(path)) for base in (source, os.path.join(source, os.path.dirname(name)))):
                yield f"{name}: there is no {span}"


def links(source, prefix, build):
    texts = dict(documents(source))
    texts["CHANGELOG.md"] = Path(source, "CHANGELOG.md").read_text(encoding="utf-8")
    for name, text in texts.items():
        yield from link_faults(source, name, text, texts)
        yield from path_faults(source, name, text) if name != "CHANGELOG.md" else ()


# Settings and tests.

def setting_names(prefix):
    """The keys of the table, and their sections."""
    found, section = set(), ""
    for line in printed(prefix, "aip-agent", "--sample=ini").splitlines():
        header, key = re.fullmatch(r"\[([\w.]+)\]", line), re.match(r";(\w+) = ", line)
        section = header[1] if header else section
        if key and "." not in section:
            found.add(f"{section}.{key[1]}")
    return found


def test_names(build):
    listed = subprocess.run(["ctest", "--test-dir", build, "-N"], capture_output=True, text=True, errors="replace", check=True).stdout
    return set(re.findall(r"Test +#\d+: (\S+)", listed))


def dotted(text):
    """SECTION.KEY or PROGRAM.TEST in a code span, without a value after it."""
    for span in markdown.spans(text):
        name = re.match(r"([a-z_0-9]+\.[\w.*]+)(?: ?=.*)?$", span)
        if name and name[1].rsplit(".")[-1] not in SUFFIXES:
            yield name[1]


def names(source, prefix, build):
    settings, tests = setting_names(prefix), test_names(build)
    sections, programs = ({name.split(".")[0] for name in each} for each in (settings, tests))
    for document, text in documents(source):
        for name in dotted(text):
            if name.split(".")[0] in sections | programs and not fnmatch.filter(settings | tests | OPEN, placed(name)):
                yield f"{document}: there is neither a setting nor a test {name}"
        for pattern in set(re.findall(r"ctest [^`\n]*-R[ =]?'?([^\s'`]+)", text)) - {"NAME"}:
            if not any(re.search(pattern, test) for test in tests):
                yield f"{document}: ctest -R {pattern} finds no test"
        for test in filter(None, (block.mark("ctest") for block in markdown.blocks(text))):
            if test not in tests:
                yield f"{document}: there is no test {test}"


# Tables of keys, requests and exit codes.

def first_column(text, heading, title):
    """The names in the first column of the table with the head `title` below a heading."""
    table = re.search(rf"^#+ {heading}\n.*?^\| {title} \|.*?\n(.*?)(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)[1]
    return {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def exit_codes(source, build, document, program):
    """Those that the document tells, and those of the program's help."""
    table = re.search(r"^\| exit code \|.*?(?:\n\n|\Z)", Path(source, document).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[0]
    helped = printed(build, program, "--help").split("Exit codes:")[-1]
    return document, set(re.findall(r"^\| (\d+) \|", table, re.MULTILINE)), set(re.findall(r"^  (\d+) ", helped, re.MULTILINE))


def requests(source):
    """Those of the operator's interface."""
    path = r"/(?:v1/[a-z/-]+|healthz|readyz|metrics)"
    sources = "\n".join(file.read_text(encoding="utf-8") for file in sorted(Path(source, "core/control").glob("api.*")))
    rows = re.findall(r"^\| (`(?:GET|POST) .*?) \|", Path(source, "core/control/README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return "core/control/README.md", set(re.findall(path, " ".join(rows))), set(re.findall(rf'"({path})"', sources))


def tables(source, prefix, build):
    """(document, what its table tells, what there is)."""
    config, plugins = (Path(source, name).read_text(encoding="utf-8") for name in ("config/README.md", "plugins/README.md"))
    sections = Path(source, "core/app/server_sections.cpp").read_text(encoding="utf-8")
    shell = json.loads(Path(prefix, "lib/aip-agent/plugins/shell/plugin.json").read_text(encoding="utf-8"))
    yield ("config/README.md", first_column(config, "MCP servers", "key"),
           set(re.findall(r'^ *\{"(\w+)", "(?:text|list|path|seconds|size|number|boolean)",', sections, re.MULTILINE)))
    yield "plugins/README.md", first_column(plugins, "shell", "setting"), set(shell["settings"]["properties"])
    yield "plugins/README.md", first_column(plugins, "shell", "tool"), {tool["name"] for tool in shell["tools"]}
    yield requests(source)
    yield exit_codes(source, build, "config/README.md", "aip-agent")
    yield exit_codes(source, build, "tools/aip-agentctl/README.md", "aip-agentctl")


def keys(source, prefix, build):
    for document, told, real in tables(source, prefix, build):
        yield from (f"{document}: there is no {name}" for name in sorted(told - real))
        yield from (f"{document} does not tell of {name}" for name in sorted(real - told))


# Options.

def subcommands(text):
    """What a help lists by name."""
    return set(re.findall(r"^  ([a-z][a-z-]*)\b", text, re.MULTILINE))


def options(build, program):
    """Every option that a program's help has, its commands' included."""
    text = printed(build, program, "--help")
    more = [printed(build, program, command, "--help") for command in sorted(subcommands(text))] if program != "aip-agent" else []
    return set(OPTION.findall("\n".join([text, *more]))) | {"--help", "--version"}


def used(text):
    """(program, option) of each call of a program of ours in spans and blocks; without a program: a span that is an option."""
    lines = markdown.spans(text)
    for block in markdown.blocks(text):
        if block.language in marks.RUN:
            lines += re.sub(r"\\\n", " ", block.text).splitlines()
    for line in lines:
        for part in re.split(r"[;|&]+|\$\(", re.sub(r"'[^']*'|\"[^\"]*\"", "", line)):
            words = re.sub(r"^(\$ )?(\w+=\S* )*", "", part.strip()).split(" -- ")[0]
            program = os.path.basename(words.split(" ")[0]) if words else ""
            if program in OURS or (words.startswith("--") and line == words):
                for option in OPTION.findall(re.sub(r"=\S+", "", words)):
                    yield program if program in OURS else "", option


def option_names(source, prefix, build):
    known = {program: options(build, program) for program in OURS}
    known[""] = set().union(*known.values()) | set(OPTION.findall(" ".join(
        path.read_text() for path in Path(source, "tools").glob("*.sh"))))
    for document, text in documents(source):
        for program, option in sorted(set(used(text))):
            if option not in known[program] | FOREIGN and not (program and re.match(r"-[DcfNVh]", option)):
                yield f"{document}: {program or 'no program of ours'} has no option {option}"


# Codes of findings, and metrics.

def codes(source, prefix, build):
    config = Path(source, "config/README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| (AIP-\d{3}) ", config, re.MULTILINE))
    for document, text in documents(source):
        for code in sorted(set(CODE.findall(text)) - listed):
            yield f"{document}: {code} is not in the table of config/README.md"


def metrics(source, prefix, build):
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(source, "core").rglob("*.cpp")))
    real = set(re.findall(r'"(aip_agent_\w+)"', text))
    for document, told in documents(source):
        for name in sorted(set(METRIC.findall(told))):
            if name not in real and re.sub(r"_(bucket|sum|count)$", "", name) not in real:
                yield f"{document}: there is no metric {name}"
    for name in sorted(real - set(METRIC.findall(Path(source, "config/README.md").read_text(encoding="utf-8")))):
        yield f"config/README.md does not tell of {name}"


# What the map of the inside names.

def identifiers(source, prefix, build):
    sources = "\n".join(path.read_text(encoding="utf-8") for path in Path(source, "core").rglob("*") if path.suffix in (".h", ".cpp"))
    known = set(re.findall(r"\b\w+\b", sources))
    for block in markdown.blocks(Path(source, "core/README.md").read_text(encoding="utf-8")):
        for name in re.findall(r"\b(?:[A-Z][a-z0-9]+){2,}\b|\b[a-z]+(?:[A-Z][a-z0-9]+)+\b", block.text):
            if name not in known:
                yield f"core/README.md:{block.number}: nothing in core/ is called {name}"


CASES = {"blocks": blocks, "configurations": configurations, "links": links, "names": names, "keys": keys,
         "options": option_names, "codes": codes, "metrics": metrics, "identifiers": identifiers}


def main(case, source, prefix, build):
    faults = list(CASES[case](source, prefix, build))
    print("\n".join(faults) or f"{case}: all is as the documents say")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
