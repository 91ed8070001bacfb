"""Where a host's socket stands: its TCP state, the addresses of its two ends, and what TCP_INFO tells."""

from __future__ import annotations

import errno
import socket
from _socket import socket as _kernel
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from labkit.modes.needs import NeedsLinux
from labkit.sockets.options import protocol
from labkit.traces.machine import KERNEL_STATES
from labkit.words import say

TCP_INFO: Any = getattr(socket, "TCP_INFO", None)  # Linux only; elsewhere the states stay empty
_MOST = 1024  # bytes of TCP_INFO that are asked for: more than any kernel has


if TYPE_CHECKING:
    from labkit.sockets.sampling import Sampler
    from labkit.sockets.tcpinfo import TcpInfo

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

    def info(self) -> TcpInfo:
        """The connection as its kernel has it now: `TCP_INFO` (tcp(7)), a `labkit.sockets.tcpinfo.TcpInfo`.

        Times are in the unit of their name (`rtt_us`), windows in segments (`snd_cwnd`) or bytes (`snd_wnd`); what this
        kernel does not give is None.  Raises ValueError for a socket that is not TCP's, OSError (EBADF) for a closed
        one, and NeedsLinux where the system has no TCP_INFO.
        """
        from labkit.sockets.tcpinfo import parse

        return parse(self._raw_info())

    def sample(
        self, *, every_ms: float = 10, on_change: str | Sequence[str] = (), most: int = 100_000
    ) -> Sampler:
        """`with sock.sample(every_ms=1) as samples:` keeps `info()`, again and again, while the block runs.

        every_ms    milliseconds from one look to the next; a busy machine may be late
        on_change   names of TcpInfo's fields: only looks at which one of them has another value are kept
        most        samples that are kept; of more, the oldest are forgotten

        `samples` is a `labkit.sockets.samples.Samples`.  Raises what `info()` raises, and ValueError for what no
        interval, field or number is.
        """
        from labkit.sockets.sampling import Sampler

        return Sampler(
            self._raw_info, every_ms, (on_change,) if isinstance(on_change, str) else on_change, most
        )

    def _raw_info(self) -> bytes:
        if self.fileno() < 0:
            raise OSError(
                errno.EBADF,
                say("the socket is closed, and its kernel tells nothing of it: call info() before close()"),
            )
        if TCP_INFO is None:
            raise NeedsLinux(
                say(
                    "info() asks the kernel with TCP_INFO, which Linux has, and the Python of this system has not"
                )
            )
        if not self._tcp:
            raise ValueError(
                say(
                    "info() tells of TCP's connections, and this socket speaks {what}: make one with"
                    " host.socket(), or read host.sockets()",
                    what=protocol(self),
                )
            )
        return _kernel.getsockopt(self, socket.IPPROTO_TCP, TCP_INFO, _MOST)
