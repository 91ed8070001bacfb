"""scapy on the wire: a SuperSocket over the record.

`scapy.all` costs about a second; the layers that dissect what is on our wire cost a fifth of that.
"""

from __future__ import annotations

import threading
from typing import Any

import scapy.layers.inet
import scapy.layers.inet6  # noqa: F401
from scapy.layers.l2 import Ether
from scapy.supersocket import SuperSocket

from labkit.network.core import Core
from labkit.running.forks import home
from labkit.running.uninterrupted import uninterrupted
from labkit.traces.clock import monotonic_offset
from labkit.wire.record import KIND_COPY, entry_size
from labkit.words import say


class WireSocket(SuperSocket):
    """Receives every frame that crosses the wire from now on, each once; sends as one of the hosts.

    For `sniff(opened_socket=…)`, `AsyncSniffer(opened_socket=…)`, `sr1` and the like, with filters, callbacks
    and sessions as scapy has them. Nothing is lost between the wire and the socket: it reads the wire's own
    record. `AsyncSniffer.stop()` leaves unread what it has not come to yet: call `drain()` before it.

    segment   what crosses this segment alone; a host on several sends there, else from its eth0
    """

    desc = "the wire of a labkit network"

    def __init__(self, core: Core, host: str | None = None, segment: str | None = None) -> None:
        self.closed = True  # until it is open: scapy closes what it finds on its way out, finished or not
        core.cables.check("scapy_socket()")
        if host is not None and host not in core.names:
            raise ValueError(f"no host is called {host!r}; this network has {', '.join(core.names)}")
        where = [cable[1] for cable in core.stations if host in (None, cable[0])]
        if segment is not None and segment not in where:
            raise ValueError(
                say(
                    "no segment {segment!r} there; it is one of {known}",
                    segment=segment,
                    known=", ".join(dict.fromkeys(where)),
                )
            )
        self._host, self._segment = host, segment
        self._cable = None if host is None else (host, where[0] if segment is None else segment)
        self.iface = host  # type: ignore[assignment]  # None, as scapy has it of sockets on no interface
        self.promisc = True
        self._core, self._home = core, home()
        self._progress = threading.Condition()
        self._offset = monotonic_offset()
        self.ins = self.outs = None  # type: ignore[assignment]  # nothing to select() but `fileno`
        with uninterrupted():
            self._watch: Any = core.watch()  # that of the wire, which has a descriptor
            try:
                self._next, _ = core.capture_start(None)
            except BaseException:
                self._watch.close()
                raise
            self._abandoned = core.abandoned
            self.closed = False

    def fileno(self) -> int:
        """Readable while there may be frames to receive."""
        return self._watch.descriptor

    def recv_raw(self, x: int = 65_535) -> tuple[Any, Any, Any]:
        """(Ether, bytes, seconds since 1970) of the next frame; (None, None, None) when there is none now."""
        if not self._home.here:  # whoever reads takes the news from all others
            raise self._home.elsewhere(
                say("this socket on the wire was opened"), say("open one here: net.scapy_socket()")
            )
        frame = self._take()
        if frame is None:
            # Clear, then look again: a frame recorded in between has signalled anew.
            self._watch.clear()
            frame = self._take()
            if frame is None:
                return None, None, None
            self._watch.signal()
        departed, data = frame
        return Ether, data[:x], (departed + self._offset) / 1e9

    def _take(self) -> tuple[int, bytes] | None:
        stations, segment = self._core.stations, self._segment
        for offset, _, departed, _, source, _, _, kind, _, data in self._core.record.entries(self._next):
            with self._progress:
                self._next = offset + entry_size(len(data))
                self._progress.notify_all()
            if kind != KIND_COPY and segment in (None, stations[source][1]):
                return departed, data
        return None

    def send(self, x: Any) -> int:
        """Put a frame (an Ether packet or bytes) on the wire as if the socket's host had sent it."""
        if self._cable is None:
            raise ValueError("this socket only listens; say who sends, as in net.scapy_socket('client')")
        data = bytes(x)
        if not 14 <= len(data) <= 1514:
            raise ValueError(
                f"an Ethernet frame has from 14 to 1514 bytes (got {len(data)}); begin with Ether(...)"
            )
        self._core.cables.inject(self._cable, data)
        return len(data)

    def drain(self, timeout: float = 5.0) -> None:
        """Wait until the sniffer that uses this socket has read every frame that is on the wire's record by now.

        Raises TimeoutError when it has not after `timeout` seconds.
        """
        end = self._core.catch_up()
        with self._progress:
            if not self._progress.wait_for(lambda: self._next >= end, timeout):
                raise TimeoutError(
                    f"within {timeout} s nobody has read all that is on the wire; is a sniffer running on this socket?"
                )

    def __repr__(self) -> str:
        sends = "only listens" if self._host is None else f"sends as {self._host}"
        return f"<WireSocket on the wire: {'closed' if self.closed else sends}>"

    def close(self) -> None:
        if self.closed:
            return
        with uninterrupted():
            self.closed = True
            if self._home.here and not self._core.closed:
                self._core.capture_release()
            self._watch.close()

    def __del__(self) -> None:
        # No close(), which scapy would call here: it asks, and the collector may come in the middle of a question.
        if not self.closed:
            self.closed = True
            self._watch.abandon(self._abandoned)
            self._abandoned.append(("capture_release",))
