"""What is inside an Ethernet frame, for everything but TCP: ARP, IPv4, IPv6, UDP, ICMP, IGMP.

Read with `struct` alone, and never with an exception: whatever is cut short, malformed, fragmented or unknown
becomes an `Other` whose summary says what was found.  Pure.

Sources: RFC 826 (ARP), 791 (IPv4), 8200 (IPv6), 768 (UDP), 792 (ICMP), 4443 and 4861 (ICMPv6), 2236 and 3376
(IGMP), 3810 (MLD), IEEE 802.1Q (VLAN tags).
"""

from __future__ import annotations

from struct import unpack_from
from typing import NamedTuple

from .frame import Frame, outcome

IPV4, ARP, IPV6 = 0x0800, 0x0806, 0x86DD
VLAN_TAGS = (0x8100, 0x88A8, 0x9100)
ICMP, IGMP, TCP, UDP, ICMPV6 = 1, 2, 6, 17, 58
PROTOCOLS = {
    0: "hop-by-hop options",
    ICMP: "ICMP",
    IGMP: "IGMP",
    4: "IPv4 in IP",
    TCP: "TCP",
    UDP: "UDP",
    41: "IPv6 in IP",
    47: "GRE",
    50: "ESP",
    51: "AH",
    ICMPV6: "ICMPv6",
    59: "no next header",
    89: "OSPF",
    132: "SCTP",
}
ETHERTYPES = {
    IPV4: "IPv4",
    ARP: "ARP",
    IPV6: "IPv6",
    0x88CC: "LLDP",
    0x8863: "PPPoE discovery",
    0x8864: "PPPoE",
    0x8847: "MPLS",
    0x888E: "EAPOL",
}


class Datagram(NamedTuple):
    """One UDP datagram.

    frame           the `Frame` that carried it
    source, target  names of the sending and the receiving host ("*": several)
    src, sport      address and port it came from;  dst, dport: where it went
    payload         its data, as far as they were captured
    length          the length of its data in bytes
    """

    frame: Frame
    source: str
    target: str
    src: str
    sport: int
    dst: str
    dport: int
    payload: bytes
    length: int

    number = property(lambda self: self.frame.number, doc="Its frame's place in the trace.")
    departed_ns = property(lambda self: self.frame.departed_ns, doc="When it left, in nanoseconds.")
    arrived_ns = property(lambda self: self.frame.arrived_ns, doc="When it first arrived; None if never.")
    delivered = property(lambda self: self.frame.delivered, doc="Did any copy arrive?")

    @property
    def summary(self) -> str:
        """Protocol, ports, length and the beginning of the data, without the hosts."""
        return f"UDP {self.sport} > {self.dport}  {said(self.payload, self.length)}".rstrip()

    def __str__(self) -> str:
        return f"{self.source} > {self.target}  {self.summary}{outcome(self.frame)}"

    def __repr__(self) -> str:
        return f"<Datagram {self}>"


class Other(NamedTuple):
    """One frame that is neither a TCP segment nor a whole UDP datagram.

    frame           the `Frame`
    source, target  names of the sending and the receiving host ("*": several)
    protocol        "ARP", "ICMP", "ICMPv6", "IGMP", "IPv4", "IPv6", "Ethernet" ...
    summary         one line that says what it is
    """

    frame: Frame
    source: str
    target: str
    protocol: str
    summary: str

    number = property(lambda self: self.frame.number, doc="Its frame's place in the trace.")
    departed_ns = property(lambda self: self.frame.departed_ns, doc="When it left, in nanoseconds.")
    arrived_ns = property(lambda self: self.frame.arrived_ns, doc="When it first arrived; None if never.")
    delivered = property(lambda self: self.frame.delivered, doc="Did any copy arrive?")

    def __str__(self) -> str:
        return f"{self.source} > {self.target or 'nobody'}  {self.summary}{outcome(self.frame)}"

    def __repr__(self) -> str:
        return f"<Other {self}>"


class Packet(NamedTuple):
    """Where the parts of an IP packet lie in its frame's bytes.

    version 4 or 6; src and dst as raw bytes; protocol of what it carries, which begins at `start` and ends
    at `end` (by the header: the capture may hold fewer); fragment: None, or (offset in bytes, more follow).
    """

    version: int
    src: bytes
    dst: bytes
    protocol: int
    start: int
    end: int
    fragment: tuple[int, bool] | None


def ethertype(data: bytes) -> tuple[int, int]:
    """The type that an Ethernet frame carries, past any VLAN tags, and where that begins; (-1, 0) if cut."""
    place = 12
    while len(data) >= place + 2:
        kind = data[place] << 8 | data[place + 1]
        if kind not in VLAN_TAGS:
            return kind, place + 2
        place += 4
    return -1, 0


