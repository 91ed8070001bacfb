"""The packet in a frame, as middle boxes look at it: who talks to whom; and both of them changed.  Pure.

Checksums are put right as far as they are there: that of IPv4's header, and those of TCP, UDP and ICMP (RFC 1624).
"""

from __future__ import annotations

import struct
from struct import pack_into, unpack_from

from labkit.wire.checksums import adjusted, checksum
from labkit.wire.icmp import (
    ECHO,
    ECHO_6,
    ECHO_REPLY,
    ECHO_REPLY_6,
    EXCEEDED,
    EXCEEDED_6,
    PROBLEM,
    PROBLEM_6,
    TOO_BIG_6,
    UNREACHABLE,
    UNREACHABLE_6,
)

ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
NAMES = {ICMP: "icmp", TCP: "tcp", UDP: "udp", ICMPV6: "icmpv6"}
FIN, SYN, RST, ACK = 1, 2, 4, 16
_ECHOES = {ICMP: (ECHO, ECHO_REPLY), ICMPV6: (ECHO_6, ECHO_REPLY_6)}
_ERRORS = {
    ICMP: (UNREACHABLE, EXCEEDED, PROBLEM),
    ICMPV6: (UNREACHABLE_6, TOO_BIG_6, EXCEEDED_6, PROBLEM_6),
}
_IP = 14  # where it begins in a frame

Endpoint = tuple[bytes, int]
"""An address and a port: of who pings the identifier (RFC 5508), of who is pinged, and of all else, 0."""


