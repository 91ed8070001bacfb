"""Frames that come to a middle box, their checksums as they must be, and what can be read of those that it gives."""

from __future__ import annotations

import socket
from struct import pack

from labkit.packets.headers import ip_packet
from labkit.panels.player.checksums import checksum, sum_is_right
from labkit.wire.boxes.packet import Packet
from labkit.wire.boxes.packet import read as packet_of

INSIDE, OTHER, OUTER, SERVER, STRANGER = "10.0.1.1", "10.0.1.2", "10.0.2.1", "10.0.2.2", "10.0.2.3"
BITS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16}
ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
_ROUTER, _NEXT = b"\2\0\0\0\2\1", b"\2\0\0\0\2\2"
_SUMS = {ICMP: 2, TCP: 16, UDP: 6, ICMPV6: 2}


def packed(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def ip(protocol, body, src, dst, *, ident=7, where=0, life=64):
    """An IP packet whose headers' checksums are right."""
    source, target = packed(src), packed(dst)
    if protocol in _SUMS and not where & 0x1FFF:
        pseudo = source + target + pack("!IHBB", len(body), 0, 0, protocol) if protocol != ICMP else b""
        place, total = _SUMS[protocol], checksum(pseudo + body)
        if protocol == UDP:
            total = total or 0xFFFF  # 0 would say that there is none (RFC 768)
        body = body[:place] + pack("!H", total) + body[place + 2 :]
    if len(source) == 16:
        return pack("!IHBB", 6 << 28, len(body), protocol, life) + source + target + body
    header = pack("!BBHHHBBH", 0x45, 0, 20 + len(body), ident, where, life, protocol, 0) + source + target
    return header[:10] + pack("!H", checksum(header)) + header[12:] + body


def framed(packet, group=False):
    kind = b"\x08\x00" if packet[0] >> 4 == 4 else b"\x86\xdd"
    return (b"\1\0\x5e\0\0\1" if group else _NEXT) + _ROUTER + kind + packet


def tcp(flags, src, dst, sport=5000, dport=80, data=b"", seq=100, ack=200):
    bits = sum(BITS[letter] for letter in flags)
    body = pack("!HHIIBBHHH", sport, dport, seq, ack if "A" in flags else 0, 5 << 4, bits, 1000, 0, 0) + data
    return framed(ip(TCP, body, src, dst))


def udp(src, dst, sport=5000, dport=53, data=b"odd", **more):
    return framed(ip(UDP, pack("!HHHH", sport, dport, 8 + len(data), 0) + data, src, dst, **more))


def echo(src, dst, number=9, answer=False):
    if ":" in src:
        return framed(ip(ICMPV6, pack("!BBHHH", 129 if answer else 128, 0, 0, number, 1) + b"ping", src, dst))
    return framed(ip(ICMP, pack("!BBHHH", 0 if answer else 8, 0, 0, number, 1) + b"ping", src, dst))


def error(src, dst, about, kind=3, code=3, quoted=28):
    """An ICMP error about the packet in a frame, of which it quotes so many bytes."""
    return framed(ip(ICMP, pack("!BBHI", kind, code, 0, 0) + about[14 : 14 + quoted], src, dst))


def said(frame):
    """(source, target) of a frame, each as "address:port", if all its checksums are right."""
    packet = packet_of(frame)
    assert checks_out(frame), frame.hex()
    return tuple(
        f"{socket.inet_ntop(_family(end[0]), end[0])}:{end[1]}" for end in (packet.source, packet.target)
    )


def quote(frame):
    """The same of the packet that it quotes, whose IP header's checksum is right."""
    packet = Packet(frame)
    quoted = packet.quoted(frame)
    assert checks_out(frame) and checksum(frame[quoted.at : quoted.start]) == 0
    return tuple(
        f"{socket.inet_ntop(_family(end[0]), end[0])}:{end[1]}" for end in (quoted.source, quoted.target)
    )


def checks_out(frame):
    packet = ip_packet(frame, len(frame))
    if packet.version == 4 and checksum(frame[14 : packet.start]):
        return False
    if packet.protocol == ICMP:
        return checksum(frame[packet.start : packet.end]) == 0
    return bool(packet.fragment) or sum_is_right(frame, packet, packet.protocol)


def _family(raw):
    return socket.AF_INET if len(raw) == 4 else socket.AF_INET6
