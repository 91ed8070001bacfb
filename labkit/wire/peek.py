"""A quick look into a frame: what scripted faults select by. Not a dissector."""

from __future__ import annotations

import struct
from struct import unpack_from


class View:
    """What a fault can ask of a frame, of which `frame` has the bytes.

    protocol   "" where it is not known      size   bytes of the IP packet
    length     bytes of payload              flow   a name of the TCP stream
    icmp       type and code, None of another
    """

    # No named tuple: loading `collections` takes as long as all of this package.
    __slots__ = tuple("protocol size frame sport dport length seq flow fin syn rst ack icmp".split())

    def __init__(
        self,
        protocol: str,
        size: int,
        frame: bytes,
        sport: int = 0,
        dport: int = 0,
        length: int = 0,
        seq: int = 0,
        flags: int = 0,
        flow: object = None,
    ) -> None:
        self.protocol, self.size, self.frame = protocol, size, frame
        self.sport, self.dport, self.length, self.seq, self.flow = sport, dport, length, seq, flow
        self.fin, self.syn = bool(flags & 1), bool(flags & 2)
        self.rst, self.ack = bool(flags & 4), bool(flags & 16)
        self.icmp: tuple[int, int] | None = None


_PROTOCOLS = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 58: "icmpv6"}


def peek(frame: bytes) -> View:
    """The View of an Ethernet frame; protocol "" for whatever it does not know or cannot read."""
    try:
        (ether_type,) = unpack_from("!H", frame, 12)
        if ether_type == 0x0800:
            header = (frame[14] & 15) * 4
            total, _, fragment, _, number = unpack_from("!HHHBB", frame, 16)
            start, end, addresses = 14 + header, 14 + total, frame[26:34]
            if fragment & 0x1FFF:  # not the first fragment: no ports in it
                return View(_PROTOCOLS.get(number, ""), total, frame)
        elif ether_type == 0x86DD:
            (payload,) = unpack_from("!H", frame, 18)
            number, start, addresses = frame[20], 54, frame[22:54]
            end, total = start + payload, 40 + payload
        elif ether_type == 0x0806:
            return View("arp", 0, frame)
        else:
            return View("", 0, frame)
        if number == 6:
            sport, dport, seq, _, offset, flags = unpack_from("!HHIIBB", frame, start)
            length = max(0, end - start - (offset >> 4) * 4)
            flow = (addresses, sport, dport)
            return View("tcp", total, frame, sport, dport, length, seq, flags, flow)
        if number == 17:
            sport, dport = unpack_from("!HH", frame, start)
            length = max(0, end - start - 8)
            return View("udp", total, frame, sport, dport, length)
        protocol = _PROTOCOLS.get(number, "")
        view = View(protocol, total, frame)
        if protocol in ("icmp", "icmpv6") and len(frame) >= start + 2:
            view.icmp = (frame[start], frame[start + 1])
        return view
    except (struct.error, IndexError):  # shorter than its headers say
        return View("", 0, frame)
