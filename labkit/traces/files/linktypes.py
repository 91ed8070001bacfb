"""Link types: what a captured frame begins with, and how to give any of them an Ethernet header.  Pure.

Numbers from https://www.tcpdump.org/linktypes.html; 12 and 14 are raw IP as some systems wrote it.
"""

from __future__ import annotations

from labkit.traces.files.capturefile import TraceFileError

ETHERNET = 1
NAMES = {
    0: "BSD loopback (NULL)",
    1: "Ethernet",
    12: "raw IP",
    14: "raw IP",
    101: "raw IP",
    108: "OpenBSD loopback",
    113: "Linux cooked (SLL)",
    228: "raw IPv4",
    229: "raw IPv6",
    276: "Linux cooked v2 (SLL2)",
}
_OTHERS = {
    3: "AX.25",
    6: "Token Ring",
    7: "ARCNET",
    8: "SLIP",
    9: "PPP",
    10: "FDDI",
    50: "PPP in HDLC framing",
    51: "PPPoE",
    104: "Cisco HDLC",
    105: "IEEE 802.11 wireless LAN",
    107: "Frame Relay",
    117: "OpenBSD pflog",
    119: "IEEE 802.11 with Prism header",
    127: "IEEE 802.11 with radiotap header",
    147: "user-defined 0",
    163: "IEEE 802.11 with AVS header",
    187: "Bluetooth HCI",
    189: "Linux USB",
    192: "PPI",
    195: "IEEE 802.15.4",
    201: "Bluetooth HCI",
    220: "Linux USB, padded",
    227: "CAN bus",
    239: "netfilter log",
    249: "USBPcap",
    253: "netlink",
}


def to_ethernet(linktype: int, data: bytes) -> tuple[bytes, int]:
    """The frame with an Ethernet header in place of its own, and by how many bytes that made it longer.

    Addresses that the original has not are zero.  A frame that is cut within its header becomes a cut
    Ethernet frame.  Raises `TraceFileError` for a link type that is not in `NAMES`.
    """
    if linktype == ETHERNET:
        return data, 0
    if linktype in (12, 14, 101, 228, 229):
        return _with_header(_version(data), data), 14
    if linktype in (0, 108):
        # the address family: in the byte order of the machine that captured, and IPv6's number is its own too
        return (_with_header(_version(data[4:]), data[4:]) if len(data) > 4 else data[:4]), 10
    if linktype == 113:
        if len(data) < 16:
            return data[:11], -2
        return _with_header(data[14:16], data[16:], data[6:12]), -2
    if linktype == 276:
        if len(data) < 20:
            return data[:11], -6
        return _with_header(data[0:2], data[20:], data[12:18]), -6
    raise unknown(linktype)


def named(linktype: int) -> str:
    """The name of a link type, also of one that cannot be read."""
    return NAMES.get(linktype) or _OTHERS.get(linktype, "not known here")


def unknown(linktype: int) -> TraceFileError:
    """The error for a link type that cannot be read."""
    return TraceFileError(
        f"its link type is {linktype} ({named(linktype)}); Ethernet, loopback, Linux cooked and raw "
        f"IP captures ({', '.join(map(str, NAMES))}) can be read; capture on an Ethernet "
        "or loopback interface"
    )


def _version(packet: bytes) -> bytes:
    """The EtherType for an IP packet, by its version."""
    return {4: b"\x08\x00", 6: b"\x86\xdd"}.get(packet[0] >> 4 if packet else 0, b"\xff\xff")


def _with_header(kind: bytes, packet: bytes, source: bytes = bytes(6)) -> bytes:
    return bytes(6) + source + kind + packet
