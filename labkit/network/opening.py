"""The core of a network in the mode of this process: hosts in namespaces, or addresses on the loopback interface."""

from __future__ import annotations

import errno
import os
import socket
from typing import Any

from labkit.modes.mode import NAMESPACES, current, forced, found
from labkit.network.conditions import changed
from labkit.network.core import Core
from labkit.network.plan import Plan
from labkit.network.wired import WireCore
from labkit.sockets import inside
from labkit.wire.fault import Fault
from labkit.words import say

_OWN = (errno.ENOENT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN)


def open_core(plan: Plan, configuration: dict[str, Any], faults: list[Fault]) -> Core:
    """Make the hosts that a `Network` describes; a `WireCore`, or where the mode has no namespaces a `LoopbackCore`.

    Where nothing is known of the mode yet, making the hosts is itself the trial. Raises what `WireCore` raises where
    hosts in namespaces are what LABKIT_MODE asks for.
    """
    prepare()
    mode = forced() or (found() if found.cache_info().currsize else None)
    if mode is None or mode.name == NAMESPACES:
        try:
            if not hasattr(os, "memfd_create"):
                raise OSError(
                    "Network needs Linux (namespaces); `python -m labkit doctor` says what this machine can do"
                )
            return WireCore(plan, configuration)
        except OSError as error:
            # A process that lacks files or memory says nothing of what the machine allows.
            if error.errno in _OWN or (mode or found()).name == NAMESPACES:
                raise
    from labkit.network.loopback.core import LoopbackCore

    return LoopbackCore(current(), plan, configuration["record_bytes"], _asked(plan, configuration, faults))


def prepare() -> None:
    """Make this process one whose code can be on hosts: `with host:`.

    Raises RuntimeError where a library has put a socket class of its own in Python's place.
    """
    refuse_patched_sockets()
    inside.install()


def refuse_patched_sockets() -> None:
    """Raise RuntimeError where a library has put a socket class of its own in Python's place: gevent, eventlet."""
    kind = socket.socket
    if kind.__module__ == "socket":
        return
    raise RuntimeError(
        say(
            "socket.socket is {kind} here: a library (gevent's monkey.patch_all(), eventlet's monkey_patch()) has put "
            "its own in place of Python's, and does not know to switch in the calls of hosts' sockets. That is not "
            "supported: restart the kernel and leave the patch out; threads, asyncio and trio work",
            kind=f"{kind.__module__}.{kind.__qualname__}",
        )
    )


def _asked(plan: Plan, configuration: dict[str, Any], faults: list[Fault]) -> list[str]:
    """What was asked for that only cables have: ["delay_ms=10"]."""
    asked = changed(configuration["conditions"])
    asked += [f"faults={faults!r}"] if faults else []
    asked += [f"{name}=True" for name in ("hub", "snooping", "arp") if configuration[name]]
    name = (configuration.get("told") or {}).get("name")
    asked += [f"name={name!r}"] if name else []
    asked += ["ipv6=True"] if plan.ipv6 else []
    sizes = {segment: size for segment, size in configuration["mtu"].items() if size != 1500}
    if sizes:
        asked.append(f"mtu={sizes.get('', sizes)!r}")
    asked += (
        [f"{segment}={list(members)!r}" for segment, members in plan.layout.items()] if plan.several else []
    )
    return asked
