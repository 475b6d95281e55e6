"""`aip-plugin install --reload` with an agent that runs. install_test.py AIP-PLUGIN AIP-AGENT"""
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading

TOOL, AGENT = sys.argv[1:]
LIMIT = 60


def run(*words):
    done = subprocess.run([TOOL, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LIMIT)
    return done.returncode, done.stdout


def expect(result, code, text):
    assert result[0] == code and text in result[1], f"expected {code} and '{text}': {result}"


def edit(file, old, new):
    with open(file, encoding="utf-8") as source:
        text = source.read()
    assert old in text, (file, old)
    with open(file, "w", encoding="utf-8") as source:
        source.write(text.replace(old, new))


def start_agent():
    agent = subprocess.Popen([AGENT, "--pidfile=agent.pid", "-D", "server.url=ws://127.0.0.1:1/ws", "-D", "client.id=dev",
                              "-D", f"plugins.directories={os.getcwd()}/plugins", "-D", f"state.directory={os.getcwd()}/state",
                              "-D", "plugin.off.enabled=false", "-D", f"control.socket={os.getcwd()}/control"],
                             stderr=subprocess.PIPE, text=True)
    for line in agent.stderr:  # the plugins are admitted before the first attempt
        if "connecting to" in line:
            return agent
    sys.exit("the agent has ended")


def asked(agent):
    install = ["install", "words", "plugins", "--reload=control"]
    expect(run(*install), 0, "the agent has it: ")
    edit("words/plugin.json", '"1.0.0"', '"1.1.0"')
    expect(run(*install), 0, "words 1.1.0 is installed in plugins/words\nthe agent has it: ")
    edit("words/plugin.json", '"1.1.0"', '"1.0.0"')
    expect(run(*install), 0, "words 1.0.0 is installed")
    edit("words/plugin.json", '"./words.sh"', '"no-such-program-anywhere"')
    expect(run(*install), 1, "the agent does not take it: ")
    run("new", "off", "--bash")
    expect(run("install", "off", "plugins", "--reload=control"), 1, "the agent has it, but it is disabled")
    os.mkdir("elsewhere")
    run("new", "other", "--bash")
    expect(run("install", "other", "elsewhere", "--reload=control"), 1, "the agent has no plugin 'other'")


def told(agent):
    expect(run("install", "other", "plugins", "--reload=agent.pid"), 0, f"the agent, process {agent.pid}, is told")
    for line in agent.stderr:
        if re.search(r"reload: done; plugins at work: .*other 1\.0\.0", line):
            return
    sys.exit("it was not")


def not_there():
    other = subprocess.Popen(["/bin/sleep", str(LIMIT)])
    with open("agent.pid", "w", encoding="utf-8") as pidfile:
        pidfile.write(f"{other.pid}\n")
    expect(run("install", "other", "plugins", "--reload=agent.pid"), 1, "the agent that has left it does not run")
    assert other.poll() is None, "a process that is no agent was sent a signal"
    other.kill()
    other.wait()
    expect(run("install", "other", "plugins", "--reload=agent.pid"), 1, "the agent that has left it does not run")
    expect(run("install", "other", "plugins", "--reload=control"), 1, "no agent runs")
    with socket.socket(socket.AF_UNIX) as left:
        left.bind("left")
    expect(run("install", "other", "plugins", "--reload=left"), 1, "no agent runs at left: connecting: Connection refused")


def no_answer():
    """There is something, so nobody says that no agent runs."""
    expect(run("install", "other", "plugins", "--reload=plugins"), 1, "--reload: plugins: not a plain file")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as first:
        server.bind("deaf")
        server.listen(0)
        first.connect("deaf")  # is all that it takes
        expect(run("install", "other", "plugins", "--reload=deaf"), 1, "--reload: deaf: connecting: it takes too long")
        server.accept()[0].close()
        server.listen(1)
        closing = threading.Thread(target=lambda: server.accept()[0].close())
        closing.start()
        result = run("install", "other", "plugins", "--reload=deaf")
        closing.join(60)
        expect(result, 1, "--reload: deaf: ")


with tempfile.TemporaryDirectory() as place:
    os.chdir(place)
    os.mkdir("plugins")
    run("new", "words", "--bash")
    running = start_agent()
    try:
        asked(running)
        told(running)
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=LIMIT)
    not_there()
    no_answer()