def ip_packet(data: bytes, length: int) -> Packet | None:
    """The IP packet in the bytes of an Ethernet frame of this full length; None without a whole header."""
    kind, place = ethertype(data)
    if kind == IPV4:
        if len(data) < place + 20 or data[place] >> 4 != 4:
            return None
        header = (data[place] & 15) * 4
        total, _, where = unpack_from(">HHH", data, place + 2)
        if total == 0:
            total = length - place  # segmentation offload: the card would have filled it in
        if header < 20 or total < header or len(data) < place + header:
            return None
        offset, more = (where & 0x1FFF) * 8, bool(where & 0x2000)
        return Packet(
            4,
            data[place + 12 : place + 16],
            data[place + 16 : place + 20],
            data[place + 9],
            place + header,
            place + total,
            (offset, more) if offset or more else None,
        )
    if kind == IPV6:
        return _ipv6(data, place, length)
    return None


def _ipv6(data: bytes, place: int, length: int) -> Packet | None:
    if len(data) < place + 40 or data[place] >> 4 != 6:
        return None
    size, protocol = unpack_from(">HB", data, place + 4)
    start = place + 40
    end = start + size if size else length
    fragment = None
    while protocol in (0, 43, 44, 51, 60):
        if len(data) < start + 8 or start + 8 > end:
            return None
        if protocol == 44:
            where = data[start + 2] << 8 | data[start + 3]
            if where & 0xFFF9:
                fragment = (where & 0xFFF8, bool(where & 1))
            step = 8
        elif protocol == 51:
            step = (data[start + 1] + 2) * 4
        else:
            step = (data[start + 1] + 1) * 8
        protocol, start = data[start], start + step
        if fragment and fragment[0]:
            break
    if start > end:
        return None
    return Packet(
        6, data[place + 8 : place + 24], data[place + 24 : place + 40], protocol, start, end, fragment
    )


_ADDRESSES: dict[bytes, str] = {}


def address(raw: bytes) -> str:
    """The written form of a 4-byte IPv4 or 16-byte IPv6 address (RFC 5952)."""
    text = _ADDRESSES.get(raw)
    if text is None:
        if len(raw) == 4:
            text = ".".join(map(str, raw))
        else:
            from ipaddress import IPv6Address  # late: its import costs 4 ms, and most traces have no IPv6

            text = str(IPv6Address(raw))
        if len(_ADDRESSES) > 10_000:
            _ADDRESSES.clear()  # a scan's addresses must not fill the memory
        _ADDRESSES[raw] = text
    return text


def said(payload: bytes, length: int, most: int = 24) -> str:
    """Data in words: the beginning of text in quotes (`"hello"`), short binary data with escapes, and long
    binary data (which may be encrypted, so never the same twice) as its length (`517 bytes`)."""
    if not length:
        return ""
    if not payload:
        return f"{length} bytes"
    head = payload[: 4 * most]
    text = head.decode("utf-8", "backslashreplace")
    plain = sum(byte > 31 or byte in b"\t\r\n" for byte in head.decode("utf-8", "ignore").encode())
    if plain * 4 < len(head) * 3 and length > 16:
        return f"{length} bytes"
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
        protocol, summary = _not_ip(frame, kind, place)
        return Other(frame, frame.source, frame.target, protocol, summary)
    if packet.fragment:
        return Other(frame, frame.source, frame.target, f"IPv{packet.version}", _fragment(data, packet))
    if packet.protocol == UDP:
        found = _udp(frame, packet)
        if found is not None:
            return found
        return Other(frame, frame.source, frame.target, "UDP", "UDP, cut short or malformed")
    protocol, summary = _control(data, packet)
    return Other(frame, frame.source, frame.target, protocol, summary)


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


def _fragment(data: bytes, packet: Packet) -> str:
    offset, more = packet.fragment
    name = PROTOCOLS.get(packet.protocol, f"protocol {packet.protocol}")
    if offset == 0 and packet.protocol in (TCP, UDP) and len(data) >= packet.start + 4:
        name += " {} > {}".format(*unpack_from(">HH", data, packet.start))
    return (
        f"IPv{packet.version} fragment, bytes {offset}:{offset + packet.end - packet.start} of {name}"
        f"{', more follow' if more else ', the last'}"
    )


def _not_ip(frame: Frame, kind: int, place: int) -> tuple[str, str]:
    data = frame.data
    if kind == -1:
        return "Ethernet", f"Ethernet, cut short after {len(data)} bytes"
    if kind == ARP:
        return "ARP", _arp(data, place)
    if kind in (IPV4, IPV6):
        name = ETHERTYPES[kind]
        return name, f"{name}, cut short or malformed"
    if kind < 0x600:
        return "Ethernet", f"IEEE 802.3 frame, {kind} bytes"
    return "Ethernet", f"{ETHERTYPES.get(kind, f'EtherType 0x{kind:04x}')}, {frame.length - place} bytes"


