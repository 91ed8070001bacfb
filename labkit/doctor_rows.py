"""From the facts about a machine to rows: what works, what is missing, why, and the exact command that mends it.

It asks the machine nothing, so each cause is a row in a table of tests.  Sources: user_namespaces(7),
namespaces(7), Ubuntu's restriction of unprivileged user namespaces (24.04 release notes), docker-run(1) and
podman-run(1) on --security-opt.
"""

from __future__ import annotations

import errno
import os
from typing import Any, NamedTuple

OK, NOTE, MISSING = "ok", "note", "missing"
PACKAGES = {"anywidget": (0, 9), "ipywidgets": (8, 1), "jupyterlab": (4, 4), "matplotlib": (3, 10), "scapy": (2, 6)}
OLDEST_PYTHON = (3, 11)
OLDEST_KERNEL = (5, 4)
FEWEST_DESCRIPTORS = 1024

CONTAINER_FLAGS = {
    "docker": "--security-opt seccomp=unconfined --security-opt systempaths=unconfined --device /dev/net/tun",
    "podman": "--security-opt seccomp=unconfined --security-opt unmask=ALL --device /dev/net/tun",
}
LATER = (
    "Network(...) does not work on this machine, so the lessons cannot run live here yet. (Modes with"
    " real sockets on"
    " 127.0.0.1, with packets from the loopback interface or from recordings, are planned.)"
)


class Facts(NamedTuple):
    """What was found.  `None` stands for a file that this kernel does not have.

    `probe` holds, for each step tried in a child process, 0 or the errno; and "step", the call that failed.
    """

    system: str
    release: str
    root: bool
    python: tuple[int, ...]
    packages: dict[str, str | None]
    descriptors: tuple[int, int]
    max_user_namespaces: int | None
    max_net_namespaces: int | None
    apparmor_restricts: int | None
    userns_clone: int | None
    seccomp: int
    container: str
    tun_exists: bool
    congestion: tuple[str, ...]
    probe: dict[str, Any]


class Row(NamedTuple):
    """One thing looked at: what, how it is ("ok", "note", "missing"), what was found, its meaning, its
    remedy."""

    what: str
    level: str
    found: str
    meaning: str = ""
    remedy: str = ""


def rows(facts: Facts) -> list[Row]:
    """The whole table, in the order in which one would mend things."""
    if facts.system != "linux":
        return [_other_system(facts), _python(facts), _packages(facts)]
    hosts = _hosts(facts)
    on_hosts = [_cables(facts), _settings(facts)] if hosts.level == OK else []
    return [
        hosts,
        *on_hosts,
        _kernel(facts),
        _python(facts),
        _packages(facts),
        _descriptors(facts),
        _congestion(facts),
    ]


def _other_system(facts: Facts) -> Row:
    name = {"darwin": "macOS", "win32": "Windows"}.get(facts.system, facts.system)
    remedy = "a Linux virtual machine, or a Linux container with: " + CONTAINER_FLAGS["docker"]
    if facts.system == "win32":
        remedy = "wsl --install -d Ubuntu   (then install labkit inside that Ubuntu)"
    return Row(
        "hosts",
        MISSING,
        f"this is {name}",
        f"Hosts are network namespaces, which only Linux has. {LATER}",
        remedy,
    )


def _hosts(facts: Facts) -> Row:
    probe = facts.probe
    failed = probe.get("namespaces", errno.EIO) or probe.get("second network", errno.EIO)
    if not failed:
        return Row("hosts", OK, "user and network namespaces work")
    step = probe.get("step", "unshare(CLONE_NEWNET)")
    meaning, remedy = _cause(facts, failed)
    return Row("hosts", MISSING, f"{step}: {os.strerror(failed)}", f"{meaning} {LATER}", remedy)


def _cause(facts: Facts, number: int) -> tuple[str, str]:
    """Why namespaces are refused, and what mends it: the surest cause first."""
    if "Microsoft" in facts.release:
        return "This is WSL 1, which has no Linux kernel.", "wsl --set-version <your distribution> 2"
    if facts.max_user_namespaces == 0:
        return "The machine's limit of user namespaces is zero.", _sysctl("user.max_user_namespaces", 15000)
    if facts.max_net_namespaces == 0:
        return "The machine's limit of network namespaces is zero.", _sysctl("user.max_net_namespaces", 15000)
    if number in (errno.ENOSPC, errno.EUSERS):
        return (
            "The machine's limit of namespaces is used up.",
            _sysctl("user.max_user_namespaces", 15000) + "\n" + _sysctl("user.max_net_namespaces", 15000),
        )
    if facts.userns_clone == 0 and not facts.root:
        return "User namespaces are reserved to root here.", _sysctl("kernel.unprivileged_userns_clone", 1)
    if number in (errno.ENOSYS, errno.EINVAL):
        return "This kernel was built without namespaces.", "a kernel with CONFIG_USER_NS and CONFIG_NET_NS"
    if facts.container and facts.seccomp:
        flags = CONTAINER_FLAGS.get(facts.container)
        if flags:
            return (
                f"This is a {facts.container.title()} container, whose seccomp filter forbids namespaces.",
                f"start it with: {facts.container} run {flags} ...",
            )
        return (
            f"This is a container ({facts.container}) whose seccomp filter forbids namespaces.",
            "let its administrator allow unshare and clone for it (in Kubernetes:"
            " securityContext.seccompProfile.type:"
            " Unconfined, procMount: Unmasked)",
        )
    if facts.apparmor_restricts and not facts.root:
        return (
            "AppArmor takes the rights away in namespaces of ordinary users (the default since Ubuntu"
            " 24.04).",
            _sysctl("kernel.apparmor_restrict_unprivileged_userns", 0),
        )
    if facts.seccomp == 2:
        return (
            "A seccomp filter is on this process: a snap, a Flatpak or a service with restrictions.",
            "start JupyterLab from an ordinary terminal; for a systemd service: RestrictNamespaces=no",
        )
    return (
        "The kernel refuses, and none of the known causes is to be seen; a security module (SELinux) or"
        " a chroot can"
        " be why.",
        "ask the machine's administrator to allow user namespaces (man 7 user_namespaces)",
    )


