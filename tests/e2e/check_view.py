"""check_view.py AGENT: --check by root judges as the user who will run the agent; a user is told which files only root can read."""
import os
import shutil
import subprocess
import sys
import tempfile

USER = "daemon"  # is on every Debian


def check(agent, folder, *options, become=(), **environment):
    words = [*become, agent, "--check", f"--config={folder}/agent.ini", *options]
    done = subprocess.run(words, capture_output=True, text=True, env={
        "PATH": os.environ["PATH"], "XDG_STATE_HOME": f"{folder}/state", **environment})
    return done.returncode, done.stdout + done.stderr


def main(agent):
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        state, token = f"{folder}/state/aip-agent", f"{folder}/token"
        os.makedirs(state)
        os.chmod(state, 0o700)
        shutil.chown(state, USER)
        with open(os.open(token, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write("canary")
        with open(f"{folder}/agent.ini", "w") as file:
            file.write("[server]\nurl = wss://server.example/ws\ntoken_file = ${system.env.CREDENTIALS_DIRECTORY}/token\n")
        given = {"CREDENTIALS_DIRECTORY": folder}

        code, text = check(agent, folder, **given)
        assert f"checked as the user {USER}, to whom {state} belongs" in text, text
        assert "PLUGIN " in text and not any(each in text for each in (f"{state} belongs to user", token, "AIP-407")), text
        code, text = check(agent, folder, "--user=root", **given)
        assert code == 78 and f"AIP-209 warning: {state}" in text and "AIP-407" in text, text
        code, text = check(agent, folder, "--user=no-such-user", **given)
        assert code == 64 and "there is no user 'no-such-user'" in text, text
        code, text = check(agent, folder)
        assert code == 78 and "export CREDENTIALS_DIRECTORY=/etc/aip-agent" in text, text

        copy = shutil.copy(agent, folder)  # where that user can get at it
        code, text = check(copy, folder, become=("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"), **given)
        assert code == 78 and f"AIP-212 error: {folder}/agent.ini:3: server.token_file: {token}: Permission denied" in text, text
        assert "run --check as root" in text and "AIP-202" not in text, text
        code, text = check(copy, folder, "--user=root", become=("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"), **given)
        assert code == 64 and "only root can check as another user" in text, text

        # Root of a container may lack the right to read every file.
        code, text = check(copy, folder, become=("setpriv", "--bounding-set=-dac_read_search"), **given)
        assert f"checked as the user {USER}" in text and f"{token}: Permission denied" in text, text


main(sys.argv[1])
