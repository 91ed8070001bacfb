"""A NAT: all who are inside share the address that the router has outside.  Pure.

Sources: RFC 4787 (UDP), 5382 (TCP), 5508 (ICMP); RFC 2663 for the words. Of IPv4; IPv6 packets pass as they are. No
hairpinning: an inside packet for the outer address never leaves the router.

    leaves the router           from inside: its source becomes the outer address, and a port there
                                from the router itself: the same, so that nobody inside gets a port that it uses
    comes to the outer address  an answer: to whom inside it is for
                                whatever nobody asked for: as it is, to the router's own kernel, which refuses it
    comes to an inside address  goes nowhere: outside there is no such address
"""

from __future__ import annotations

from labkit.wire.boxes.answers import refusal
from labkit.wire.boxes.fragments import Fragments
from labkit.wire.boxes.mappings import Mappings
from labkit.wire.boxes.packet import TCP, UDP, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from labkit.wire.boxes.boxed import Passed, Row
    from labkit.wire.boxes.mappings import Mapping
    from labkit.wire.boxes.packet import Packet


class Nat:
    """Translates addresses and ports (NAPT).

    outer    the router's address outside, 4 bytes
    inside   the networks inside: (address, mask) as numbers
    idle_s   how long a connection may be idle, s; None: as long as the RFCs say
    reject   what becomes of a late packet, one of a connection that was forgotten: a reset goes back, or nothing
    """

    def __init__(
        self, outer: bytes, inside: Sequence[tuple[int, int]], idle_s: float | None, reject: bool
    ) -> None:
        self._outer, self._inside, self._reject = outer, inside, reject
        self._mappings = Mappings(idle_s)
        self._fragments = Fragments()  # with their new addresses

    def leaving(self, frame: bytes, now: int) -> Passed:
        """A frame that the router sends out, at `now`, ns."""
        packet = read(frame)
        if packet is None or packet.version != 4 or frame[0] & 1:
            return frame, None
        inside = self._is_inside(packet.src)
        if packet.is_error:
            return self._error_leaving(frame, packet, inside, now), None
        if not inside and packet.src != self._outer:
            return frame, None
        if packet.later:
            return self._fragment(frame, packet, inside), None
        if packet.protocol not in (TCP, UDP) and not packet.is_echo:
            return (None if inside else frame), None
        mapping = self._mappings.of(packet.protocol, packet.source, now)
        connection = self._mappings.connection(mapping, packet.target, now)
        if connection is None and not packet.asks:
            # It is late: nothing is known of its connection any more. Of the router's own, its kernel knows best.
            if not inside:
                return frame, None
            return None, refusal(frame, packet, {}) if self._reject else None
        mapping = mapping or self._mappings.make(packet.protocol, packet.source, not inside, now)
        if mapping is None:  # all ports are taken
            return None, None
        if connection is None:
            self._mappings.begin(mapping, packet, now)
        else:
            connection.sees(packet, True, now)
        data = bytearray(frame)
        packet.set_source(data, self._outer, mapping.port)
        self._fragments.remember(packet, self._outer)
        return bytes(data), None

    def arriving(self, frame: bytes, now: int) -> Passed:
        """A frame that comes to the router from outside, at `now`, ns."""
        packet = read(frame)
        if packet is None or packet.version != 4 or frame[0] & 1:
            return frame, None
        if self._is_inside(packet.dst):
            return None, None
        if packet.dst != self._outer:
            return frame, None
        if packet.is_error:
            return self._error_arriving(frame, packet, now), None
        if packet.later:
            return self._fragment(frame, packet, False), None
        if packet.icmp is not None and not packet.is_echo:
            return frame, None
        mapping = self._mappings.at(packet.protocol, packet.dport, now)
        connection = self._mappings.connection(mapping, packet.source, now)
        if mapping is None or connection is None:
            late = self._mappings.was(packet.protocol, packet.dport, packet.source)
            return (None if late and not self._reject else frame), None
        connection.sees(packet, False, now)
        data = bytearray(frame)
        packet.set_target(data, *mapping.inside)
        self._fragments.remember(packet, mapping.inside[0])
        return bytes(data), None

    def translates(self, frame: bytes, now: int) -> bool:
        """Is it, as it left, somebody's inside?"""
        packet = read(frame)
        if packet is None or packet.src != self._outer or packet.version != 4:
            return False
        mapping = self._mappings.at(packet.protocol, packet.sport, now)
        return mapping is not None and not mapping.own

    def rows(self, now: int) -> Iterator[Row]:
        """Each connection from inside, its ends: inside, outside, and who is at the other end."""
        for mapping, other, connection in self._mappings.live(now):
            ends = (mapping.inside, (self._outer, mapping.port), other)
            yield mapping.protocol, ends, connection.state, now - connection.used

    def forget(self) -> None:
        """Forget all, as if all had been idle for too long."""
        self._mappings.forget_all()

    def _is_inside(self, address: bytes) -> bool:
        number = int.from_bytes(address, "big")
        return address != self._outer and any(number & mask == network for network, mask in self._inside)

    # ICMP errors (RFC 5508, section 4): what they quote is translated, too

    def _error_leaving(self, frame: bytes, packet: Packet, inside: bool, now: int) -> bytes | None:
        """Of who is inside, or of the router, about a packet that was let in."""
        quoted = packet.quoted(frame)
        mapping: Mapping | None = None
        if quoted is not None and not quoted.later:
            mapping = self._mappings.of(quoted.protocol, quoted.target, now)
        if quoted is None or mapping is None:
            return None if inside else frame
        data = bytearray(frame)
        quoted.set_target(data, self._outer, mapping.port)
        packet.set_source(data, self._outer if inside else packet.src)
        packet.seal(data)
        return bytes(data)

    def _error_arriving(self, frame: bytes, packet: Packet, now: int) -> bytes:
        """Of somebody outside, about a packet that was let out."""
        quoted = packet.quoted(frame)
        mapping: Mapping | None = None
        if quoted is not None and not quoted.later and quoted.src == self._outer:
            mapping = self._mappings.at(quoted.protocol, quoted.sport, now)
        if quoted is None or mapping is None:
            return frame
        data = bytearray(frame)
        quoted.set_source(data, *mapping.inside)
        packet.set_target(data, mapping.inside[0])
        packet.seal(data)
        return bytes(data)

    def _fragment(self, frame: bytes, packet: Packet, inside: bool) -> bytes | None:
        if packet.fragment is None:
            return frame
        address = self._fragments.of(packet)
        if address is None:
            return None if inside else frame
        data = bytearray(frame)
        if packet.dst == self._outer:
            packet.set_target(data, address)
        else:
            packet.set_source(data, address)
        return bytes(data)
