"""service.py CASE INSTALLED PLUGINS: the installed units under a real systemd, with the agent, a server and the plugins of this project.

INSTALLED is an installation for /opt/aip-agent, wherever it lies; PLUGINS has examples of the SDK that are programs."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from machine import LIMIT, Machine, hierarchies

PREFIX = "/opt/aip-agent"
EXAMPLES = "/opt/examples"
SETTINGS = "/etc/aip-agent/aip-agent.ini"
PORT = 9000
DESKTOP = 5001  # the uid of somebody with a desktop
APART = {"user_namespace", "pid_namespace", "ipc_namespace", "no_new_privs", "undumpable"}

# What a command may not do, each with the line of the unit that forbids it, and what the command then says. Without the unit
# it does not say that.
FORBIDDEN = {
    "ProtectSystem=strict": ("touch /usr/new", "Read-only file system"),
    "ProtectSystem=strict, /etc": ("touch /etc/aip-agent/new", "Read-only file system"),
    "ProtectHome=yes": ("ls /home", "Permission denied"),
    "ProtectControlGroups=yes": ("cd /sys/fs/cgroup; cd unified 2>/dev/null; mkdir new", "Read-only file system"),
    "ProtectProc=invisible": ("cat /proc/1/comm", "No such file or directory"),
    "PrivateTmp=yes": ("cat /tmp/of_others", "No such file or directory"),
    "RestrictNamespaces=, net": ("unshare --user --net true", "Operation not permitted"),
    "RestrictNamespaces=, mount": ("unshare --user --mount true", "Operation not permitted"),
    "RestrictSUIDSGID=yes": ("cd $HOME && touch a && chmod u+s a", "Operation not permitted"),
    "LockPersonality=yes": ("setarch --addr-no-randomize true", "Operation not permitted"),
    "RestrictAddressFamilies=": ("python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)'", "not supported"),
    "SystemCallFilter=, @debug": ("python3 -c 'import ctypes, os; c = ctypes.CDLL(None, use_errno=True); "
                                  "c.ptrace(0, 0, 0, 0) == 0 or exit(os.strerror(ctypes.get_errno()))'", "Operation not permitted"),
}
# What it must be able to do.
ALLOWED = {
    "RestrictNamespaces=user": "unshare --user --pid --ipc --fork true",
    "@resources": "prlimit --nofile=64 true",
    "@chown": "cd $TMPDIR && touch b && chown $(id -u):$(id -g) b",
    "ProcSubset=all": "free && cat /proc/cpuinfo && df / && uptime",
    "PrivateTmp=yes": "touch /tmp/new && ls $HOME",
    "no MemoryDenyWriteExecute": "! command -v node || node -e 'for (let i = 0, s = 0; i < 1e6; i++) s += i'",
}


class Service:
    """The agent as a unit of that machine, and a server for it."""

    def __init__(self, machine, *manager, unit="aip-agent"):
        self.machine = machine
        self.manager = manager
        self.unit = unit

    def run(self, *command, check=True, **how):
        done = self.machine.run([*self.manager, *command], capture_output=True, text=True, **how)
        assert not check or done.returncode == 0, (command, done.stdout, done.stderr, self.journal())
        return done

    def systemctl(self, *arguments, **how):
        user = ["--user"] if self.manager else []
        return self.run("systemctl", *user, *arguments, **how)

    def show(self, name):
        return self.systemctl("show", "--value", f"--property={name}", self.unit).stdout.strip()

    def journal(self):
        self.machine.run(["journalctl", "--sync"])
        match = f"_UID={DESKTOP}" if self.manager else f"--unit={self.unit}"
        lines = self.machine.run(["journalctl", "--no-pager", "--output=cat", match],
                                 capture_output=True, text=True)
        return lines.stdout + lines.stderr

    def until(self, condition, limit=LIMIT):
        end = time.monotonic() + limit
        while not condition():
            assert time.monotonic() < end, "not within its limit:\n" + self.journal() + self.systemctl("status", self.unit, check=False).stdout
            time.sleep(0.05)

    def start_server(self):
        run = ["systemd-run", "--quiet", "--unit=aip-server", f"{PREFIX}/bin/aip-server", f"--port={PORT}",
               "--key-file=/etc/aip-agent/token"]
        done = self.machine.run(run, capture_output=True, text=True)
        assert done.returncode == 0, done
        self.until(lambda: self.api("/api/health") is not None)

    def api(self, path, body=None):
        """None: no answer."""
        key = read(self.machine, "/etc/aip-agent/token").strip()
        send = ["--data", json.dumps(body)] if body else []
        done = self.machine.run(["curl", "--silent", "--fail", "--header", f"X-API-Key: {key}", *send,
                                 f"http://127.0.0.1:{PORT}{path}"], capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def registered(self):
        self.until(lambda: self.api("/api/clients") == {"online_clients": ["dev"]})
        return self.api("/api/clients/dev")

    def call(self, tool, kind="action", **parameters):
        answer = self.api("/api/commands", {"client_id": "dev", "commands": [
            {"tool_name": tool, "tool_type": kind, "parameters": parameters}]})
        assert answer, "no answer:\n" + self.journal()
        return answer["results"][0]

    def shell(self, line):
        result = self.call("execute_command", command=line)
        assert result["status"] == "success", result
        return result["result"]

    def processes(self, user="aip-agent"):
        return self.machine.run(["pgrep", "-u", user, "-a"], capture_output=True, text=True).stdout


def read(machine, path):
    return machine.run(["cat", path], capture_output=True, text=True).stdout


def put(machine, path, text, mode="600"):
    machine.run(["install", "-D", "-m", mode, "/dev/stdin", path], input=text, text=True, check=True)


def settings(token, *lines):
    return "\n".join([f"server.url = ws://127.0.0.1:{PORT}/ws", f"server.token_file = {token}", "client.id = dev",
                      "log.format = journal", *lines, ""])


def as_installed(machine):
    """The user, the folders and the unit, as a package sets them up; the configuration has no url."""
    service = Service(machine)
    service.run("rm", "-rf", "/etc/aip-agent", "/var/lib/aip-agent")  # what the machine around has
    service.run("systemd-sysusers", f"{PREFIX}/lib/sysusers.d/aip-agent.conf")
    put(machine, SETTINGS, read(machine, f"{PREFIX}/share/aip-agent/aip-agent.ini"), "644")
    service.run("systemd-tmpfiles", "--create", f"{PREFIX}/lib/tmpfiles.d/aip-agent.conf")
    service.systemctl("link", f"{PREFIX}/lib/systemd/system/aip-agent.service")
    return service


def configured(machine, *lines):
    service = as_installed(machine)
    service.start_server()
    put(machine, SETTINGS, settings("${system.env.CREDENTIALS_DIRECTORY}/token", *lines), "644")
    return service


def unconfigured(machine):
    """Nothing runs, nothing has failed, and the journal says why. A faulty configuration is another matter."""
    service = as_installed(machine)
    service.systemctl("start", "aip-agent")
    assert service.show("ActiveState") == "inactive", service.journal()
    assert f"aip-agent is not started: server.url is not set in {SETTINGS}" in service.journal(), service.journal()
    assert service.processes() == ""
    put(machine, SETTINGS, settings("${system.env.CREDENTIALS_DIRECTORY}/token"), "644")  # which is not there
    assert service.systemctl("start", "aip-agent", check=False).returncode != 0
    assert (service.show("ActiveState"), service.show("ExecMainStatus"), service.show("NRestarts")) == ("failed", "78", "0")
    missing = "aip-agent.service/token: expected one line with the secret, and it is empty; systemd had nothing to hand over: "
    assert missing in service.journal() and "/etc/aip-agent/token), then: systemctl restart" in service.journal(), service.journal()


def runs(machine):
    """Everything that a device does, with all that is usual: the rules of the shell, state that root has left."""
    service = configured(machine)
    service.run("mkdir", "-p", "/var/lib/aip-agent/plugins/shell")
    service.systemctl("start", "aip-agent")
    device = service.registered()
    assert device["system_info"]["memory_total_gb"] > 0 and device["system_info"]["cpu_count"] == os.cpu_count(), device
    for plugin in device["metadata"]["plugins"]:
        lacking = APART - set(plugin["isolation"]["in_force"])
        assert plugin["id"] == "shell" or not lacking, plugin
    assert service.shell("id -un")["stdout"] == "aip-agent\n"
    assert service.call("get_system_info")["result"]["memory"].startswith("total"), service.call("get_system_info")
    listed = service.shell("ps -A -o comm=")["stdout"].split()
    assert listed == ["ps"], f"ps shows {listed}"
    assert json.loads(service.run(f"{PREFIX}/bin/aip-agentctl", "status", "--json").stdout)["lock"] is not None
    service.systemctl("reload", "aip-agent")
    service.until(lambda: service.show("ActiveState") == "active" and "registered with" in service.show("StatusText"))
    assert service.run("stat", "--format=%U %a", "/var/lib/aip-agent").stdout == "aip-agent 700\n"
    service.run(f"{PREFIX}/bin/aip-agentctl", "doctor")
    by_hand = [f"{PREFIX}/bin/aip-agent", f"--config={SETTINGS}", "--check"]
    checked = service.run("env", "CREDENTIALS_DIRECTORY=/etc/aip-agent", *by_hand)
    assert "checked as the user aip-agent, to whom /var/lib/aip-agent belongs" in checked.stderr, checked
    refused = service.run("runuser", "-u", "aip-agent", "--", "env", "CREDENTIALS_DIRECTORY=/etc/aip-agent", *by_hand, check=False)
    assert refused.returncode == 78 and "AIP-212 error" in refused.stderr and "run --check as root" in refused.stderr, refused
    service.systemctl("stop", "aip-agent")
    assert (service.show("ActiveState"), service.show("Result")) == ("inactive", "success")
    assert service.processes() == ""
    assert service.run("ls", "/var/lib/aip-agent").stdout.split() == ["audit", "plugins"]


def restricted(machine):
    """Line by line of the unit, by commands that no rule holds back; and programs of every kind run."""
    service = configured(machine, f"plugins.directories = {PREFIX}/lib/aip-agent/plugins, {EXAMPLES}",
                         "plugin.shell.shell = /bin/sh", "control.group = adm")
    service.systemctl("start", "aip-agent")
    service.registered()
    refused = "control.group: the agent's user is not in the group 'adm', so it may not give /run/aip-agent/control.sock to it"
    assert refused in service.journal(), service.journal()
    service.systemctl("stop", "aip-agent")
    put(machine, "/etc/systemd/system/aip-agent.service.d/group.conf", "[Service]\nSupplementaryGroups=adm\n", "644")
    service.systemctl("daemon-reload")
    service.systemctl("start", "aip-agent")
    service.registered()
    service.run("touch", "/tmp/of_others")
    for line, (command, words) in FORBIDDEN.items():
        outside = service.run("setpriv", "--reuid=aip-agent", "--regid=aip-agent", "--clear-groups", "env", "HOME=/var/lib/aip-agent",
                              "sh", "-c", command, check=False)
        assert words not in outside.stderr, f"{line} is not what forbids it: {outside}"
        result = service.shell(command)
        assert result["exit_code"] != 0 and words in result["stderr"], (line, result)
    for line, command in ALLOWED.items():
        assert service.shell(command)["exit_code"] == 0, (line, service.shell(command))
    assert service.run("stat", "--format=%G", "/run/aip-agent/control.sock").stdout == "adm\n"
    for tool, parameters, expected in examples(machine):
        result = service.call(tool, kind="data_collection", **parameters)
        assert result.get("result") == expected, (tool, result, service.journal())
    service.systemctl("stop", "aip-agent")
    assert service.processes() == ""


def examples(machine):
    calls = {"words_python": ("count", {"text": "a b a", "most": 1}, {"a": 2}),
             "words_node": ("longest", {"text": "a ccc bb"}, ["ccc", "bb", "a"])}
    return [call for name, call in calls.items() if machine.run(["test", "-e", f"{EXAMPLES}/{name}"]).returncode == 0]


def restarts(machine):
    """An agent that hangs is killed by the watchdog, and another one starts."""
    service = configured(machine)
    put(machine, "/etc/systemd/system/aip-agent.service.d/soon.conf", "[Service]\nWatchdogSec=5\nRestartSec=0\n", "644")
    service.systemctl("daemon-reload")
    service.systemctl("start", "aip-agent")
    service.registered()
    first = service.show("MainPID")
    service.run("kill", "-STOP", first)
    service.until(lambda: service.show("NRestarts") != "0" and service.show("ActiveState") == "active")
    assert service.show("MainPID") != first
    service.registered()
    assert "Watchdog timeout" in service.journal(), service.journal()
    service.systemctl("stop", "aip-agent")


def bounded(machine):
    """A command that uses up the memory or the processes of the service fails; the agent goes on."""
    service = configured(machine, "plugin.shell.shell = /bin/sh", "plugins.memory_limit = 0")
    put(machine, "/etc/systemd/system/aip-agent.service.d/less.conf", "[Service]\nMemoryMax=200M\nTasksMax=80\n", "644")
    service.systemctl("daemon-reload")
    service.systemctl("start", "aip-agent")
    service.registered()
    if service.show("TasksCurrent") == "[not set]" or service.show("MemoryCurrent") == "[not set]":
        skip("no control groups for memory and processes", 77)
    agent = service.show("MainPID")
    eaten = service.shell("python3 -c 'bytearray(400 << 20)'; echo $?")
    assert eaten["stdout"] == "137\n", eaten
    forked = service.shell("for i in $(seq 200); do sleep 5 & done; wait")
    assert "Cannot fork" in forked["stderr"], forked
    assert service.shell("echo up")["stdout"] == "up\n"
    assert (service.show("MainPID"), service.show("ActiveState")) == (agent, "active")


def desktop(machine):
    """The unit for users, by a manager of one, in whose home a command may write."""
    home, runtime = "/home/desk", f"/run/user/{DESKTOP}"
    run = as_installed(machine).run
    run("systemd-sysusers", "--inline", f'u desk {DESKTOP} "" {home} /bin/sh')
    for folder in (home, runtime):
        run("install", "-d", "-m", "700", "-o", "desk", "-g", "desk", folder)
    run("systemd-run", "--quiet", "--unit=desk", "--property=User=desk", "--property=Delegate=yes", "--property=Type=notify",
        f"--setenv=XDG_RUNTIME_DIR={runtime}", "/lib/systemd/systemd", "--user")
    service = Service(machine, "setpriv", f"--reuid={DESKTOP}", f"--regid={DESKTOP}", "--clear-groups",
                      "env", f"XDG_RUNTIME_DIR={runtime}", f"HOME={home}")
    service.systemctl("link", f"{PREFIX}/lib/systemd/user/aip-agent.service")
    service.systemctl("start", "aip-agent")
    assert service.show("ActiveState") == "inactive", service.journal()
    assert f"server.url is not set in {home}/.config/aip-agent/aip-agent.ini" in service.journal(), service.journal()

    service.start_server()
    token = f"{home}/.config/aip-agent/token"
    put(machine, token, read(machine, "/etc/aip-agent/token"))
    put(machine, f"{home}/.config/aip-agent/aip-agent.ini", settings(token, "plugin.shell.shell = /bin/sh"))
    run("chown", "--recursive", "desk:desk", f"{home}/.config")
    service.systemctl("start", "aip-agent")
    device = service.registered()
    for plugin in device["metadata"]["plugins"]:
        assert plugin["id"] == "shell" or APART <= set(plugin["isolation"]["in_force"]), plugin
    assert service.shell(f"echo up > {home}/file && cat {home}/file")["stdout"] == "up\n"
    assert service.run(f"{PREFIX}/bin/aip-agentctl", "status").returncode == 0
    service.systemctl("reload", "aip-agent")
    service.systemctl("stop", "aip-agent")
    assert (service.show("ActiveState"), service.show("Result")) == ("inactive", "success")


PROGRAMS = ("systemd-run", "unshare", "nsenter", "setpriv", "pivot_root", "ip", "curl", "pgrep")


def missing_programs():
    return [each for each in PROGRAMS if not shutil.which(each)]


def lacks_rights():
    """Why this user can have no such machine here; empty: it can."""
    if os.geteuid() != 0:
        return "only root can start a systemd"
    tried = subprocess.run(["unshare", "--mount", "--pid", "--net", "--cgroup", "--fork", "true"], capture_output=True, text=True)
    if tried.returncode != 0:
        return tried.stderr.strip()
    return "" if "unified" in hierarchies() else "there are no control groups of version 2"


def skip(reason, code):
    print(f"SKIPPED: the units are not tried: {reason}")
    sys.exit(code)


def main(case, installed, plugins):
    if missing := missing_programs():
        skip(f"{', '.join(missing)} not installed", 1 if os.environ.get("CI") == "true" else 77)
    if reason := lacks_rights():
        skip(reason, 77)
    with tempfile.TemporaryDirectory() as folder:
        if os.path.isdir(plugins):  # those of root's: who owns the tree is a stranger to the service
            shutil.copytree(plugins, folder, dirs_exist_ok=True)
        os.chmod(folder, 0o755)
        with Machine({PREFIX: installed, EXAMPLES: folder}) as machine:
            globals()[case](machine)


if __name__ == "__main__":
    main(*sys.argv[1:4])
