"""What hosts tell each other about the network, in one line each: ARP, ICMP, ICMPv6, IGMP.  Pure.

Sources: RFC 826 (ARP), 792 (ICMP), 4443 and 4861 (ICMPv6), 2236 and 9776 (IGMP), 3810 (MLD).
"""

from struct import unpack_from
from typing import NamedTuple

from labkit.packets.headers import ICMP, ICMPV6, IGMP, PROTOCOLS, TCP, UDP, Packet, address

_ECHO, _ECHO_REPLY, _ECHO_6, _ECHO_REPLY_6 = 8, 0, 128, 129
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


class Summary(NamedTuple):
    """What a frame says, or is: "ARP", "who has 10.0.0.2?"; "UDP", "cut short or malformed", and what joins the two."""

    name: str
    what: str
    joint: str = " "

    def __str__(self) -> str:
        return f"{self.name}{self.joint}{self.what}"


def unreadable(name: str) -> Summary:
    """Of a message that breaks off, or contradicts itself."""
    return Summary(name, "cut short or malformed", ", ")


def arp(data: bytes, place: int) -> Summary:
    """Summary of the ARP message that begins at this place of a frame's bytes."""
    if len(data) < place + 28 or data[place + 4 : place + 6] != b"\x06\x04":
        return unreadable("ARP")
    operation = data[place + 6] << 8 | data[place + 7]
    sender, wanted = address(data[place + 14 : place + 18]), address(data[place + 24 : place + 28])
    if operation == 1 and sender == wanted:
        return Summary("ARP", f"{sender} announces itself")
    if operation == 1:
        return Summary("ARP", f"who has {wanted}? tell {sender}")
    if operation == 2:
        return Summary("ARP", f"{sender} is at {data[place + 8 : place + 14].hex(':')}")
    return Summary("ARP", f"operation {operation}")


def control(data: bytes, packet: Packet) -> tuple[str, Summary]:
    """Protocol and summary of an IP packet without TCP or UDP (or with TCP that cannot be read)."""
    name = PROTOCOLS.get(packet.protocol, f"IP protocol {packet.protocol}")
    body = data[packet.start : packet.end]
    if packet.protocol == ICMP and len(body) >= 8:
        return name, Summary("ICMP", _icmp(body))
    if packet.protocol == ICMPV6 and len(body) >= 8:
        return name, Summary("ICMPv6", _icmp6(body))
    if packet.protocol == IGMP and len(body) >= 8:
        return name, _igmp(body)
    if packet.protocol in (ICMP, ICMPV6, IGMP, TCP):
        return name, unreadable(name)
    size = f"{packet.end - packet.start} bytes"
    if packet.protocol in PROTOCOLS:
        return name, Summary(name, size, ", ")
    return name, Summary("IP", f"protocol {packet.protocol}, {size}")


def is_echo_request(data: bytes, packet: Packet) -> bool:
    """Is it a whole ICMP or ICMPv6 message that asks for an echo?"""
    body = data[packet.start : packet.end]
    kind = {ICMP: _ECHO, ICMPV6: _ECHO_6}.get(packet.protocol)
    return not packet.fragment and len(body) >= 8 and body[0] == kind


def _icmp(body: bytes) -> str:
    kind, code, _, _, low = unpack_from(">BBHHH", body)
    if kind in (_ECHO, _ECHO_REPLY):
        return f"echo {'request' if kind == _ECHO else 'reply'}, seq {low}"  # the identifier is random: not shown
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
    if kind in (_ECHO_6, _ECHO_REPLY_6):
        return f"echo {'request' if kind == _ECHO_6 else 'reply'}, seq {low}"
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


def _igmp(body: bytes) -> Summary:
    kind = body[0]
    group = address(bytes(body[4:8]))
    if kind == 0x11:
        return Summary("IGMP", "general query" if group == "0.0.0.0" else f"query for {group}")
    if kind in (0x12, 0x16):
        return Summary("IGMPv1" if kind == 0x12 else "IGMPv2", f"join {group}")
    if kind == 0x17:
        return Summary("IGMPv2", f"leave {group}")
    if kind == 0x22:
        return Summary("IGMPv3", ", ".join(_igmp3(body)) or "report")
    return Summary("IGMP", f"type 0x{kind:02x}")


def _igmp3(body: bytes) -> list[str]:
    """What the group records of an IGMPv3 report say (RFC 9776 section 4.2.13)."""
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
