"""Which frame did a call send, and which one let it return?  Pure.

By causes, not by time: a frame's departure may be stamped after the call that sent it returned, and calls on
two hosts interleave at random.  So bytes are counted: the call that sent byte n began with the frame that
first carried byte n, and the call that received byte n could return when that byte, and all before it, had
come.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labkit.packets.addresses import end_of
from labkit.pictures.ladders.carriers import Side
from labkit.pictures.ladders.concerned import CONNECTING, called, caller_of, port_of
from labkit.pictures.ladders.secured import Talks
from labkit.traces.calls import RECEIVING, SENDING

SLACK_NS = 2_000_000
"""A frame stamped at most 2 ms away from a call's begin or end may belong to it."""


class Matcher:
    def __init__(self, arrows: list):
        self._sides: dict = {}  # (host, peer) → its ends of connections with that peer
        self._at: dict = {}  # (host, port, peer) → those on a port of its own
        self._sockets: dict = {}  # (host, socket_id) → its end
        self._out: dict = {}  # host → port → (time, arrow) of datagrams not yet claimed
        self._in: dict = {}
        self._talks = Talks()
        by_key: dict = {}
        for arrow in sorted(arrows, key=lambda arrow: arrow.departed):
            item = arrow.item
            if not hasattr(item, "sport"):
                continue
            if not hasattr(item, "flags"):
                ports = self._out.setdefault(arrow.source, {})
                ports.setdefault(item.sport, []).append((arrow.departed, arrow))
                for tip in arrow.tips:
                    ports = self._in.setdefault(tip.host, {})
                    ports.setdefault(item.dport, []).append((tip.time, arrow))
                continue
            self._side(by_key, arrow.source, arrow.flow[0], item.sport, (item.dst, item.dport)).sent.append(
                arrow
            )
            for tip in arrow.tips:
                side = self._side(by_key, tip.host, arrow.flow[0], item.dport, (item.src, item.sport))
                side.came.append((tip.time, arrow))
        for sides in self._sides.values():
            for side in sides:
                side.came.sort(key=lambda pair: pair[0])
        for ports in self._in.values():
            for queue in ports.values():
                queue.sort(key=lambda pair: pair[0])

    def _side(self, by_key, host, flow, port, peer) -> Side:
        key = host, flow, port, peer
        if key not in by_key:
            by_key[key] = Side(port, peer, flow)
            self._sides.setdefault((host, peer), []).append(by_key[key])
            self._at.setdefault((host, port, peer), []).append(by_key[key])
        return by_key[key]

    def prepare(self, call, host: int) -> None:
        """Of a call in TLS that sends: see to it before any that receives, on whichever host, is matched."""
        if call.tls and (side := self._find(call, host)) is not None:
            self._talks.prepare(call, side)

    def match(self, call, host: int) -> tuple[int | None, int | None]:
        """(the arrow that it sent, the arrow that let it return), None for none."""
        if call.name == "accept":
            return None, self._accept(call, host)
        if call.name in CONNECTING:
            return self._connect(call, host)
        side = self._find(call, host)
        if side is not None and call.tls:
            return self._talks.match(call, side)
        if side is None:
            if call.name in SENDING:
                return self._sendto(call, host), None
            if call.name in RECEIVING:
                return None, self._recvfrom(call, host)
            return None, None
        if call.name in SENDING and not call.error:
            size = call.count
            offset, side.written = side.written, side.written + size
            return (side.sends(offset) if size else None), None
        if call.name in RECEIVING:
            return None, self._recv(call, side)
        if call.name == "close" or (call.name == "shutdown" and call.said != "SHUT_RD"):
            return self._fin(side), None
        return None, None

    def _find(self, call, host: int) -> Side | None:
        side = self._sockets.get((host, call.socket_id)) if call.socket_id else None
        if side is None and call.local and call.peer:
            # the latest connection on those ports that had begun when the call ended
            for candidate in self._on(host, call.local, tuple(call.peer[:2])):
                if side is None or call.end_ns is None or _begun(candidate) <= call.end_ns + SLACK_NS:
                    side = candidate
            if side is not None and call.socket_id:
                self._sockets[host, call.socket_id] = side
        return side

    def _on(self, host: int, local, peer) -> list[Side]:
        """A host's ends of connections with a peer, on a port if that is known."""
        if not local:
            return self._sides.get((host, peer), [])
        return self._at.get((host, port_of(local), peer), [])

    def _connect(self, call, host: int):
        for side in self._on(host, call.local, called(call)):
            syn = next((arrow for arrow in side.sent if "S" in arrow.item.flags), None)
            if syn is None or side.syn_used or syn.departed < call.begin_ns - SLACK_NS:
                continue
            side.syn_used = True
            if call.socket_id:
                self._sockets[host, call.socket_id] = side
            answer = None
            if (
                call.error in ("ConnectionRefusedError", "ConnectionResetError")
                or call.code == "ECONNREFUSED"
            ):
                answer = next((arrow for _, arrow in side.came if "R" in arrow.item.flags), None)
            elif not call.error and call.end_ns is not None:
                answer = next((arrow for _, arrow in side.came if "S" in arrow.item.flags), None)
            return syn.number, answer.number if answer else None
        return None, None

    def _accept(self, call, host: int) -> int | None:
        peer = caller_of(call)
        if call.error or call.end_ns is None or peer is None:
            return None
        for side in self._sides.get((host, peer), ()):
            if not side.syn_used and any(a.item.flags[:2] == "S." for a in side.sent):
                side.syn_used = True
                return next(
                    (
                        arrow.number
                        for _, arrow in side.came
                        if "S" not in arrow.item.flags and "R" not in arrow.item.flags
                    ),
                    None,
                )
        return None

    def _recv(self, call, side: Side) -> int | None:
        if call.error == "ConnectionResetError":
            return next((arrow.number for _, arrow in side.came if "R" in arrow.item.flags), None)
        size = call.moved
        if call.error or call.end_ns is None or size is None:
            return None
        if not size:
            return side.brings(None)
        side.read += size
        return side.brings(side.read - 1)

    def _fin(self, side: Side) -> int | None:
        if side.fin_used:
            return None
        side.fin_used = True
        for letter in "FR":
            for arrow in side.sent:
                if letter in arrow.item.flags:
                    return arrow.number
        return None

    def _sendto(self, call, host: int) -> int | None:
        if call.error:
            return None
        to = end_of(call.address) or (tuple(call.peer[:2]) if call.peer else None)
        port = call.local[1] if call.local else 0
        return _claimed(
            self._out.get(host, {}),
            port or None,
            lambda time, item: time >= call.begin_ns - SLACK_NS and to in (None, (item.dst, item.dport)),
        )

    def _recvfrom(self, call, host: int) -> int | None:
        if call.error or call.end_ns is None:
            return None
        sender = end_of(call.address)
        return _claimed(
            self._in.get(host, {}),
            call.local[1] if call.local else None,
            lambda time, item: time <= call.end_ns + SLACK_NS and sender in (None, (item.src, item.sport)),
        )


def _claimed(ports: dict, port: int | None, fits: Callable[[int, Any], bool]) -> int | None:
    """The number of the earliest datagram at a port (None: at any) that fits; it is not given again."""
    queues = ports.values() if port is None else [ports.get(port, [])]
    found = [
        (queue[place][0], queue, place)
        for queue in queues
        if (place := next((n for n, (time, arrow) in enumerate(queue) if fits(time, arrow.item)), None))
        is not None
    ]
    if not found:
        return None
    _, queue, place = min(found, key=lambda each: each[0])
    return queue.pop(place)[1].number


def _begun(side: Side) -> int:
    times = [arrow.departed for arrow in side.sent[:1]] + [time for time, _ in side.came[:1]]
    return min(times)
