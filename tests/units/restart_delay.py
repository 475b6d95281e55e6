"""restart_delay.py CONFIG: which ends of the service are followed by a random wait."""
import os
import re
import subprocess
import sys
import tempfile

ROWS = [("success", "0", False), ("success", "TERM", False), ("exec-condition", "78", False), ("exit-code", "64", False),
        ("exit-code", "78", False), ("exit-code", "70", True), ("exit-code", "164", True), ("signal", "SEGV", True),
        ("watchdog", "ABRT", True), ("oom-kill", "KILL", True), ("timeout", "KILL", True)]


def command(unit):
    """As systemd hands it to the shell."""
    line = next(line for line in open(unit) if line.startswith("ExecStopPost=/bin/sh -c '"))
    return re.fullmatch(r"ExecStopPost=/bin/sh -c '(.*)'\n", line)[1].replace("$$", "$")


def waits(script, result, status):
    """How long, by a program `sleep` that only says so; none: not at all."""
    with tempfile.TemporaryDirectory() as folder:
        sleep = os.path.join(folder, "sleep")
        with open(sleep, "w") as file:
            file.write("#!/bin/sh\necho $1\n")
        os.chmod(sleep, 0o755)
        done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True,
                              env={"PATH": f"{folder}:/usr/bin:/bin", "SERVICE_RESULT": result, "EXIT_STATUS": status})
    return int(done.stdout) if done.stdout else None


def main(config):
    for unit in ("aip-agent.service", "user/aip-agent.service"):
        script = command(os.path.join(config, unit))
        for result, status, expected in ROWS:
            wait = waits(script, result, status)
            assert (wait is not None) == expected, (unit, result, status, wait)
            assert wait is None or 0 <= wait <= 10, wait
        assert len({waits(script, "signal", "SEGV") for _ in range(20)}) > 1, "always the same wait"


main(sys.argv[1])
