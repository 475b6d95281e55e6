"""`aip-plugin dev` with a person at its prompt, who waits for the lines that it prints. dev_test.py CASE AIP-PLUGIN"""
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

LIMIT = 120


class Dev:
    def __init__(self, tool, folder, *options):
        self.process = subprocess.Popen([tool, "dev", folder, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self.seen = ""
        self.place = 0
        self.changed = threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.seen += line
                self.changed.notify_all()
        with self.changed:
            self.seen += "\n(end of the output)\n"
            self.changed.notify_all()

    def type(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def await_line(self, text):
        """Until `text` stands in what has come since the last time; the line."""
        with self.changed:
            if not self.changed.wait_for(lambda: text in self.seen[self.place:], LIMIT):
                sys.exit(f"'{text}' did not come:\n{self.seen}")
            begin = self.seen.index(text, self.place)
            end = self.seen.index("\n", begin)
            line = self.seen[self.seen.rfind("\n", 0, begin) + 1:end]
            self.place = end
            return line

    def children(self):
        found = subprocess.run(["ps", "--ppid", str(self.process.pid), "-o", "pid="], capture_output=True, text=True)
        return [int(pid) for pid in found.stdout.split()]

    def end(self, how):
        children = self.children()
        assert len(children) >= 2, children
        how()
        code = self.process.wait(LIMIT)
        await_gone(children)
        return code


def await_gone(processes):
    end = time.monotonic() + LIMIT
    while [pid for pid in processes if os.path.exists(f"/proc/{pid}")]:
        if time.monotonic() > end:
            sys.exit(f"still there: {processes}")
        time.sleep(0.02)


def edit(file, old, new):
    text = open(file).read()
    assert old in text, text
    with open(file, "w") as out:
        out.write(text.replace(old, new))


def new(tool, name, *options):
    subprocess.run([tool, "new", name, *options], check=True, capture_output=True)
    return os.path.abspath(name)


def loop(tool):
    """Edit, broken, mended; all of it in one run."""
    folder = new(tool, "rain", "--python")
    source = os.path.join(folder, "rain.py")
    dev = Dev(tool, folder)
    dev.await_line("dev: rain 1.0.0 runs after ")
    dev.type('greet {"name": "Ann"}')
    dev.await_line("call action::greet: OK in ")
    dev.await_line('"Hello Ann"')
    edit(source, "Hello", "Good day")
    begun = time.monotonic()
    dev.await_line("dev: changed: rain.py")
    dev.await_line("dev: rain 1.0.0 runs after ")
    print(f"edit to running: {time.monotonic() - begun:.2f} s")
    dev.type('greet {"name": "Ann"}')
    dev.await_line('"Good day Ann"')
    edit(source, "def greet", "def greet greet")
    dev.await_line("dev: it does not run:")
    dev.await_line("SyntaxError")
    dev.await_line("the last one that worked goes on")
    dev.type('greet {"name": "Bob"}')
    dev.await_line('"Good day Bob"')
    edit(source, "def greet greet", "def greet")
    dev.await_line("dev: rain 1.0.0 runs after ")
    dev.type("tools")
    dev.await_line("action::greet(name, [times]): Greets someone.")
    dev.type('greet {"nam": 1}')
    dev.await_line("aip-plugin: greet: ")
    dev.type("greet {")
    dev.await_line("aip-plugin: greet: parameters: ")
    dev.type("gret {}")
    dev.await_line("aip-plugin: gret: ")
    code = dev.end(lambda: dev.type("quit"))
    assert code == 0, code
    assert json.load(open(os.path.join(folder, "plugin.json")))["id"] == "rain"
    subprocess.run([tool, "check", "--quick", folder], check=True)


def others(tool):
    """Somebody else calls the plugin, with the address and the key that it prints. The operator's socket is its own, and
    not where an agent of this user, or of the system, has it."""
    for name in ("RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"):
        os.mkdir(name)
        os.environ[name] = os.path.abspath(name)
    dev = Dev(tool, new(tool, "rain", "--bash"))
    words = dev.await_line("dev: others call it at ").split()
    address, key = words[words.index("at") + 1], open(words[-1]).read().strip()
    body = {"client_id": "dev", "commands": [{"tool_name": "greet", "parameters": {"name": "Eve"}}]}
    request = urllib.request.Request(address + "/commands", json.dumps(body).encode(), {"X-API-Key": key})
    assert json.load(urllib.request.urlopen(request, timeout=60))["results"][0]["result"] == "Hello Eve"
    dev.await_line("call action::greet: OK in ")
    assert stat.S_ISSOCK(os.stat(os.path.join(os.path.dirname(words[-1]), "control.sock")).st_mode)
    assert not os.listdir("RUNTIME_DIRECTORY") and not os.listdir("XDG_RUNTIME_DIR")
    assert dev.end(lambda: dev.process.send_signal(signal.SIGINT)) == 0


def ends(tool):
    """Nothing outlives it, however it ends; only a killed one leaves its folder, to the next one."""
    folder = new(tool, "rain", "--bash")
    os.mkdir("temporary")
    os.environ["TMPDIR"] = os.path.abspath("temporary")
    left = lambda: [name for name in os.listdir("temporary") if name.startswith("aip-plugin-dev-")]
    close = lambda dev: dev.process.stdin.close()
    for how, folders in ((close, 0), (lambda dev: dev.process.terminate(), 0), (lambda dev: dev.process.kill(), 1), (close, 0)):
        dev = Dev(tool, folder)
        dev.await_line("dev: rain 1.0.0 runs after ")
        assert len(left()) == 1, left()
        assert os.listdir(os.path.join("temporary", *left(), "state")), "the agent has no state of its own"
        dev.end(lambda: how(dev))
        assert len(left()) == folders, left()


def once(tool):
    """--call, with its exit codes; the terminal's output is the result alone."""
    folder = new(tool, "rain", "--bash")
    run = lambda *words: subprocess.run([tool, "dev", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    done = run(folder, "--call", "greet", '{"name": "Ann"}')
    assert (done.returncode, done.stdout) == (0, '"Hello Ann"\n'), done
    assert run(folder, "--call", "greet", "{}").returncode == 1
    assert run(folder, "--call", "no_such_tool").returncode == 1
    assert run(folder, '{"name": "Ann"}').returncode == 64
    os.mkdir("empty")
    nothing = run("empty", "--call", "greet")
    assert nothing.returncode == 1 and "neither CMakeLists.txt" in nothing.stderr, nothing
    edit(os.path.join(folder, "plugin.json"), '"Says hello."', '"An old text."')
    edit(os.path.join(folder, "rain.sh"), '"Hello "', '"Hi "')
    assert run(folder, "--call", "greet", '{"name": "Ann"}').stdout == '"Hi Ann"\n'
    assert "Says hello." in open(os.path.join(folder, "plugin.json")).read()
    script = os.path.join(folder, "rain.sh")
    os.chmod(script, 0o644)
    forgotten = run(folder, "--call", "greet", '{"name": "Ann"}')
    assert forgotten.returncode == 1 and f"it does not run: {script} is not executable: chmod +x {script}" in forgotten.stderr, forgotten
    os.remove(os.path.join(folder, "plugin.json"))
    forgotten = run(folder, "--call", "greet", '{"name": "Ann"}')
    assert forgotten.returncode == 1 and f"rain.sh is not executable: chmod +x {script}" in forgotten.stderr, forgotten
    shutil.copy(script, "rain/hail.sh")
    forgotten = run(folder, "--call", "greet", '{"name": "Ann"}')
    assert "chmod +x that which is the plugin: hail.sh, rain.sh" in forgotten.stderr, forgotten
    os.remove("rain/hail.sh")
    os.chmod(script, 0o755)  # the only executable file writes plugin.json
    assert run(folder, "--call", "greet", '{"name": "Eve"}').stdout == '"Hi Eve"\n'


def compiled(tool):
    """A plugin in C++ from an installed SDK: AIP-PLUGIN is that of its prefix. One file is enough."""
    folder = new(tool, "hello")
    source = os.path.join(folder, "hello.cpp")
    dev = Dev(tool, folder, "--define", "plugin.hello.greeting=Hi")
    dev.await_line("dev: hello 1.0.0 runs after ")
    dev.type('greet {"name": "Ann"}')
    dev.await_line('"Hi Ann"')
    edit(source, '" " + name', '", " + name')
    begun = time.monotonic()
    dev.await_line("dev: hello 1.0.0 runs after ")
    print(f"edit to running: {time.monotonic() - begun:.2f} s")
    dev.type('greet {"name": "Ann"}')
    dev.await_line('"Hi, Ann"')
    edit(source, "return text;", "return txt;")
    dev.await_line("dev: it does not run:")
    dev.await_line("hello.cpp:")
    dev.await_line("the last one that worked goes on")
    dev.type('greet {"name": "Bob"}')
    dev.await_line('"Hi, Bob"')
    edit(source, "return txt;", "return text;")
    dev.await_line("dev: hello 1.0.0 runs after ")
    dev.end(lambda: dev.type("quit"))
    os.mkdir("alone")
    shutil.copy(source, "alone")
    done = subprocess.run([tool, "dev", "alone", "--call", "greet", '{"name": "Ann"}'], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (0, '"Hello, Ann"\n'), done


def cargo(tool):
    """The Rust example as a crate, without CMake; and a crate that is a program."""
    examples = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../sdk/examples/hello_rust")
    os.mkdir("crate")
    for name in ("hello.rs", "plugin.json.in"):
        shutil.copy(os.path.join(examples, name), "crate")
    with open("crate/Cargo.toml", "w") as out:
        out.write('[package]\nname = "hello_rust"\nversion = "1.0.0"\nedition = "2021"\n'
                  '[lib]\npath = "hello.rs"\ncrate-type = ["cdylib"]\n')
    run = lambda *words: subprocess.run([tool, "dev", "crate", *words], capture_output=True, text=True,
                                        stdin=subprocess.DEVNULL)
    done = run("--call", "greet", '{"name": "Ann"}')
    assert done.returncode == 0 and "Hello Ann" in done.stdout, done
    edit("crate/hello.rs", "fn ", "fun ")
    broken = run("--call", "greet", '{"name": "Ann"}')
    assert broken.returncode == 1 and "error: " in broken.stderr and "Compiling" not in broken.stderr, broken
    assert "waiting for a change" not in broken.stderr, "with --call it waits for nothing"
    with open("crate/hello.rs", "w") as out:
        out.write('fn main() { println!("7"); }\n')
    with open("crate/Cargo.toml", "w") as out:
        out.write('[package]\nname = "seven"\nversion = "1.0.0"\n[[bin]]\nname = "seven"\npath = "hello.rs"\n')
    manifest = {"schema_version": 1, "id": "seven", "version": "1.0.0", "description": "7.", "command": ["./seven"],
                "protocol": "exec", "files": [{"name": "seven", "sha256": 64 * "0"}],
                "tools": [{"name": "say", "type": "action", "namespace": "Seven", "description": "7.",
                           "input_schema": {"type": "object"}}]}
    with open("crate/plugin.json", "w") as out:
        json.dump(manifest, out)
    seven = run("--call", "say")
    assert (seven.returncode, seven.stdout) == (0, "7\n"), seven


if __name__ == "__main__":
    program = os.path.abspath(sys.argv[2])
    needed = {"others": "jq", "ends": "jq", "once": "jq", "cargo": "cargo"}.get(sys.argv[1])
    if needed and not shutil.which(needed):
        sys.exit(77)
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        globals()[sys.argv[1]](program)
        os.chdir("/")
