"""Look at this machine, and try in a child process what the wire will do.

Only the standard library, and nothing that Python 3.8 cannot read: an environment without packages and a Python that
is too old are among what it looks for.  Sources: proc(5), user_namespaces(7), namespaces(7).
"""

from __future__ import annotations

import os
import sys
from typing import Any, NamedTuple

from labkit.diagnosis import limits
from labkit.diagnosis.environment import Environment
from labkit.diagnosis.environment import look as look_at_environment
from labkit.modes.tried import attempt

OLDEST_PYTHON = (3, 11)


class Facts(NamedTuple):
    """What was found.  `None` stands for a file that this kernel does not have.

    `probe` holds, for each step tried in a child process, 0 or the errno (`labkit.modes.tried`).
    `mode` is "" where labkit chose none, and `why` says why; `closed` says why packets on the loopback interface
    cannot be captured.
    """

    system: str
    release: str
    root: bool
    python: tuple[int, ...]
    executable: str
    mode: str
    why: str
    forced: bool
    closed: str
    environment: Environment
    descriptors: tuple[int, int]
    max_user_namespaces: int | None
    max_net_namespaces: int | None
    apparmor_restricts: int | None
    apparmor_profile: str
    userns_clone: int | None
    seccomp: int
    container: str
    chroot: bool
    hidepid: str
    tun_exists: bool
    congestion: tuple[str, ...]
    probe: dict[str, Any]
    processes: int = -1  # at once, threads too; -1 for no limit, as below
    memory: int = -1  # bytes


def gather() -> Facts:
    """Look at this machine, and try in a child process what the wire will do."""
    linux = sys.platform == "linux"
    runs = sys.version_info[:2] >= OLDEST_PYTHON
    mode, why, forced, closed = _mode() if runs else ("", "this Python is too old", False, "")
    mounts = _text("/proc/self/mountinfo").splitlines()
    return Facts(
        system=sys.platform,
        release=os.uname().release if hasattr(os, "uname") else "",
        root=hasattr(os, "geteuid") and os.geteuid() == 0,
        python=tuple(sys.version_info[:3]),
        executable=os.path.realpath(sys.executable),
        mode=mode,
        why=why,
        forced=forced,
        closed=closed,
        environment=look_at_environment(),
        descriptors=_limits(),
        max_user_namespaces=_number("/proc/sys/user/max_user_namespaces"),
        max_net_namespaces=_number("/proc/sys/user/max_net_namespaces"),
        apparmor_restricts=_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
        apparmor_profile=_apparmor_profile(),
        userns_clone=_number("/proc/sys/kernel/unprivileged_userns_clone"),
        seccomp=_seccomp(_text("/proc/self/status")),
        container=_container(),
        # What lies outside of a chroot is left out of this file, its own root with it.
        chroot=bool(mounts) and not any(line.split()[4] == "/" for line in mounts),
        hidepid=_hidepid(mounts),
        tun_exists=os.path.exists("/dev/net/tun"),
        congestion=tuple(_text("/proc/sys/net/ipv4/tcp_available_congestion_control").split()),
        probe=attempt(thorough=True) if linux and runs else {},
        processes=limits.processes() if linux else -1,
        memory=limits.memory() if linux else -1,
    )


def _mode() -> tuple[str, str, bool, str]:
    from labkit.modes.mode import current

    try:
        mode = current()
    except ValueError as error:  # LABKIT_MODE names no mode
        return "", str(error), True, ""
    return mode


def _text(path: str) -> str:
    """The content of a small file of the kernel's, "" where this machine has none or does not show it."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def _number(path: str) -> int | None:
    text = _text(path).strip()
    return int(text) if text.isdigit() else None


def _apparmor_profile() -> str:
    """The AppArmor profile of this process, as "docker-default"; "" without AppArmor."""
    # Not /proc/self/attr/current, which may be SELinux's or another module's.
    return _text("/proc/self/attr/apparmor/current").strip("\0\n").split(" (")[0]


def _seccomp(status: str) -> int:
    for line in status.splitlines():
        name, _, value = line.partition(":")
        if name == "Seccomp":
            return int(value)
    return 0


def _container() -> str:
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return "Kubernetes"
    if os.path.exists("/run/.containerenv"):
        return "podman"
    if os.path.exists("/.flatpak-info"):
        return "Flatpak"
    if os.environ.get("SNAP_NAME"):
        return "snap"
    # systemd-nspawn, LXC and others name themselves in this variable, in lower case.
    return "docker" if os.path.exists("/.dockerenv") else os.environ.get("container", "")  # noqa: SIM112


def _hidepid(mounts: list) -> str:
    """How /proc hides processes ("invisible", "subset=pid" …); "" where it shows all of them."""
    for line in reversed(mounts):
        fields = line.split()
        if fields[4] == "/proc":
            options = [
                option for option in fields[-1].split(",") if option.startswith(("hidepid=", "subset="))
            ]
            return ", ".join(option for option in options if option not in ("hidepid=0", "hidepid=off"))
    return ""


def _limits() -> tuple[int, int]:
    try:
        import resource
    except ImportError:
        return -1, -1
    return resource.getrlimit(resource.RLIMIT_NOFILE)
