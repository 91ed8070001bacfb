"""accept(2) without a moment in which a connection is nobody's."""

from __future__ import annotations

import os
import socket
from _socket import socket as _kernel
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from labkit.running.uninterrupted import uninterrupted
from labkit.sockets.timeline import AFTER, LOCAL, PEER, RESULT

if TYPE_CHECKING:
    from labkit.sockets.hostsocket import HostSocket

T = TypeVar("T")
_accept = _kernel._accept  # type: ignore[attr-defined]  # it has it


def accept(sock: _kernel, wrap: Callable[[int], T]) -> tuple[T, Any]:
    """Accept a connection: what `wrap` makes of its descriptor, and the address of the peer.

    An interrupt leaves either no connection or none that is open.
    """
    made: list[tuple[int, Any]] = []
    try:
        # One step of Python's: between the call and the list no handler of a signal runs.
        made.extend(map(_accept, (sock,)))
        with uninterrupted():
            descriptor, address = made.pop()
            wrapped = wrap(descriptor)
    except BaseException:
        for descriptor, _ in made:
            os.close(descriptor)
        raise
    return wrapped, address


def noted(sock: Any, another: Callable[[int], HostSocket]) -> tuple[HostSocket, Any]:
    """accept() of a socket that notes its calls: the HostSocket that `another` makes of a descriptor, and the peer."""
    with sock._noted("accept") as entry:
        accepted, address = accept(sock, another)
        if socket.getdefaulttimeout() is None and sock.gettimeout():
            accepted.setblocking(True)  # as socket.accept does
        accepted._owner.call = "accept()"
        accepted._whereabouts()
        entry[AFTER] = accepted._state()
        entry[LOCAL], entry[PEER] = accepted._local, accepted._peer
        entry[RESULT] = (None, address, "", 0)
    return accepted, address
