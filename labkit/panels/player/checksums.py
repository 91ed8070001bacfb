"""Checksums as the header says them and as they should be; MAC addresses."""

from __future__ import annotations

from struct import unpack


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071) of some bytes; 0 for data that holds its own, right one."""
    if len(data) % 2:
        data += b"\0"
    total = sum(unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def verdict(correct: bool | None) -> str:
    """ " [correct]" behind a checksum; nothing where the capture holds too little to tell."""
    return "" if correct is None else " [correct]" if correct else " [wrong]"


def mac(raw: bytes) -> str:
    return raw.hex(":")


def _pseudo(packet, protocol: int) -> bytes:
    """The pseudo header that the transport's checksum covers (RFC 9293 section 3.1; RFC 8200 section 8.1)."""
    size = packet.end - packet.start
    if packet.version == 4:
        return packet.src + packet.dst + bytes([0, protocol, size >> 8 & 255, size & 255])
    return packet.src + packet.dst + size.to_bytes(4, "big") + bytes([0, 0, 0, protocol])


def sum_is_right(data: bytes, packet, protocol: int) -> bool | None:
    if len(data) < packet.end or packet.fragment:
        return None
    return checksum(_pseudo(packet, protocol) + data[packet.start : packet.end]) == 0
