"""What a middle box answers to a packet that it lets not pass: a reset, or that somebody cannot be reached.  Pure.

Sources: RFC 9293 section 3.10.7.1 (resets), RFC 1812 section 4.3.2 and RFC 4443 section 2.4 (ICMP errors).
"""

from __future__ import annotations

from struct import pack, unpack_from

from labkit.wire.boxes.packet import ACK, FIN, ICMP, ICMPV6, RST, SYN, TCP, UDP
from labkit.wire.checksums import checksum
from labkit.wire.icmp import PORT, PORT_6, PROHIBITED, PROHIBITED_6, UNREACHABLE, UNREACHABLE_6

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from labkit.wire.boxes.packet import Packet

_LIFE = 64  # the time to live of an answer
_QUOTED = 128  # bytes of the packet that an error quotes, at most


def refusal(frame: bytes, packet: Packet, own: Mapping[int, bytes]) -> bytes | None:
    """The frame that tells the sender that a packet is not let pass; None where there must be none.

    own   addresses that errors come from, by IP's version
    """
    if packet.later or packet.is_error or frame[0] & 1:
        return None
    if packet.protocol == TCP:
        return reset(frame, packet)
    return _unreachable(frame, packet, own.get(packet.version))


def reset(frame: bytes, packet: Packet) -> bytes | None:
    """A reset from who should have got the segment; None to a reset."""
    if packet.flags & RST or packet.later:
        return None
    seq, ack = unpack_from("!II", frame, packet.start + 4)
    header = (frame[packet.start + 12] >> 4) * 4
    if packet.flags & ACK:
        numbers = (ack, 0, 5 << 4, RST)
    else:
        length = packet.end - packet.start - header + bool(packet.flags & SYN) + bool(packet.flags & FIN)
        numbers = (0, (seq + length) & 0xFFFFFFFF, 5 << 4, RST | ACK)
    segment = pack("!HHIIBBHHH", packet.dport, packet.sport, *numbers, 0, 0, 0)
    return _back(frame, packet, packet.dst, TCP, segment)


def _unreachable(frame: bytes, packet: Packet, own: bytes | None) -> bytes | None:
    if own is None:
        return None
    quoted = frame[packet.at : min(packet.end, packet.at + _QUOTED)]
    if packet.version == 4:
        kind, code = UNREACHABLE, PORT if packet.protocol == UDP else PROHIBITED
        return _back(frame, packet, own, ICMP, pack("!BBHI", kind, code, 0, 0) + quoted)
    kind, code = UNREACHABLE_6, PORT_6 if packet.protocol == UDP else PROHIBITED_6
    return _back(frame, packet, own, ICMPV6, pack("!BBHI", kind, code, 0, 0) + quoted)


def _back(frame: bytes, packet: Packet, source: bytes, protocol: int, body: bytes) -> bytes:
    """A frame to where this one came from, its checksums computed."""
    target, place = packet.src, {TCP: 16}.get(protocol, 2)
    pseudo = source + target + pack("!IHBB", len(body), 0, 0, protocol) if protocol != ICMP else b""
    body = body[:place] + pack("!H", checksum(pseudo, body)) + body[place + 2 :]
    ethernet = frame[6:12] + frame[:6] + frame[12:14]
    if packet.version == 6:
        return ethernet + pack("!IHBB", 6 << 28, len(body), protocol, _LIFE) + source + target + body
    header = pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0x4000, _LIFE, protocol, 0) + source + target
    return ethernet + header[:10] + pack("!H", checksum(header)) + header[12:] + body
