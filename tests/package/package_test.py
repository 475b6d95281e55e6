"""package_test.py made BUILD PACKAGES: packages what BUILD holds, and has lintian judge it.
package_test.py lifecycle BUILD PACKAGES: runs the autopkgtest of those packages.

autopkgtest installs and purges on the machine it runs on; here that is a copy of this one, with systemd as PID 1."""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(PROJECT, "tests/units"))
from machine import Machine  # noqa: E402
from service import lacks_rights, missing_programs  # noqa: E402

FAST = {"DPKG_DEB_COMPRESSOR_TYPE": "gzip", "DPKG_DEB_COMPRESSOR_LEVEL": "1", "DEB_BUILD_OPTIONS": "noautodbgsym"}
# Nothing is fetched, indexed or kept from starting, as in some containers.
PREPARE = "rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/man-db/auto-update /usr/sbin/policy-rc.d"


def made(build, packages):
    """One warning of lintian is a failure."""
    subprocess.run([os.path.join(PROJECT, "tools/package.sh"), f"--tree={build}", f"--output={packages}", "--lintian"],
                   check=True, env={**os.environ, **FAST})


def lifecycle(_, packages):
    if reason := lacks_rights():
        skip(reason, 77)
    debs = [f"/packages/{name}" for name in os.listdir(packages) if name.endswith(".deb")]
    with Machine({"/packages": packages}) as machine:
        machine.run(["sh", "-c", PREPARE], check=True)
        machine.run(["autopkgtest", "--no-built-binaries", *debs, "/packages/source/", "--", "null"], check=True)


def skip(reason, code):
    print(f"SKIPPED: {reason}")
    sys.exit(code)


def main(case, *arguments):
    missing = [each for each in ("dh", "lintian", "autopkgtest") if not shutil.which(each)] + missing_programs()
    if missing:
        skip(f"{', '.join(missing)} not installed", 1 if os.environ.get("CI") == "true" else 77)
    globals()[case](*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:4])
