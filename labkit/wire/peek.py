"""A quick look into a frame: what scripted faults select by. Not a dissector."""

from __future__ import annotations

import struct
from collections import namedtuple
from struct import unpack_from

View = namedtuple("View", "protocol sport dport seq syn ack fin rst length flow")
_PLAIN = dict(sport=0, dport=0, seq=0, syn=False, ack=False, fin=False, rst=False, length=0, flow=None)
_OTHER = View(protocol="", **_PLAIN)
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
                return View(protocol=_PROTOCOLS.get(number, ""), **_PLAIN)
        elif ether_type == 0x86DD:
            (payload,) = unpack_from("!H", frame, 18)
            number, start, addresses = frame[20], 54, frame[22:54]
            end = start + payload
        elif ether_type == 0x0806:
            return View(protocol="arp", **_PLAIN)
        else:
            return _OTHER
        if number == 6:
            sport, dport, seq, _, offset, flags = unpack_from("!HHIIBB", frame, start)
            length = max(0, end - start - (offset >> 4) * 4)
            return View(
                "tcp",
                sport,
                dport,
                seq,
                bool(flags & 2),
                bool(flags & 16),
                bool(flags & 1),
                bool(flags & 4),
                length,
                (addresses, sport, dport),
            )
        if number == 17:
            sport, dport = unpack_from("!HH", frame, start)
            return View("udp", sport, dport, 0, False, False, False, False, max(0, end - start - 8), None)
        return View(protocol=_PROTOCOLS.get(number, ""), **_PLAIN)
    except (struct.error, IndexError):  # shorter than its headers say
        return _OTHER
