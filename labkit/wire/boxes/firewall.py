"""A firewall between a router and one of its segments, which is outside.  Pure.

    stateful       whoever is inside, the router too, may begin a connection, and gets its answers, and the ICMP errors
                   about it; from outside begins what a rule allows; nothing else passes, a segment of a connection
                   that is not known (any more) included
    not stateful   all may leave; of what arrives each packet passes that a rule allows, an answer or not

Source: RFC 6092 (a simple firewall), 5382 and 4787 (for how long it remembers), 4890 (which ICMPv6 must pass).
"""

from __future__ import annotations

from labkit.wire.boxes.answers import refusal
from labkit.wire.boxes.connections import Connection
from labkit.wire.boxes.fragments import Fragments
from labkit.wire.boxes.packet import ICMPV6, is_ip, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from labkit.wire.boxes.boxed import Passed, Row
    from labkit.wire.boxes.packet import Endpoint, Packet
    from labkit.wire.boxes.rules import Rule

    Ends = tuple[int, Endpoint, Endpoint]  # protocol, who is inside, who is outside

_MOST = 65_536  # connections that are remembered: as in Linux, a full table lets no new one pass
_AGAIN = 1_000_000_000  # ns after the table was found full, before those that are over are looked for again
_LINK = (*range(130, 138), 143)  # ICMPv6: groups, routers, neighbours


class Firewall:
    """Lets pass what may.

    allow      what may begin from outside
    reject     is what does not pass told so? Else there is silence
    stateful   does it know connections?       idle_s   how long one may be idle, s; None: as long as the RFCs say
    own        addresses of the router's, which ICMP errors come from, by IP's version
    """

    def __init__(
        self,
        allow: Sequence[Rule],
        reject: bool,
        stateful: bool,
        idle_s: float | None,
        own: Mapping[int, bytes],
    ) -> None:
        self._allow, self._reject, self._stateful, self._own = allow, reject, stateful, own
        self._idle_s = idle_s
        self._connections: dict[Ends, Connection] = {}  # the oldest first
        self._full: int | None = None  # when the table was found full, ns
        self._fragments = Fragments()  # of packets that were let in

    def leaving(self, frame: bytes, now: int) -> Passed:
        """A frame that the router sends out, at `now`, ns."""
        packet = read(frame)
        if packet is None or not self._stateful or self._is_not_judged(frame, packet):
            return frame, None
        ends = (packet.protocol, packet.source, packet.target)
        if packet.later or packet.is_error or self._passes(ends, packet, True, now):
            return frame, None
        return self._refused(frame, packet)

    def arriving(self, frame: bytes, now: int) -> Passed:
        """A frame that comes to the router from outside, at `now`, ns."""
        packet = read(frame)
        if packet is None:
            return None if is_ip(frame) else frame, None  # nobody can say of the one what it is
        if self._is_not_judged(frame, packet):
            return frame, None
        if self._may_arrive(frame, packet, now):
            self._fragments.remember(packet)
            return frame, None
        return self._refused(frame, packet)

    def translates(self, frame: bytes, now: int) -> bool:
        """It gives nobody another address."""
        return False

    def rows(self, now: int) -> Iterator[Row]:
        """Each connection, its ends: who began it, and whom it was for."""
        for ends in list(self._connections):
            found = self._connection(ends, now)
            if found is not None:
                protocol, inside, outside = ends
                both = (inside, outside) if found.began_inside else (outside, inside)
                yield protocol, both, found.state, now - found.used

    def forget(self) -> None:
        """Forget all, as if all had been idle for too long."""
        self._connections.clear()

    def _is_not_judged(self, frame: bytes, packet: Packet) -> bool:
        """Is it for a group, which no router forwards, or for the link itself?"""
        link = packet.protocol == ICMPV6 and packet.icmp is not None and packet.icmp[0] in _LINK
        return bool(frame[0] & 1) or link

    def _may_arrive(self, frame: bytes, packet: Packet, now: int) -> bool:
        if packet.later:
            return self._fragments.of(packet) is not None
        allowed = any(rule.matches(packet) for rule in self._allow)
        if not self._stateful:
            return allowed
        if packet.is_error:
            return allowed or self._is_about_ours(frame, packet, now)
        ends = (packet.protocol, packet.target, packet.source)
        return self._passes(ends, packet, False, now, begins=allowed)

    def _is_about_ours(self, frame: bytes, packet: Packet, now: int) -> bool:
        """Is it an ICMP error about a packet of a connection that is known?"""
        quoted = packet.quoted(frame)
        return (
            quoted is not None
            and self._connection((quoted.protocol, quoted.source, quoted.target), now) is not None
        )

    def _passes(self, ends: Ends, packet: Packet, out: bool, now: int, begins: bool = True) -> bool:
        """Is it of a connection that is known, or one that may begin?"""
        found = self._connection(ends, now)
        if found is not None:
            found.sees(packet, out, now)
            return True
        if not begins or not packet.asks or self._is_full(now):
            return False
        self._connections[ends] = Connection(packet, out, now)
        return True

    def _connection(self, ends: Ends, now: int) -> Connection | None:
        found = self._connections.get(ends)
        if found is not None and found.over(now, self._idle_s):
            del self._connections[ends]
            return None
        return found

    def _is_full(self, now: int) -> bool:
        if len(self._connections) < _MOST:
            return False
        if self._full is None or now - self._full >= _AGAIN:
            self._full = now
            for ends in list(self._connections):
                self._connection(ends, now)
        return len(self._connections) >= _MOST

    def _refused(self, frame: bytes, packet: Packet) -> Passed:
        return None, refusal(frame, packet, self._own) if self._reject else None
