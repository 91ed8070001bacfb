"""What is inside an Ethernet frame, for everything but TCP: UDP datagrams, and a summary of anything else.

Never an exception: whatever is cut short, malformed, fragmented or unknown becomes an `Other` whose summary
says what was found.  Pure.  Source: RFC 768 (UDP).
"""

from struct import unpack_from
from typing import NamedTuple

from labkit.packets.control import Summary, arp, control, unreadable
from labkit.packets.frame import Carried, Frame, outcome
from labkit.packets.headers import (
    ARP,
    ETHERTYPES,
    IPV4,
    IPV6,
    PROTOCOLS,
    TCP,
    UDP,
    Packet,
    address,
    ethertype,
    ip_packet,
)


class _Datagram(NamedTuple):
    frame: Frame
    source: str
    target: str
    src: str
    sport: int
    dst: str
    dport: int
    payload: bytes
    length: int


class Datagram(_Datagram, Carried):
    """One UDP datagram.

    frame           the `Frame` that carried it
    source, target  names of the sending and the receiving host ("*": several)
    src, sport      address and port it came from;  dst, dport: where it went
    payload         its data, as far as they were captured
    length          the length of its data in bytes
    """

    __slots__ = ()

    @property
    def summary(self) -> str:
        """Protocol, ports, length and the beginning of the data, without the hosts."""
        return f"UDP {self.sport} > {self.dport}  {said(self.payload, self.length)}".rstrip()

    def __str__(self) -> str:
        return f"{self.source} > {self.target}  {self.summary}{outcome(self.frame)}"

    def __repr__(self) -> str:
        return f"<Datagram {self}>"


class _Other(NamedTuple):
    frame: Frame
    source: str
    target: str
    protocol: str
    told: Summary
    fragment: bool = False


class Other(_Other, Carried):
    """One frame that is neither a TCP segment nor a whole UDP datagram.

    frame           the `Frame`
    source, target  names of the sending and the receiving host ("*": several)
    protocol        "ARP", "ICMP", "ICMPv6", "IGMP", "IPv4", "IPv6", "Ethernet" ...
    told            what it says, or is: a name, and the rest
    fragment        is it a fragment of an IP packet?
    """

    __slots__ = ()

    @property
    def summary(self) -> str:
        """One line that says what it is."""
        return str(self.told)

    def __str__(self) -> str:
        return f"{self.source} > {self.target or 'nobody'}  {self.summary}{outcome(self.frame)}"

    def __repr__(self) -> str:
        return f"<Other {self}>"


def said(payload: bytes, length: int, most: int = 24) -> str:
    """Data in words: the beginning of text in quotes (`"hello"`), short binary data with escapes, and long
    binary data (which may be encrypted, so never the same twice) as its length (`517 bytes`)."""
    return quoted(payload, length, most) or (f"{length} bytes" if length else "")


def quoted(payload: bytes, length: int, most: int = 24) -> str:
    """The beginning of data in quotes, binary data with escapes; "" for what is not shown: nothing, long binary data,
    and data of which the capture has nothing."""
    if not payload:
        return ""
    head = payload[: 4 * most]
    text = head.decode("utf-8", "backslashreplace")
    plain = sum(byte > 31 or byte in b"\t\r\n" for byte in head.decode("utf-8", "ignore").encode())
    if plain * 4 < len(head) * 3 and length > 16:
        return ""
    shown = [
        _ESCAPES.get(letter) or (letter if letter.isprintable() else _escaped(letter))
        for letter in text[:most]
    ]
    return '"' + "".join(shown) + ("…" if len(text) > most or len(payload) < length else "") + '"'


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"'}


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def decode(frame: Frame) -> Datagram | Other:
    """What a frame carries, unless it is TCP (see `segment`): a UDP datagram, or `Other` with a summary.

    Raises nothing, whatever the bytes.
    """
    data = frame.data
    kind, place = ethertype(data)
    packet = ip_packet(data, frame.length)
    if packet is None:
        protocol, told = _not_ip(frame, kind, place)
        return Other(frame, frame.source, frame.target, protocol, told)
    if packet.fragment:
        offset, more, _ = packet.fragment
        told = _fragment(data, packet, offset, more)
        return Other(frame, frame.source, frame.target, told.name, told, True)
    if packet.protocol == UDP:
        found = _udp(frame, packet)
        if found is not None:
            return found
        return Other(frame, frame.source, frame.target, "UDP", unreadable("UDP"))
    protocol, told = control(data, packet)
    return Other(frame, frame.source, frame.target, protocol, told)


def _udp(frame: Frame, packet: Packet) -> Datagram | None:
    data, start, end = frame.data, packet.start, packet.end
    if len(data) < start + 8 or end < start + 8:
        return None
    sport, dport, size = unpack_from(">HHH", data, start)
    if size == 0:
        size = end - start  # a jumbogram, or segmentation offload
    if size < 8 or start + size > end:
        return None
    return Datagram(
        frame,
        frame.source,
        frame.target,
        address(packet.src),
        sport,
        address(packet.dst),
        dport,
        bytes(data[start + 8 : start + size]),
        size - 8,
    )


def _fragment(data: bytes, packet: Packet, offset: int, more: bool) -> Summary:
    name = PROTOCOLS.get(packet.protocol, f"protocol {packet.protocol}")
    if offset == 0 and packet.protocol in (TCP, UDP) and len(data) >= packet.start + 4:
        name += " {} > {}".format(*unpack_from(">HH", data, packet.start))
    what = f"fragment, bytes {offset}:{offset + packet.end - packet.start} of {name}"
    return Summary(f"IPv{packet.version}", what + (", more follow" if more else ", the last"))


def _not_ip(frame: Frame, kind: int, place: int) -> tuple[str, Summary]:
    data = frame.data
    if kind == -1:
        return "Ethernet", Summary("Ethernet", f"cut short after {len(data)} bytes", ", ")
    if kind == ARP:
        return "ARP", arp(data, place)
    if kind in (IPV4, IPV6):
        name = ETHERTYPES[kind]
        return name, unreadable(name)
    if kind < 0x600:
        return "Ethernet", Summary("IEEE", f"802.3 frame, {kind} bytes")
    size = f"{frame.length - place} bytes"
    if kind in ETHERTYPES:
        return "Ethernet", Summary(ETHERTYPES[kind], size, ", ")
    return "Ethernet", Summary("EtherType", f"0x{kind:04x}, {size}")
