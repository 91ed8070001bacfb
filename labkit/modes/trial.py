"""Try, in a process of its own, what the wire's helper does; print what each step gave: 0 or an errno.

It uses the helper's own code, so that what it finds possible is possible.  Run by `labkit.modes.tried`, which has the
names of the steps.
"""

from __future__ import annotations

import ctypes
import errno
import os

from labkit.modes.tried import CALL, MADE, NAMESPACES, PACKET, SECOND_NETWORK, SYSCTL, TAP, USER_NAMESPACE
from labkit.wire import namespaces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def tried(thorough: bool) -> dict[str, Any]:
    """What the steps gave; those that were not reached are absent.

    Unless `thorough`, it stops as soon as it is known whether hosts and cables can be made.
    """
    found: dict[str, Any] = {}
    try:
        namespaces.enter_own_namespaces()
    except namespaces.NotPermitted as error:
        found |= {NAMESPACES: error.errno, CALL: error.step, MADE: error.made}
        if thorough and not error.made:
            found[USER_NAMESPACE] = _user_namespace_alone()
        return found
    found[NAMESPACES] = 0
    wire = namespaces.current_network()
    host = _attempt(found, SECOND_NETWORK, namespaces.new_network)
    if host is None:
        return found
    # Closed by our end, which the quick trial does not wait for: it takes the kernel some 30 ms.
    _attempt(found, TAP, lambda: namespaces.open_tap("eth1"))
    if thorough:
        _attempt(found, SYSCTL, lambda: namespaces.sysctl("net.ipv4.tcp_timestamps", 1))
    if thorough or found[TAP]:
        _attempt(found, PACKET, lambda: _veth(host, wire))
    return found


def _attempt(found: dict[str, Any], step: str, action: Callable[[], Any]) -> Any:
    """Do `action` and note how it went under `step`; returns what it gave, None when it failed."""
    try:
        given = action()
    except OSError as error:
        found[step] = error.errno or errno.EIO
        return None
    found[step] = 0
    return given


def _veth(host: int, wire: int) -> None:
    from labkit.wire.ports import PacketPort

    port = PacketPort(host, wire, "eth0", 0, 64)
    port.begin()  # its ring, which the kernel may refuse
    port.close()


def _user_namespace_alone() -> int:
    """0 or the errno of making a user namespace and nothing else: which of two limits stands in the way?"""
    pid = os.fork()
    if pid == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        os._exit(ctypes.get_errno() if libc.unshare(namespaces.CLONE_NEWUSER) else 0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main(thorough: int) -> None:
    """Print what was tried, in one line that Python reads: json would be a sixth of the time that all this takes."""
    print(tried(bool(thorough)), flush=True)
