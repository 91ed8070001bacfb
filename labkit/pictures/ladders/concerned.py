"""Which calls may have sent, or waited for, a segment of a connection?  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from labkit.packets.addresses import end_of

if TYPE_CHECKING:
    from labkit.packets.segment import Segment
    from labkit.traces.calls import Call

CONNECTING = ("connect", "connect_ex")


def caller_of(call: Call) -> tuple[Any, ...] | None:
    """Whom an accept() took, as far as that is known."""
    return end_of(call.address) or (tuple(call.peer[:2]) if call.peer else None)


def called(call: Call) -> tuple[Any, ...] | None:
    """Whom a call speaks to; a connect() that failed has no peer, and the address that it was given."""
    if call.peer:
        return tuple(call.peer[:2])
    return end_of(call.address) if call.name in CONNECTING else None


def port_of(local: Any) -> int | None:
    """The port of a call's own end; None where it has none, as on a Unix path."""
    return local[1] if isinstance(local, tuple) and len(local) > 1 else None


class Concerned:
    """The calls of a trace, looked through once, so that each connection has its own at once.

    They are those of its two ends, and all of their sockets: a call that does not say its ends is known by its socket.
    """

    def __init__(self, calls: Iterable[Call]) -> None:
        self._calls = tuple(calls)
        self._ends: dict[Any, list[int]] = {}  # (port, whom it speaks to): places of calls
        self._peers: dict[Any, list[int]] = {}  # of those whose own port is not known, and of accept()
        self._sockets: dict[Any, list[int]] = {}
        for place, call in enumerate(self._calls):
            if call.name == "accept":
                self._peers.setdefault(caller_of(call), []).append(place)
                continue
            peer = called(call)
            if call.local:
                self._ends.setdefault((port_of(call.local), peer), []).append(place)
            else:
                self._peers.setdefault(peer, []).append(place)
            if call.socket_id:
                self._sockets.setdefault((call.host, call.socket_id), []).append(place)

    def by(self, segments: Iterable[Segment]) -> list[Call]:
        """Those of the connections of these segments, in order."""
        ends: set[Any] = set()
        for segment in segments:
            here, there = (segment.src, segment.sport), (segment.dst, segment.dport)
            ends |= {(here, there), (there, here)}
        found: set[int] = set()
        for local, peer in ends:
            found.update(self._ends.get((local[1], peer), ()), self._peers.get(peer, ()))
        for place in tuple(found):
            call = self._calls[place]
            if call.name != "accept":
                found.update(self._sockets.get((call.host, call.socket_id), ()))
        return [self._calls[place] for place in sorted(found)]
