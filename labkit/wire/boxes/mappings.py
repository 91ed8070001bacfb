"""Which port of the outer address stands for whom inside, and with whom each of them talks.  Pure.

Terms of RFC 4787 and 5382: the mapping is endpoint-independent (one port outside for an address and port inside,
whomever they talk to), the filtering address- and port-dependent (only those answer who were asked).
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import chain

from labkit.wire.boxes.connections import Connection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from labkit.wire.boxes.packet import Endpoint, Packet

FIRST, LAST = 61_000, 65_535
"""The ports that those get whose own is taken, above those that hosts choose: one after the other, if free."""
_REMEMBERED = 10_000  # of what was forgotten
_CONNECTIONS = 1_000  # of one mapping, before those that are over are looked for the first time
_AGAIN = 1_000_000_000  # ns after all ports were found taken, before one that is free is looked for again


class Mapping:
    """One port outside, and for whom it stands: somebody inside, or the router's `own` kernel.

    connections   by who is at the other end, the oldest first; of a plain dict that loses its first, again and again,
                  the first that is left is found ever more slowly
    room          for so many of them; then those that are over are looked for, and room is twice what is left
    """

    __slots__ = ("connections", "inside", "own", "port", "protocol", "room")

    def __init__(self, protocol: int, inside: Endpoint, port: int, own: bool) -> None:
        self.protocol, self.inside, self.port, self.own = protocol, inside, port, own
        self.connections: OrderedDict[Endpoint, Connection] = OrderedDict()
        self.room = _CONNECTIONS


class Mappings:
    """All of one box, by both sides.

    idle_s     how long a connection may be idle, s; None: as long as the RFCs say
    """

    def __init__(self, idle_s: float | None) -> None:
        self._idle_s = idle_s
        self._by_inside: dict[tuple[int, Endpoint], Mapping] = {}
        self._by_port: dict[tuple[int, int], Mapping] = {}
        self._next: dict[int, int] = {}  # protocol: the port that is tried first
        self._taken: dict[int, int] = {}  # protocol: when all ports were found taken, ns
        self._forgotten: OrderedDict[tuple[int, int, Endpoint], None] = OrderedDict()  # the oldest first

    def of(self, protocol: int, inside: Endpoint, now: int) -> Mapping | None:
        """Of who is inside."""
        return self._live(self._by_inside.get((protocol, inside)), now)

    def at(self, protocol: int, port: int, now: int) -> Mapping | None:
        """Of a port outside."""
        return self._live(self._by_port.get((protocol, port)), now)

    def make(self, protocol: int, inside: Endpoint, own: bool, now: int) -> Mapping | None:
        """A new one, with the port that it has inside if that is free; None if none is."""
        port = inside[1]
        if self.at(protocol, port, now) is not None:
            free = self._free(protocol, now)
            if free is None:
                return None
            port, self._next[protocol] = free, free + 1
        made = Mapping(protocol, inside, port, own)
        self._by_inside[protocol, inside] = self._by_port[protocol, port] = made
        return made

    def _free(self, protocol: int, now: int) -> int | None:
        """A port that is free, none if there is none, or there was none a moment ago."""
        if protocol in self._taken and now - self._taken[protocol] < _AGAIN:
            return None
        begin = self._next.get(protocol, FIRST)
        for port in chain(range(begin, LAST + 1), range(FIRST, begin)):
            if self.at(protocol, port, now) is None:
                return port
        self._taken[protocol] = now
        return None

    def connection(self, mapping: Mapping | None, other: Endpoint, now: int) -> Connection | None:
        """With whom is at the other end; None where there is none, or it is over."""
        if mapping is None:
            return None
        found = mapping.connections.get(other)
        if found is not None and found.over(now, self._idle_s):
            self._forget(mapping, other)
            return None
        return found

    def begin(self, mapping: Mapping, packet: Packet, now: int) -> None:
        """A connection, with the packet that goes out first."""
        if len(mapping.connections) >= mapping.room:
            for other in list(mapping.connections):
                self.connection(mapping, other, now)
            mapping.room = max(_CONNECTIONS, 2 * len(mapping.connections))
        mapping.connections[packet.target] = Connection(packet, True, now)
        self._forgotten.pop((mapping.protocol, mapping.port, packet.target), None)
        self._by_inside[mapping.protocol, mapping.inside] = (
            mapping  # also if its last connection has just gone
        )
        self._by_port[mapping.protocol, mapping.port] = mapping

    def was(self, protocol: int, port: int, other: Endpoint) -> bool:
        """Is a connection of this port and who is at the other end one that was forgotten?"""
        return (protocol, port, other) in self._forgotten

    def live(self, now: int) -> Iterator[tuple[Mapping, Endpoint, Connection]]:
        """Each connection from inside, mapping by mapping, the oldest first."""
        for mapping in [each for each in self._by_port.values() if not each.own]:
            for other in list(mapping.connections):
                found = self.connection(mapping, other, now)
                if found is not None:
                    yield mapping, other, found

    def forget_all(self) -> None:
        """Forget every connection, as if it had been idle for too long."""
        for mapping in list(self._by_port.values()):
            for other in list(mapping.connections):
                self._forget(mapping, other)

    def _live(self, mapping: Mapping | None, now: int) -> Mapping | None:
        """The mapping, if one of its connections is alive: the others are forgotten."""
        while mapping is not None and mapping.connections:
            if self.connection(mapping, next(iter(mapping.connections)), now) is not None:
                return mapping
        return None

    def _forget(self, mapping: Mapping, other: Endpoint) -> None:
        """A connection is over; with its last one the mapping is."""
        gone = mapping.connections.pop(other)
        if gone.state != "CLOSED" and not mapping.own:
            self._forgotten[mapping.protocol, mapping.port, other] = None
            if len(self._forgotten) > _REMEMBERED:
                self._forgotten.popitem(last=False)
        if not mapping.connections:
            self._taken.pop(mapping.protocol, None)
            self._by_inside.pop((mapping.protocol, mapping.inside), None)
            self._by_port.pop((mapping.protocol, mapping.port), None)
