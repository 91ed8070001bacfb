"""What this machine allows: look at it, and try in a child process what the wire will do."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

from .doctor_report import Report
from .doctor_rows import PACKAGES, Facts, rows

PROBE_SECONDS = 10.0


def gather() -> Facts:
    """Look at this machine, and try in a child process what the wire will do."""
    linux = sys.platform == "linux"
    return Facts(
        system=sys.platform,
        release=os.uname().release if hasattr(os, "uname") else "",
        root=hasattr(os, "geteuid") and os.geteuid() == 0,
        python=tuple(sys.version_info[:3]),
        packages=_installed(),
        descriptors=_limits(),
        max_user_namespaces=_number("/proc/sys/user/max_user_namespaces"),
        max_net_namespaces=_number("/proc/sys/user/max_net_namespaces"),
        apparmor_restricts=_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
        userns_clone=_number("/proc/sys/kernel/unprivileged_userns_clone"),
        seccomp=_seccomp(_text("/proc/self/status")),
        container=_container(),
        tun_exists=os.path.exists("/dev/net/tun"),
        congestion=tuple(_text("/proc/sys/net/ipv4/tcp_available_congestion_control").split()),
        probe=_probe() if linux else {},
    )


def _text(path: str) -> str:
    """The content of a small file of the kernel's, "" where this machine has none."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def _number(path: str) -> int | None:
    text = _text(path).strip()
    return int(text) if text.isdigit() else None


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
    # systemd-nspawn, LXC and others name themselves in this variable, in lower case.
    return "docker" if os.path.exists("/.dockerenv") else os.environ.get("container", "")  # noqa: SIM112


def _limits() -> tuple[int, int]:
    try:
        import resource
    except ImportError:
        return -1, -1
    return resource.getrlimit(resource.RLIMIT_NOFILE)


def _installed() -> dict[str, str | None]:
    from importlib import metadata

    found: dict[str, str | None] = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def _probe() -> dict[str, Any]:
    import json
    import subprocess

    start = (
        "import runpy, sys; sys.path.insert(0, sys.argv[1])\n"
        "runpy.run_module('labkit.doctor_probe', run_name='__main__')"
    )
    parent = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-S", "-c", start, parent],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
        )
        return json.loads(child.stdout)
    except subprocess.TimeoutExpired:
        return {
            "namespaces": errno.ETIMEDOUT,
            "step": f"trying namespaces took more than {PROBE_SECONDS:g} s",
        }
    except (OSError, ValueError) as error:
        said = child.stderr.strip().splitlines()[-1:] if isinstance(error, ValueError) else [str(error)]
        return {"namespaces": errno.EIO, "step": f"the trial process failed ({' '.join(said)})"}


def doctor(full: bool = False) -> Report:
    """What this machine allows, as a value: text, an HTML table in JupyterLab, `to_json()` for teachers.

    The short form says only what is amiss, and nothing that differs between machines on which all is well;
    `full=True` shows everything that was found, with versions.
    """
    facts = gather()
    return Report(facts, tuple(rows(facts)), full)
