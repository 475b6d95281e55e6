"""The machine on which a document believes to be: folders, environment, and a server with an agent where it wants one."""
import glob
import os
import re
import signal
import subprocess
import tempfile
import time

TREE = ("config", "core", "plugins", "sdk", "tests", "tools", "CMakeLists.txt", "CMakePresets.json")


class Scratch:
    """Stands in `work`, or in a folder of its own. With `source`, the tree and what was built (`build`) can be seen there."""

    def __init__(self, prefix, work=None, source=None, build=None):
        self.root = tempfile.TemporaryDirectory(prefix="aip-doc-", ignore_cleanup_errors=True)  # short: a socket lies in it
        os.chmod(self.root.name, 0o755)
        self.work = work or self.folder("work")
        self.prefix = prefix
        self.port = None
        self.build = build
        self.processes = []
        for name in ("run", "etc/aip-agent", "var/lib", "home"):
            self.folder(name)
        if source:
            self.show(source, build)

    def folder(self, name, mode=0o755):
        path = os.path.join(self.root.name, name)
        os.makedirs(path, mode, exist_ok=True)
        return path

    def show(self, source, build):
        for name in TREE:
            os.symlink(os.path.join(source, name), os.path.join(self.work, name))
        os.mkdir(os.path.join(self.work, "build"))
        for name in ("dev", "release"):
            os.symlink(build, os.path.join(self.work, "build", name))

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        mine = {"HOME": "home", "XDG_RUNTIME_DIR": "run", "XDG_STATE_HOME": "var/lib"}
        for gone in ("RUNTIME_DIRECTORY", "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET"):
            kept.pop(gone, None)
        return {**kept, **{name: os.path.join(self.root.name, path) for name, path in mine.items()}, "LANG": "C.UTF-8",
                "PATH": f"{self.prefix}/bin:{os.environ['PATH']}", **({"AIP_BUILD": self.build} if self.build else {})}

    def places(self):
        """What the document names, and where it is here."""
        root = self.root.name
        found = {f"/{name}/aip-agent": f"{root}/{name}/aip-agent" for name in ("run", "etc", "var/lib")}
        found["/usr/share/aip-sdk"] = f"{self.prefix}/share/aip-sdk"
        if self.port:
            found["wss://server.example/ws"] = f"ws://127.0.0.1:{self.port}/ws"
        return found

    def here(self, text):
        for name, place in self.places().items():
            text = re.sub(rf"(?<![\w.]){re.escape(name)}\b", place, text)
        return re.sub(r"\bPREFIX\b", self.prefix, text)

    def there(self, text):
        for name, place in self.places().items():
            text = text.replace(place, name)
        return text.replace(self.root.name, "")

    def write(self, name, text):
        """Puts a block with the mark file=NAME where its document says."""
        path = os.path.join(self.work, self.here(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o755 if text.startswith("#!") else 0o644), "w") as file:
            file.write(self.here(text))

    def start(self, *command):
        log = open(os.path.join(self.root.name, os.path.basename(command[0]) + ".log"), "w")
        self.processes.append(subprocess.Popen(command, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def serve(self):
        """A server, its key in key.txt of the document's folder."""
        port = os.path.join(self.root.name, "port")
        self.key = os.path.join(self.work, "key.txt")
        self.start(f"{self.prefix}/bin/aip-server", "--port=0", f"--port-file={port}", f"--key-file={self.key}")
        until(lambda: os.path.exists(port))
        self.port = open(port).read().strip()

    def connect(self):
        """An agent that is registered with it, as lab-7."""
        self.start(f"{self.prefix}/bin/aip-agent", f"-Dserver.url=ws://127.0.0.1:{self.port}/ws",
                   f"-Dserver.token_file={self.key}", "-Dclient.id=lab-7")
        ready = [f"{self.prefix}/bin/aip-agentctl", "health", "--ready"]
        until(lambda: subprocess.run(ready, env=self.environment(), capture_output=True).returncode == 0)

    def close(self):
        """Ends what was started; says which of it did not end as it should."""
        bad = []
        for process in reversed(self.processes):
            process.terminate()
            if process.wait(60) != 0:
                bad.append(f"{process.args[0]} ended with {process.returncode}")
        self.end_daemons()
        self.root.cleanup()
        return bad

    def end_daemons(self):
        """They have left the process group of the document's shell, and may still be ending."""
        for file in glob.glob(os.path.join(self.work, "*.pid")):
            try:
                with open(file) as pid:
                    os.kill(int(pid.read()), signal.SIGTERM)
            except (OSError, ValueError):
                continue
            until(lambda: not os.path.exists(file))


def until(condition, limit=120):
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "not within its limit"
        time.sleep(0.02)
