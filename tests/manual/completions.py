"""completions.py BIN SHARE: what the installed scripts complete, in each shell that is there."""
import os
import shutil
import subprocess
import sys

from described import commands, options, run

PROGRAMS = ("aip-agent", "aip-agentctl", "aip-plugin", "aip-server", "aip-import")


def in_bash(script, *words):
    """What bash would propose for the last word."""
    line = f"source {script}; COMP_WORDS=({' '.join(repr(word) for word in words)}); COMP_CWORD={len(words) - 1}; " \
           f"compopt() {{ :; }}; _{words[0].replace('-', '_')}; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = run("bash", "-u", "-c", line)
    assert done.returncode == 0 and done.stderr == "", (words, done)
    return {word.rstrip("=") for word in done.stdout.split()}


def in_fish(script, *words):
    done = run("fish", "--no-config", "-c", f"source {script}; complete -C {' '.join(words)!r}")
    assert done.returncode == 0 and done.stderr == "", (words, done)
    return {line.split("\t")[0].rstrip("=") for line in done.stdout.splitlines()}


def in_zsh(script, *words):
    """zsh tells its proposals to the line editor only: that the script is read, and defines its function."""
    done = run("zsh", "-f", "-c", f"autoload -Uz compinit; compinit -u -D; functions[_tried]=\"$(<{script})\"; "
                                  f"whence -w _tried")
    assert done.returncode == 0 and done.stderr == "" and "function" in done.stdout, (words, done)


def long_options(text):
    return {name for name in options(text) if name.startswith("--")}


def check(program, scripts):
    name = os.path.basename(program)
    text = run(program, "--help").stdout
    bash, zsh, fish = scripts
    for shell, script in zip(("bash", "zsh", "fish"), scripts):
        assert os.path.getsize(script) > 0
        if shutil.which(shell):
            done = subprocess.run([shell, "-n", script], capture_output=True, text=True)
            assert done.returncode == 0, done
    assert open(zsh).readline() == f"#compdef {name}\n"
    proposers = [(in_bash, bash)] + ([(in_fish, fish)] if shutil.which("fish") else [])
    for propose, script in proposers:
        if commands(text):
            assert set(commands(text)) <= propose(script, name, ""), (propose, name)
        else:
            assert propose(script, name, "--") == long_options(text), (propose, name)
        for command in commands(text):
            wanted = long_options(run(program, command, "--help").stdout)
            assert propose(script, name, command, "--") == wanted, (propose, name, command)
    assert in_bash(bash, name, "--config", "=") == set()
    if shutil.which("zsh"):
        in_zsh(zsh, name)


def main(programs, share):
    for name in PROGRAMS:
        check(os.path.join(programs, name), [os.path.join(share, place) for place in (
            f"bash-completion/completions/{name}", f"zsh/vendor-completions/_{name}", f"fish/vendor_completions.d/{name}.fish")])
    agentctl = os.path.join(share, "bash-completion/completions/aip-agentctl")
    assert in_bash(agentctl, "aip-agentctl", "plugins", "re") == {"restart", "revive"}


main(*sys.argv[1:])
