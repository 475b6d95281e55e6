"""commands.py DOCUMENT --prefix=PREFIX [OPTION]...: types what a document has its reader type, in one shell, and compares what
comes out with what it shows. PREFIX is an installation. --source and --build: the tree, as the document sees it, and what
was built of it. --work: the folder in which it is typed. --limit: seconds for all of it."""
import argparse
import os
import signal
import subprocess
import sys

import marks
import markdown
from scratch import Scratch
from steps import fits, steps

AWAIT = """staying+=($!)
until aip-agentctl health --ready; do kill -0 "${staying[-1]}"; read -r -t 0.05 <> <(:) || true; done >/dev/null 2>&1
"""


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def script(scratch, taken):
    """One bash script of all steps: variables, jobs and folders last from one to the next."""
    text = "set -e -o pipefail\nstaying=()\n"
    for index, step in enumerate(taken):
        file = os.path.join(scratch.folder("steps"), str(index))
        with open(file + ".in", "w") as typed:
            typed.writelines(line + "\n" for line in step.typed)
        command, last = scratch.here(step.command), ""
        if step.stays:
            *before, last = command.rstrip("\n").split("\n")
            command, last = "\n".join([*before, ":"]), f"{last} </dev/null >>{file}.out 2>&1 &\n{AWAIT}"
        text += f"echo {index} >{file}.begun\n{{\n{command}\n}} <{file}.in >{file}.out 2>&1\n{last}"
    return text + 'for each in "${staying[@]}"; do kill "$each" && wait "$each"; done\n'


def type_in(scratch, text, limit):
    """The exit code of the script. What it leaves running ends with it."""
    shell = subprocess.Popen(["bash", "-c", text], cwd=scratch.work, env=scratch.environment(), stdin=subprocess.DEVNULL,
                             start_new_session=True)
    try:
        return shell.wait(limit)
    except subprocess.TimeoutExpired:
        return f"nothing within {limit} s"
    finally:
        try:
            os.killpg(shell.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        shell.wait()


def judge(name, scratch, taken, code):
    """Says what went otherwise than the document says; returns whether all was well."""
    good = code == 0
    for index, step in enumerate(taken):
        file = os.path.join(scratch.root.name, "steps", str(index))
        output = scratch.there(read(file + ".out")) if os.path.exists(file + ".out") else ""
        last = not os.path.exists(os.path.join(scratch.root.name, "steps", f"{index + 1}.begun"))
        if last and code != 0:
            print(f"{name}:{step.number}: ended with {code}:\n{step.command}{output}")
            return False
        if step.seen is not None and not fits(step.seen, output):
            print(f"{name}:{step.number}: '{step.command.strip()}' printed otherwise:\n{output}")
            good = False
    return good


def take(scratch, found):
    """The steps of the blocks that run here; a block with a file is written before."""
    for block in found:
        if block.mark("file"):
            scratch.write(block.mark("file"), block.text)
    return [step for block in found if block.language in marks.RUN and not marks.reason(block) for step in steps(block)]


def run(arguments):
    name = os.path.relpath(arguments.document, arguments.source or ".")
    found = markdown.blocks(read(arguments.document))
    scratch = Scratch(arguments.prefix, arguments.work, arguments.source, arguments.build)
    try:
        running = [block for block in found if block.language in marks.RUN and not marks.reason(block)]
        if arguments.source and running:
            scratch.serve()
        if any("agent" in block.marks for block in running):
            scratch.connect()
        taken = take(scratch, found)
        good = judge(name, scratch, taken, type_in(scratch, script(scratch, taken), arguments.limit))
        print(f"{name}: {len(taken)} steps of {len(running)} blocks")
    finally:
        bad = scratch.close()
    for each in bad:
        print(f"{name}: {each}")
    return 0 if good and not bad else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("document")
    for option in ("prefix", "source", "build", "work"):
        parser.add_argument(f"--{option}")
    parser.add_argument("--limit", type=int, default=240)
    sys.exit(run(parser.parse_args()))


if __name__ == "__main__":
    main()