def _sysctl(name: str, value: int) -> str:
    file = f"/etc/sysctl.d/60-labkit-{name.rpartition('.')[2].replace('_', '-')}.conf"
    return (
        f"sudo sysctl -w {name}={value}\necho {name}={value} | sudo tee {file}   # to keep it after a restart"
    )


def _cables(facts: Facts) -> Row:
    probe = facts.probe
    tap, packet = probe.get("tap"), probe.get("packet")
    if tap == 0:
        other = "veth pairs work too" if packet == 0 else "veth pairs do not work, and are not needed"
        return Row("cables", OK, f"TAP through /dev/net/tun ({other})")
    why = (
        "there is no /dev/net/tun"
        if not facts.tun_exists
        else f"/dev/net/tun: {os.strerror(tap or errno.EIO)}"
    )
    if packet == 0:
        return Row("cables", OK, f"veth pairs with packet sockets ({why}, and it is not needed)")
    return Row(
        "cables",
        MISSING,
        f"{why}; veth with a packet socket: {os.strerror(packet or errno.EIO)}",
        f"A cable is a TAP device or a veth pair, and neither can be made. {LATER}",
        "in a container: --device /dev/net/tun"
        if facts.container
        else "sudo modprobe tun && sudo chmod 666 /dev/net/tun   (or: sudo modprobe veth)",
    )


def _settings(facts: Facts) -> Row:
    refused = facts.probe.get("sysctl")
    if not refused:
        return Row("settings", OK, "each host's own network settings can be written")
    return Row(
        "settings",
        NOTE,
        f"/proc/sys/net: {os.strerror(refused)}",
        "Each host's network settings stay at the kernel's defaults, so some runs can differ from the text.",
        f"start the container with: {CONTAINER_FLAGS.get(facts.container, CONTAINER_FLAGS['docker'])}"
        if facts.container
        else "mount /proc writable, or run outside this sandbox",
    )


def _kernel(facts: Facts) -> Row:
    if _version(facts.release)[:2] < OLDEST_KERNEL:
        return Row(
            "kernel",
            NOTE,
            f"Linux {facts.release}",
            f"Nobody has tried kernels before {OLDEST_KERNEL[0]}.{OLDEST_KERNEL[1]}; some lessons may"
            " differ.",
            "a newer kernel, by the distribution's updates",
        )
    return Row("kernel", OK, f"Linux {facts.release}")


def _python(facts: Facts) -> Row:
    found = ".".join(map(str, facts.python))
    if facts.python[:2] < OLDEST_PYTHON:
        least = ".".join(map(str, OLDEST_PYTHON))
        return Row(
            "Python",
            NOTE,
            found,
            f"labkit needs Python {least} or newer.",
            f"install Python {least} or newer",
        )
    return Row("Python", OK, found)


def _packages(facts: Facts) -> Row:
    found = ", ".join(f"{name} {version or 'missing'}" for name, version in facts.packages.items())
    lacking = [
        f'"{name}>={".".join(map(str, PACKAGES[name]))}"'
        for name, version in facts.packages.items()
        if version is None or _version(version)[: len(PACKAGES[name])] < PACKAGES[name]
    ]
    if lacking:
        meaning = "The lessons use these; what is missing or old may fail."
        return Row("packages", NOTE, found, meaning, f"python -m pip install --upgrade {' '.join(lacking)}")
    return Row("packages", OK, found)


def _descriptors(facts: Facts) -> Row:
    soft, hard = facts.descriptors
    found = f"{_many(soft)} file descriptors at once (may be raised to {_many(hard)})"
    if soft < 0 or soft >= FEWEST_DESCRIPTORS:
        return Row("descriptors", OK, found)
    remedy = f"ulimit -n {FEWEST_DESCRIPTORS}   # in the terminal, before you start JupyterLab"
    if 0 <= hard < FEWEST_DESCRIPTORS:
        remedy = (
            'echo "$USER - nofile 4096" | sudo tee /etc/security/limits.d/labkit.conf   # then log in again'
        )
    return Row("descriptors", NOTE, found, "Lessons with many hosts or clients run out of them.", remedy)


def _congestion(facts: Facts) -> Row:
    return Row("congestion", OK, f"congestion control: {', '.join(facts.congestion) or 'unknown'}")


def _many(number: int) -> str:
    return "unlimited" if number < 0 else f"{number:,}"


def _version(text: str) -> tuple[int, ...]:
    """The leading numbers of a version: "6.8.0-45-generic" → (6, 8, 0)."""
    numbers: list[int] = []
    for part in text.split("-")[0].split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)