class Packet:
    """An IP packet, or the part of one that an ICMP message quotes.

    at, start, end   where it begins in the frame's bytes, what it carries begins, and it ends by its own word
    fragment         None, or (its offset in bytes, identification)
    flags            of TCP, 0 of all else          icmp   (type, code); None of all else
    """

    __slots__ = (
        "at", "dport", "dst", "end", "flags", "fragment", "icmp", "protocol", "sport", "src", "start", "version"
    )  # fmt: skip

    def __init__(self, data: bytes | bytearray, at: int = _IP) -> None:
        """Read it.  Raises ValueError for what is no IP packet, or breaks off before its ports."""
        try:
            self._read(data, at)
        except (struct.error, IndexError):
            raise ValueError("no whole packet") from None

    def _read(self, data: bytes | bytearray, at: int) -> None:
        self.at, self.version, self.fragment = at, data[at] >> 4, None
        if self.version == 4:
            size, number, where = unpack_from("!HHH", data, at + 2)
            self.start, self.end, self.protocol = at + (data[at] & 15) * 4, at + size, data[at + 9]
            self.src, self.dst = bytes(data[at + 12 : at + 16]), bytes(data[at + 16 : at + 20])
            if where & 0x3FFF:
                self.fragment = ((where & 0x1FFF) * 8, number)
        elif self.version == 6:
            (size,) = unpack_from("!H", data, at + 4)
            self.start, self.end, self.protocol = at + 40, at + 40 + size, data[at + 6]
            self.src, self.dst = bytes(data[at + 8 : at + 24]), bytes(data[at + 24 : at + 40])
        else:
            raise ValueError("no IP packet")
        self.sport = self.dport = self.flags = 0
        self.icmp: tuple[int, int] | None = None
        if self.later:
            return
        if self.protocol in (TCP, UDP):
            self.sport, self.dport = unpack_from("!HH", data, self.start)
            if self.protocol == TCP and len(data) > self.start + 13:
                self.flags = data[self.start + 13]
        elif self.protocol in _ECHOES:
            self.icmp = data[self.start], data[self.start + 1]
            if self.is_echo:
                (number,) = unpack_from("!H", data, self.start + 4)
                self.sport, self.dport = (number, 0) if self.asks else (0, number)

    @property
    def later(self) -> bool:
        """Is it a fragment behind the first, without ports?"""
        return self.fragment is not None and self.fragment[0] > 0

    @property
    def source(self) -> Endpoint:
        """Who sends it."""
        return self.src, self.sport

    @property
    def target(self) -> Endpoint:
        """Who is to get it."""
        return self.dst, self.dport

    @property
    def is_echo(self) -> bool:
        """Is it a ping, or the answer to one?"""
        return self.icmp is not None and self.icmp[0] in _ECHOES[self.protocol]

    @property
    def asks(self) -> bool:
        """May it be the first of its connection: a SYN, a datagram, a ping?"""
        if self.protocol == TCP:
            return self.flags & (SYN | ACK | RST | FIN) == SYN
        return self.icmp is None or self.icmp[0] == _ECHOES[self.protocol][0]

    @property
    def is_error(self) -> bool:
        """Is it an ICMP message that quotes another packet?"""
        return self.icmp is not None and self.icmp[0] in _ERRORS[self.protocol]

    def quoted(self, data: bytes | bytearray) -> Packet | None:
        """The packet that it quotes, if it is an error and quotes enough."""
        if not self.is_error:
            return None
        try:
            return Packet(data, self.start + 8)
        except ValueError:
            return None

    def set_source(self, data: bytearray, address: bytes, port: int | None = None) -> None:
        """Give it another sender; port None: the one that it has."""
        self._set_address(data, 12 if self.version == 4 else 8, address)
        self._set_port(data, 0, port)

    def set_target(self, data: bytearray, address: bytes, port: int | None = None) -> None:
        """Give it another receiver; port None: the one that it has."""
        self._set_address(data, 16 if self.version == 4 else 24, address)
        self._set_port(data, 2, port)

    def seal(self, data: bytearray) -> None:
        """Compute ICMP's checksum anew: what it quotes has changed."""
        pack_into("!H", data, self.start + 2, 0)
        pack_into("!H", data, self.start + 2, checksum(bytes(data[self.start : self.end])))

    def _set_address(self, data: bytearray, place: int, address: bytes) -> None:
        first = self.at + place
        old = bytes(data[first : first + len(address)])
        data[first : first + len(address)] = address
        if self.version == 4:
            _adjust(data, self.at + 10, old, address)
        if self.protocol in (TCP, UDP) and not self.later:  # their checksums cover the addresses
            self._adjust_sum(data, old, address)

    def _set_port(self, data: bytearray, place: int, port: int | None) -> None:
        if port is None or self.later:
            return
        first = self.start + (4 if self.is_echo else place)
        old, new = bytes(data[first : first + 2]), port.to_bytes(2, "big")
        data[first : first + 2] = new
        self._adjust_sum(data, old, new)

    def _adjust_sum(self, data: bytearray, old: bytes, new: bytes) -> None:
        place = self.start + {TCP: 16, UDP: 6}.get(self.protocol, 2)
        if place + 2 > len(data):  # a quotation that ends before
            return
        if self.protocol != UDP:
            _adjust(data, place, old, new)
        elif data[place] or data[place + 1]:  # 0: its sender has computed none (RFC 768)
            _adjust(data, place, old, new)
            if not (data[place] or data[place + 1]):
                data[place : place + 2] = b"\xff\xff"


_LEAST = {TCP: 20, UDP: 8, ICMP: 8, ICMPV6: 8}  # bytes of a header


def is_ip(frame: bytes) -> bool:
    """Does an Ethernet frame say that there is an IP packet in it?"""
    return frame[12:14] in (b"\x08\x00", b"\x86\xdd")


def read(frame: bytes) -> Packet | None:
    """The packet in an Ethernet frame; None where there is none, or none that is whole."""
    if not is_ip(frame):
        return None
    try:
        packet = Packet(frame)
    except ValueError:
        return None
    least = 0 if packet.later else _LEAST.get(packet.protocol, 0)
    return packet if packet.start + least <= packet.end <= len(frame) else None


def _adjust(data: bytearray, place: int, old: bytes, new: bytes) -> None:
    (was,) = unpack_from("!H", data, place)
    pack_into("!H", data, place, adjusted(was, old, new))
