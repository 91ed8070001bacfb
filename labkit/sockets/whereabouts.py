"""Where a host's socket stands: its TCP state, and the addresses of its two ends."""

from __future__ import annotations

import socket
from _socket import socket as _kernel
from typing import TYPE_CHECKING, Any

from labkit.traces.machine import KERNEL_STATES

TCP_INFO: Any = getattr(socket, "TCP_INFO", None)  # Linux only; elsewhere the states stay empty


if TYPE_CHECKING:
    _OfSocket = socket.socket  # it is a part of HostSocket alone
else:
    _OfSocket = object


class Whereabouts(_OfSocket):
    """What a HostSocket asks the kernel of itself, and what it last knew."""

    __slots__ = ()
    _tcp: bool
    _inet: bool
    _local: Any
    _peer: Any

    def _state(self) -> str:
        if not self._tcp:
            return ""
        try:
            return KERNEL_STATES.get(_kernel.getsockopt(self, socket.IPPROTO_TCP, TCP_INFO, 1)[0], "")
        except OSError:
            return ""

    def _whereabouts(self) -> None:
        try:
            local = _kernel.getsockname(self)
            self._local = (local[:2] if local[1] else None) if self._inet else local or None
            peer = _kernel.getpeername(self)
            self._peer = peer[:2] if self._inet else peer or None
        except OSError:  # not connected (any more): keep what was known
            pass

    @property
    def state(self) -> str:
        """The kernel's TCP state now (RFC 9293 name); "" for other protocols and closed sockets."""
        return self._state()

    @property
    def local(self) -> tuple[Any, ...] | None:
        """The local address, or the last known one of a closed socket; None when it has none."""
        self._whereabouts()
        return self._local
