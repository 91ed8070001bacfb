"""A quick look into a frame: what scripted faults select by. Not a dissector."""

from __future__ import annotations

import struct
from collections import namedtuple
from struct import unpack_from

# size: bytes of the IP packet;  icmp: type and code, None of another;  frame: the bytes themselves
View = namedtuple("View", "protocol sport dport seq syn ack fin rst length flow size icmp frame")
_PLAIN = dict(
    sport=0, dport=0, seq=0, syn=False, ack=False, fin=False, rst=False, length=0, flow=None, icmp=None
)
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
                return View(protocol=_PROTOCOLS.get(number, ""), size=total, frame=frame, **_PLAIN)
        elif ether_type == 0x86DD:
            (payload,) = unpack_from("!H", frame, 18)
            number, start, addresses = frame[20], 54, frame[22:54]
            end, total = start + payload, 40 + payload
        elif ether_type == 0x0806:
            return View(protocol="arp", size=0, frame=frame, **_PLAIN)
        else:
            return View(protocol="", size=0, frame=frame, **_PLAIN)
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
                total,
                None,
                frame,
            )
        if number == 17:
            sport, dport = unpack_from("!HH", frame, start)
            length = max(0, end - start - 8)
            return View("udp", sport, dport, 0, False, False, False, False, length, None, total, None, frame)
        protocol = _PROTOCOLS.get(number, "")
        view = View(protocol=protocol, size=total, frame=frame, **_PLAIN)
        said = protocol in ("icmp", "icmpv6") and len(frame) >= start + 2
        return view._replace(icmp=(frame[start], frame[start + 1])) if said else view
    except (struct.error, IndexError):  # shorter than its headers say
        return View(protocol="", size=0, frame=frame, **_PLAIN)
