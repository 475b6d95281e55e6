"""package_test.py BUILD WORK: packages what BUILD holds, has lintian judge the packages, and runs their autopkgtest.

autopkgtest installs and purges on the machine it runs on; that is a copy of this one here, with systemd as PID 1."""
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(PROJECT, "tests/units"))
from machine import Machine  # noqa: E402
from service import lacking  # noqa: E402

BEGIN = time.monotonic()
FAST = {"DPKG_DEB_COMPRESSOR_TYPE": "gzip", "DPKG_DEB_COMPRESSOR_LEVEL": "1", "DEB_BUILD_OPTIONS": "noautodbgsym"}


def missing():
    """Why this cannot be done here; empty: it can."""
    absent = [each for each in ("dh", "lintian", "autopkgtest") if not shutil.which(each)]
    return f"{', '.join(absent)}: not installed" if absent else lacking()


def said(what):
    print(f"== {what}, after {time.monotonic() - BEGIN:.0f} s", flush=True)


def package(build, output):
    """One warning of lintian is a failure."""
    subprocess.run([os.path.join(PROJECT, "tools/package.sh"), f"--tree={build}", f"--output={output}", "--lintian"],
                   check=True, env={**os.environ, **FAST})


def autopkgtest(packages):
    debs = [f"/packages/{name}" for name in os.listdir(packages) if name.endswith(".deb")]
    with Machine({"/packages": packages}) as machine:
        machine.run(["rm", "-f", "/usr/sbin/policy-rc.d"])  # containers forbid packages to start services
        machine.run(["rm", "-rf", "/etc/apt/sources.list", "/etc/apt/sources.list.d"])  # there is no network
        machine.run(["mkdir", "/etc/apt/sources.list.d"])
        machine.run(["autopkgtest", "--no-built-binaries", *debs, "/packages/source/", "--", "null"], check=True)


def main(build, work):
    if reason := missing():
        print(f"SKIPPED: {reason}")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    packages = os.path.join(work, "packages")
    package(build, packages)
    said("packages made and judged")
    autopkgtest(packages)
    said("installed, used and purged")


if __name__ == "__main__":
    main(*sys.argv[1:3])
