"""A machine for units: systemd as PID 1 in namespaces of its own, on this machine's files, to which nothing is written.

It has no network but its loopback, and none of this machine's units but those that systemd brings along and cannot do
without. Needs root."""
import os
import subprocess
import sys
import tempfile
import time

LIMIT = 60
OLD = ("systemd", "memory", "pids")  # hierarchies of version 1
SYSTEMD = "/lib/systemd/systemd"
BASIC = {"systemd-journald.service", "systemd-tmpfiles-setup.service"}  # all that an early start needs here
DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0)}


class Machine:
    """with Machine({PATH: FOLDER}): the folders of this machine that can be read there, and where."""

    def __init__(self, folders):
        self.folders = folders

    def __enter__(self):
        self.place = tempfile.TemporaryDirectory()
        self.groups = control_groups()
        namespaces = ["--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup", "--propagation=private"]
        self.outer = subprocess.Popen(
            ["setpriv", "--pdeathsig=KILL", "unshare", *namespaces, "--fork", "--kill-child", sys.executable, __file__, self.place.name,
             *(f"{at}={folder}" for at, folder in self.folders.items())],
            stdin=subprocess.DEVNULL, preexec_fn=lambda: join(self.groups.values()))
        try:
            self.await_start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.outer.kill()  # which kills PID 1, and that everything
        self.outer.wait()
        for group in self.groups.values():
            remove_group(group)
        self.place.cleanup()

    def await_start(self):
        end = time.monotonic() + LIMIT
        while self.run(["systemctl", "is-active", "--quiet", "basic.target"], stderr=subprocess.DEVNULL).returncode != 0:
            assert self.outer.poll() is None, "systemd has ended"
            assert time.monotonic() < end, "systemd does not start"
            time.sleep(0.1)

    def run(self, command, **how):
        """Runs it there as root, with nothing of this environment."""
        first = open(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children").read().split()
        spaces = ["-m", "-u", "-i", "-n", "-p", "-C"]
        return subprocess.run(["nsenter", "-t", first[0] if first else "0", *spaces, *command],
                              env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}, **how)


def join(groups):
    for group in groups:
        with open(f"{group}/cgroup.procs", "w") as file:
            file.write(str(os.getpid()))


def hierarchies():
    """Where those of control groups are that systemd uses, by name: the unified one, and where there are such the old ones."""
    found = {}
    for _, at, kind, options, *_ in (line.split() for line in open("/proc/self/mounts")):
        words = set(options.split(","))
        names = {"unified"} if kind == "cgroup2" else {each for each in OLD if kind == "cgroup" and words & {each, f"name={each}"}}
        found.update((name, at) for name in names if "rw" in words)
    return found


def control_groups():
    """A new one below our own in each hierarchy."""
    groups = {}
    for name, at in hierarchies().items():
        begin = "0::" if name == "unified" else f":name={name}:" if name == "systemd" else f":{name}:"
        own = next(line.strip().split(begin)[1] for line in open("/proc/self/cgroup") if begin in line)
        groups[name] = tempfile.mkdtemp(prefix="aip-units-", dir=at + own)
        os.chmod(groups[name], 0o755)
    return groups


def remove_group(group):
    """The dead leave it a moment later."""
    for folder, _, _ in os.walk(group, topdown=False):
        end = time.monotonic() + LIMIT
        while True:
            try:
                os.rmdir(folder)
                break
            except OSError:
                assert time.monotonic() < end, f"{folder} is still in use"
                time.sleep(0.01)


# What follows runs as PID 1.

def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def fill_dev(dev):
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", dev)
    for name, (major, minor) in DEVICES.items():
        os.mknod(f"{dev}/{name}", 0o020666, os.makedev(major, minor))
        os.chmod(f"{dev}/{name}", 0o666)
    for name, target in {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2", "ptmx": "pts/ptmx"}.items():
        os.symlink(target, f"{dev}/{name}")
    for name, kind in {"pts": "devpts", "shm": "tmpfs", "mqueue": "mqueue"}.items():
        os.mkdir(f"{dev}/{name}")
        mount("-t", kind, *(["-o", "newinstance,ptmxmode=666"] if kind == "devpts" else []), kind, f"{dev}/{name}")


def mount_control_groups(at):
    """As this machine has them."""
    old = set(hierarchies()) & set(OLD)
    if not old:
        return mount("-t", "cgroup2", "cgroup2", at)
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", at)
    for name in old:
        os.mkdir(f"{at}/{name}")
        mount("-t", "cgroup", "-o", "none,name=systemd,xattr" if name == "systemd" else name, "cgroup", f"{at}/{name}")
    os.mkdir(f"{at}/unified")
    mount("-t", "cgroup2", "cgroup2", f"{at}/unified")


def fill_root(root, folders):
    for at in ("run", "tmp"):
        mount("-t", "tmpfs", "-o", "mode=755" if at == "run" else "mode=1777", "tmpfs", f"{root}/{at}")
    mount("-t", "proc", "proc", f"{root}/proc")
    mount("--bind", f"{root}/proc/sys", f"{root}/proc/sys")
    mount("-o", "remount,ro,bind", f"{root}/proc/sys")
    mount("-t", "sysfs", "-o", "ro", "sysfs", f"{root}/sys")
    mount_control_groups(f"{root}/sys/fs/cgroup")
    fill_dev(f"{root}/dev")
    for at, folder in folders.items():
        os.makedirs(root + at, exist_ok=True)
        mount("--bind", folder, root + at)


def mask_units(root):
    """Nothing that this machine has enabled starts, nor what is for hardware."""
    units = f"{root}/etc/systemd/system"
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", units)
    for target in ("sysinit", "basic", "sockets", "timers", "local-fs"):
        folder = f"{root}/lib/systemd/system/{target}.target.wants"
        for unit in os.listdir(folder) if os.path.isdir(folder) else []:
            if unit not in BASIC and not unit.startswith("systemd-journald") and not os.path.lexists(f"{units}/{unit}"):
                os.symlink("/dev/null", f"{units}/{unit}")


def enter(root):
    os.makedirs(f"{root}/oldroot", exist_ok=True)
    os.chdir(root)
    subprocess.run(["pivot_root", ".", "oldroot"], check=True)
    os.chroot(".")
    os.chdir("/")
    subprocess.run(["umount", "--lazy", "/oldroot"], check=True)
    mount("--make-rshared", "/")  # as on any machine: credentials come to a service by a mount that is passed on


def begin(place, folders):
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", place)
    for name in ("upper", "work", "root"):
        os.mkdir(f"{place}/{name}")
    root = f"{place}/root"
    mount("-t", "overlay", "-o", f"lowerdir=/,upperdir={place}/upper,workdir={place}/work", "overlay", root)
    fill_root(root, folders)
    mask_units(root)
    enter(root)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    os.execve(SYSTEMD, [SYSTEMD, "--system", "--unit=basic.target", "--show-status=no", "--log-target=journal"],
              {"container": "aip", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"})


if __name__ == "__main__":
    begin(sys.argv[1], dict(each.split("=", 1) for each in sys.argv[2:]))
