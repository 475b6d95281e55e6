#!/usr/bin/env bash
# private_root.sh FOLDER COMMAND...: runs COMMAND as root in a copy of this machine, with systemd as PID 1 if that can be had.
# What it changes is gone afterwards, but for FOLDER, which is the machine's own. No network but loopback, no process of the
# machine. Exit code: that of COMMAND; 77: this machine cannot do it.
#
# The copy is an overlay in a mount namespace, and entered by pivot_root: in a chroot there are no user namespaces. systemd
# runs in namespaces and a cgroup of its own, as in a container, so units are started with all that they ask for; what needs
# a controller of cgroups (MemoryMax=, TasksMax=) has no effect where version 1 has these controllers.
set -euo pipefail

outside() { # folder, command...
    local share=$1 work cgroups group="" status=0
    shift
    [ "$(id -u)" -eq 0 ] || { echo "a private root needs root" >&2 && return 77; }
    unshare --mount --pid --net --uts --ipc --cgroup --fork true || return 77
    work=$(mktemp -d)
    cgroups=$(findmnt --noheadings --output=TARGET --types=cgroup2 | head -n 1)
    if [ -n "$cgroups" ] && mkdir "$cgroups/${work##*/}" 2>/dev/null; then
        group=$cgroups/${work##*/}
    fi
    printf '%q ' "$@" >"$share/command"
    : >"$share/output"
    (
        [ -z "$group" ] || echo "$BASHPID" >"$group/cgroup.procs"
        exec unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child \
            bash "${BASH_SOURCE[0]}" --inside "$share" "$work" "$group"
    ) || status=$?
    cat "$share/output"
    [ -z "$group" ] || { find "$group" -depth -type d -exec rmdir {} + || true; }
    rm -rf "$work"
    return "$status"
}

devices() { # below the folder
    local name
    mount -t tmpfs -o mode=755 tmpfs "$1"
    mkdir "$1/pts" "$1/shm"
    for name in null zero full random urandom tty; do
        cp -a "/dev/$name" "$1"
    done
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$1/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$1/shm"
    ln -s pts/ptmx "$1/ptmx"
    ln -s /proc/self/fd "$1/fd"
}

# Nothing in /sys and /proc/sys can be written: systemd leaves devices and the kernel's settings alone then.
file_systems() { # work, share
    mount --make-rprivate /
    mount -t tmpfs tmpfs "$1"
    mkdir "$1/upper" "$1/work" "$1/root"
    mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
    mount -t proc proc "$1/root/proc"
    mount --bind "$1/root/proc/sys" "$1/root/proc/sys"
    mount -o remount,bind,ro "$1/root/proc/sys"
    mount -t sysfs -o ro sysfs "$1/root/sys"
    devices "$1/root/dev"
    mount -t tmpfs -o mode=755 tmpfs "$1/root/run"
    mount -t tmpfs -o mode=1777 tmpfs "$1/root/tmp"
    mkdir "$1/root/run/share" "$1/root/run/old"
    mount --bind "$2" "$1/root/run/share"
}

# Nothing of this machine's is started, nothing is set up as after an installation, and packages may start their services.
quiet_machine() {
    rm -rf /etc/systemd/system/*.wants /etc/systemd/system/*.requires
    : >/etc/fstab
    rm -f /usr/sbin/policy-rc.d
    [ -s /etc/machine-id ] || tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
    touch /etc/.updated /var/.updated
}

boot() {
    mkdir -p /run/systemd/system
    cat >/run/systemd/system/private-root.service <<UNIT
[Unit]
DefaultDependencies=no
Wants=systemd-journald.service
After=systemd-journald.service
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
WorkingDirectory=/run/share
Environment=PATH=$PATH HOME=/root LANG=C.UTF-8
ExecStart=/bin/bash /run/share/command
StandardOutput=append:/run/share/output
StandardError=inherit
UNIT
    exec env -i container=private-root /lib/systemd/systemd --unit=private-root.service --show-status=false
}

inside() { # share, work, cgroup
    file_systems "$2" "$1"
    cd "$2/root"
    pivot_root . run/old
    cd /
    umount --lazy /run/old
    ip link set lo up
    quiet_machine
    if [ -n "$3" ] && [ -x /lib/systemd/systemd ]; then
        mount -t cgroup2 cgroup2 /sys/fs/cgroup
        boot
    fi
    cd /run/share
    bash ./command >>output 2>&1
}

if [ "$1" = --inside ]; then
    shift
    inside "$@"
else
    outside "$@"
fi
