"""exposure.py CONFIG: the units are well formed, and what they leave open stays below a limit.

A user's manager can take away little, and systemd-analyze counts a unit of a user as one of root's: its limit only keeps it from
getting worse."""
import os
import shutil
import subprocess
import sys
import tempfile

LIMITS = {"aip-agent.service": 20, "user/aip-agent.service": 83}  # in tenths of what it prints


def analyze(*arguments):
    """It wants a folder for what runs, if only to leave it empty."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True,
                              env={**os.environ, "XDG_RUNTIME_DIR": folder, "LANG": "C.UTF-8"})
    print(done.stdout[-200:], done.stderr)
    return done


def verify(config, unit):
    """The program is not installed, or another one is."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, os.path.basename(unit))
        text = open(os.path.join(config, unit)).read()
        with open(copy, "w") as file:
            file.write(text.replace("/usr/bin/aip-agent", "/usr/bin/true"))
        user = ["--user"] if unit.startswith("user/") else []
        done = analyze("verify", "--man=no", *user, copy)
        assert done.returncode == 0 and copy not in done.stderr, done


def main(config):
    if not shutil.which("systemd-analyze"):
        print("SKIPPED: Debian's systemd is not installed")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    for unit, limit in LIMITS.items():
        verify(config, unit)
        user = ["--user"] if unit.startswith("user/") else []
        done = analyze("security", *user, "--offline=true", f"--threshold={limit}", os.path.join(config, unit))
        assert done.returncode == 0, f"{unit}: more than {limit / 10} is left open"


main(sys.argv[1])
