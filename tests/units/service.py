"""service.py CASE BUILD: the installed units under a real systemd, with the agent, a server and all plugins of this project."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from machine import LIMIT, Machine, write

PREFIX = "/opt/aip-agent"
EXAMPLES = "/opt/examples"
SETTINGS = "/etc/aip-agent/aip-agent.ini"
PORT = 9000
DESKTOP = 5001  # the uid of somebody with a desktop
APART = {"user_namespace", "pid_namespace", "ipc_namespace", "no_new_privs", "undumpable"}

# What a command may not do, each with the line of the unit that forbids it, and what the command then says.
FORBIDDEN = {
    "ProtectSystem=strict": ("touch /usr/new", "Read-only file system"),
    "ProtectSystem=strict, /etc": ("touch /etc/aip-agent/new", "Read-only file system"),
    "ProtectHome=yes": ("ls /root /home", "Permission denied"),
    "ProtectKernelTunables=yes": ("echo 1 > /proc/sys/kernel/printk", "Read-only file system"),
    "ProtectKernelLogs=yes": ("dmesg", "Operation not permitted"),
    "ProtectControlGroups=yes": ("mkdir /sys/fs/cgroup/new", "Read-only file system"),
    "ProtectHostname=yes": ("hostname new", "Operation not permitted|must be root|not permitted"),
    "ProtectProc=invisible": ("cat /proc/1/comm", "No such file or directory"),
    "RestrictNamespaces=, net": ("unshare --user --net true", "Operation not permitted"),
    "RestrictNamespaces=, mount": ("unshare --user --mount true", "Operation not permitted"),
    "RestrictSUIDSGID=yes": ("cd $TMPDIR && touch a && chmod u+s a", "Operation not permitted"),
    "RestrictRealtime=yes": ("chrt --fifo 1 true", "Operation not permitted"),
    "LockPersonality=yes": ("setarch --addr-no-randomize true", "Operation not permitted"),
    "RestrictAddressFamilies=": ("python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)'",
                                 "Address family not supported"),
    "SystemCallFilter=, @mount": ("python3 -c 'import ctypes, os; c = ctypes.CDLL(None, use_errno=True); "
                                  "c.umount2(b\"/\", 0) == 0 or print(os.strerror(ctypes.get_errno()))'; false",
                                  "Operation not permitted"),
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
        field = "_SYSTEMD_USER_UNIT" if self.manager else "_SYSTEMD_UNIT"
        lines = self.machine.run(["journalctl", "--no-pager", "--output=cat", f"{field}={self.unit}.service"],
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
    put(machine, SETTINGS, settings("/nowhere/token"), "644")
    begin = time.monotonic()
    assert service.systemctl("start", "aip-agent", check=False).returncode != 0
    assert time.monotonic() - begin < 5, "an error that stays is not waited for"
    assert (service.show("ActiveState"), service.show("ExecMainStatus"), service.show("NRestarts")) == ("failed", "78", "0")
    assert "/nowhere/token" in service.journal(), service.journal()


def runs(machine):
    """With the rules of the shell, and no token yet: then a server that refuses."""
    service = configured(machine)
    service.systemctl("start", "aip-agent")
    device = service.registered()
    assert device["system_info"]["memory_total_gb"] > 0 and device["system_info"]["cpu_count"] == os.cpu_count(), device
    for plugin in device["metadata"]["plugins"]:
        lacking = APART - set(plugin["isolation"]["in_force"])
        assert plugin["id"] == "shell" or not lacking, plugin
    assert service.shell("id -un")["stdout"] == "aip-agent\n"
    assert service.call("get_system_info")["result"]["memory"].startswith("      "), service.call("get_system_info")
    listed = service.shell("ps -A -o comm=")["stdout"].split()
    assert listed == ["ps"], f"ps shows {listed}"
    assert json.loads(service.run(f"{PREFIX}/bin/aip-agentctl", "status", "--json").stdout)["lock"] is not None
    service.systemctl("reload", "aip-agent")
    assert service.show("ActiveState") == "active"
    assert "registered with" in service.show("StatusText")
    assert service.run("stat", "--format=%U %a", "/var/lib/aip-agent").stdout == "aip-agent 700\n"
    service.systemctl("stop", "aip-agent")
    assert (service.show("ActiveState"), service.show("Result")) == ("inactive", "success")
    assert service.processes() == ""
    assert service.run("ls", "/var/lib/aip-agent").stdout.split() == ["audit", "plugins"]


def restricted(machine):
    """Line by line of the unit, by commands that no rule holds back; and programs of every kind run."""
    service = configured(machine, f"plugins.directories = {PREFIX}/lib/aip-agent/plugins, {EXAMPLES}",
                         "plugin.shell.shell = /bin/sh", "control.group = adm")
    put(machine, "/etc/systemd/system/aip-agent.service.d/group.conf", "[Service]\nSupplementaryGroups=adm\n", "644")
    service.systemctl("daemon-reload")
    service.systemctl("start", "aip-agent")
    service.registered()
    for line, (command, words) in FORBIDDEN.items():
        result = service.shell(command)
        said = result["stdout"] + result["stderr"]
        assert result["exit_code"] != 0 and any(each in said for each in words.split("|")), (line, result)
    for line, command in ALLOWED.items():
        assert service.shell(command)["exit_code"] == 0, (line, service.shell(command))
    assert service.run("stat", "--format=%G", "/run/aip-agent/control.sock").stdout == "adm\n"
    for tool, parameters, expected in examples(machine):
        result = service.call(tool, kind="data_collection", **parameters)
        assert result.get("result") == expected, (tool, result, service.journal())


def examples(machine):
    calls = {"words_python": ("count", {"text": "a b a", "most": 1}, {"a": 2}),
             "words_node": ("longest", {"text": "a ccc bb"}, ["ccc", "bb", "a"])}
    return [call for name, call in calls.items() if machine.run(["test", "-e", f"{EXAMPLES}/{name}"]).returncode == 0]


def restarts(machine):
    """An agent that hangs is killed by the watchdog, and another one starts after a while that is not always the same."""
    service = configured(machine)
    put(machine, "/etc/systemd/system/aip-agent.service.d/soon.conf", "[Service]\nWatchdogSec=1\nRestartSec=0\n", "644")
    service.systemctl("daemon-reload")
    service.systemctl("start", "aip-agent")
    service.registered()
    first = service.show("MainPID")
    service.run("kill", "-STOP", first)
    service.until(lambda: service.show("NRestarts") == "1")
    service.until(lambda: service.show("ActiveState") == "active")
    assert service.show("MainPID") != first
    service.registered()
    assert "Watchdog timeout" in service.run("journalctl", "--no-pager", "--unit=aip-agent").stdout
    service.systemctl("stop", "aip-agent")


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


def lacking():
    """Why there can be no such machine here; empty: there can."""
    if os.geteuid() != 0:
        return "only root can start a systemd"
    for program in ("nsenter", "pivot_root", "ip", "curl", "pgrep"):
        if not shutil.which(program):
            return f"{program} is not installed"
    if not os.path.exists("/lib/systemd/systemd"):
        return "Debian's systemd is not installed"
    tried = subprocess.run(["unshare", "--mount", "--pid", "--net", "--cgroup", "--fork", "true"], capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"no namespaces: {tried.stderr.strip()}"


def main(case, build):
    if reason := lacking():
        print(f"SKIPPED: {reason}")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["cmake", "--install", build, "--prefix", PREFIX], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "DESTDIR": folder}, umask=0o022)
        folders = {PREFIX: folder + PREFIX}
        built = os.path.join(build, "tests/sdk/examples/plugins")
        if os.path.isdir(built):
            folders[EXAMPLES] = os.path.join(folder, "examples")
            shutil.copytree(built, folders[EXAMPLES])
        with Machine(folders) as machine:
            globals()[case](machine)


if __name__ == "__main__":
    main(*sys.argv[1:3])
