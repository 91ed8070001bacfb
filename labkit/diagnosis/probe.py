"""Try, in a process of its own, what the wire's helper does; print as JSON what each step gave (0 or an
errno).

A process of its own, because namespaces are entered for good, and a notebook kernel with its threads may not
enter them at all.  It uses the helper's own code, so that what it finds possible is possible.  Run by
`labkit.diagnosis.facts`.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
from collections.abc import Callable
from typing import Any

SECOND_NETWORK, USER_NAMESPACE = (
    "second network",
    "user namespace",
)  # steps, by their names in what is printed


def attempt(report: dict[str, Any], step: str, action: Callable[[], Any]) -> Any:
    """Do *action* and note how it went under *step*; returns what it gave, None when it failed."""
    try:
        given = action()
    except OSError as error:
        report[step] = error.errno or errno.EIO
        return None
    report[step] = 0
    return given


def user_namespace_alone() -> int:
    """0 or the errno of making a user namespace and nothing else: which of two limits stands in the way?"""
    from labkit.wire import namespaces

    pid = os.fork()
    if pid == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        os._exit(ctypes.get_errno() if libc.unshare(namespaces.CLONE_NEWUSER) else 0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def probe() -> dict[str, Any]:
    """Namespaces, then a cable by TAP and by veth; steps that were not reached are absent."""
    from labkit.wire import namespaces
    from labkit.wire.ports import PacketPort

    report: dict[str, Any] = {}
    try:
        namespaces.enter_own_namespaces()
    except namespaces.NotPermitted as error:
        report = {"namespaces": error.errno, "step": error.step}
        if error.step.startswith("unshare"):
            report[USER_NAMESPACE] = user_namespace_alone()
        return report
    report["namespaces"] = 0
    wire = namespaces.current_network()
    host = attempt(report, SECOND_NETWORK, namespaces.new_network)
    if host is None:
        return report
    tap = attempt(report, "tap", lambda: namespaces.open_tap("eth1"))
    if tap is not None:
        os.close(tap)
    attempt(report, "sysctl", lambda: namespaces.sysctl("net.ipv4.tcp_timestamps", 1))
    port = attempt(report, "packet", lambda: PacketPort(host, wire, 0, 64))
    if port is not None:
        port.close()
    return report


def main() -> None:
    """Print what each step gave."""
    print(json.dumps(probe()))
