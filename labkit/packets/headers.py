"""Where the layers lie in the bytes of an Ethernet frame: VLAN tags, IPv4, IPv6 with its extensions.

Read with `struct` alone, and never with an exception: of what is cut short or malformed there is no packet.
Pure.  Sources: RFC 791 (IPv4), 8200 (IPv6), IEEE 802.1Q (VLAN tags).
"""

from struct import unpack_from
from typing import NamedTuple

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


class Packet(NamedTuple):
    """Where the parts of an IP packet lie in its frame's bytes.

    version 4 or 6; src and dst as raw bytes; protocol of what it carries, which begins at `start` and ends
    at `end` (by the header: the capture may hold fewer); fragment: None, or (offset in bytes, more follow,
    identification: the same number in all fragments of a packet).
    """

    version: int
    src: bytes
    dst: bytes
    protocol: int
    start: int
    end: int
    fragment: tuple[int, bool, int] | None


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
        total, number, where = unpack_from(">HHH", data, place + 2)
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
            (offset, more, number) if offset or more else None,
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
                fragment = (where & 0xFFF8, bool(where & 1), *unpack_from(">I", data, start + 4))
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