def _arp(data: bytes, place: int) -> str:
    if len(data) < place + 28 or data[place + 4 : place + 6] != b"\x06\x04":
        return "ARP, cut short or malformed"
    operation = data[place + 6] << 8 | data[place + 7]
    sender, wanted = address(data[place + 14 : place + 18]), address(data[place + 24 : place + 28])
    if operation == 1 and sender == wanted:
        return f"ARP {sender} announces itself"
    if operation == 1:
        return f"ARP who has {wanted}? tell {sender}"
    if operation == 2:
        return f"ARP {sender} is at {data[place + 8 : place + 14].hex(':')}"
    return f"ARP operation {operation}"


UNREACHABLE = {
    0: "network unreachable",
    1: "host unreachable",
    2: "protocol unreachable",
    3: "port unreachable",
    4: "fragmentation needed",
    9: "network prohibited",
    10: "host prohibited",
    13: "prohibited",
}
UNREACHABLE_6 = {0: "no route", 1: "prohibited", 3: "address unreachable", 4: "port unreachable"}
NEIGHBOUR = {
    133: "router solicitation",
    134: "router advertisement",
    135: "who has {}?",
    136: "{} is here",
    137: "redirect",
}


def _control(data: bytes, packet: Packet) -> tuple[str, str]:
    """Protocol and summary of an IP packet without TCP or UDP (or with TCP that cannot be read)."""
    name = PROTOCOLS.get(packet.protocol, f"IP protocol {packet.protocol}")
    body = data[packet.start : packet.end]
    if packet.protocol == ICMP and len(body) >= 8:
        return name, f"ICMP {_icmp(body)}"
    if packet.protocol == ICMPV6 and len(body) >= 8:
        return name, f"ICMPv6 {_icmp6(body)}"
    if packet.protocol == IGMP and len(body) >= 8:
        return name, _igmp(body)
    if packet.protocol in (ICMP, ICMPV6, IGMP, TCP):
        return name, f"{name}, cut short or malformed"
    return name, f"{name}, {packet.end - packet.start} bytes"


def _icmp(body: bytes) -> str:
    kind, code, _, _, low = unpack_from(">BBHHH", body)
    if kind in (8, 0):
        return f"echo {'request' if kind else 'reply'}, seq {low}"  # the identifier is random: not shown
    if kind == 3:
        text = UNREACHABLE.get(code, f"unreachable, code {code}")
        return f"{text}, mtu {low}" if code == 4 else text + _about(body)
    if kind == 11:
        return "time exceeded" if code == 0 else "reassembly time exceeded"
    if kind == 5:
        return f"redirect to {address(body[4:8])}"
    return f"type {kind}, code {code}"


def _about(body: bytes) -> str:
    """The port that an ICMP error is about, from the packet that it quotes."""
    if len(body) < 36 or body[17] not in (TCP, UDP):
        return ""
    start = 8 + (body[8] & 15) * 4
    if len(body) < start + 4:
        return ""
    return f", {PROTOCOLS[body[17]]} {unpack_from('>H', body, start + 2)[0]}"


def _icmp6(body: bytes) -> str:
    kind, code, _, _, low = unpack_from(">BBHHH", body)
    if kind in (128, 129):
        return f"echo {'request' if kind == 128 else 'reply'}, seq {low}"
    if kind == 1:
        return UNREACHABLE_6.get(code, f"unreachable, code {code}")
    if kind == 2:
        return f"packet too big, mtu {unpack_from('>I', body, 4)[0]}"
    if kind == 3:
        return "time exceeded"
    if kind in NEIGHBOUR:
        return NEIGHBOUR[kind].format(address(bytes(body[8:24])) if len(body) >= 24 else "?")
    if kind in (130, 131, 132, 143):
        return {
            130: "multicast listener query",
            131: "multicast listener report",
            132: "multicast listener done",
            143: "multicast listener report",
        }[kind]
    return f"type {kind}, code {code}"


def _igmp(body: bytes) -> str:
    kind = body[0]
    group = address(bytes(body[4:8]))
    if kind == 0x11:
        return "IGMP general query" if group == "0.0.0.0" else f"IGMP query for {group}"
    if kind in (0x12, 0x16):
        return f"IGMPv{1 if kind == 0x12 else 2} join {group}"
    if kind == 0x17:
        return f"IGMPv2 leave {group}"
    if kind == 0x22:
        return "IGMPv3 " + (", ".join(_igmp3(body)) or "report")
    return f"IGMP type 0x{kind:02x}"


def _igmp3(body: bytes) -> list[str]:
    """What the group records of an IGMPv3 report say (RFC 3376 section 4.2.12)."""
    changes, place = [], 8
    for _ in range(unpack_from(">H", body, 6)[0]):
        if len(body) < place + 8:
            break
        kind, more, sources = unpack_from(">BBH", body, place)
        group = address(bytes(body[place + 4 : place + 8]))
        if kind in (2, 4) and not sources:
            changes.append(f"join {group}" if kind == 4 else f"member of {group}")
        elif kind == 3 and not sources:
            changes.append(f"leave {group}")
        else:
            changes.append(f"sources of {group}")
        place += 8 + 4 * sources + 4 * more
    return changes
