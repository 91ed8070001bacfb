"""What the frames of a trace hold, one column for each field that a filter may ask for.  Pure.

Sources: RFC 791 (IPv4), 8200 (IPv6), 9293 (TCP), 768 (UDP), 792 (ICMP), 4443 (ICMPv6), 826 (ARP).
"""

from __future__ import annotations

from struct import unpack_from
from typing import Any

from labkit.packets.datagram import Datagram
from labkit.packets.headers import (
    ARP,
    ICMP,
    ICMPV6,
    IGMP,
    IPV4,
    IPV6,
    TCP,
    UDP,
    Packet,
    address,
    ethertype,
    ip_packet,
)
from labkit.packets.segment import Item, Segment
from labkit.panels.player.checksums import mac

FINDINGS = {
    "retransmission": "tcp.analysis.retransmission",
    "duplicate ack": "tcp.analysis.duplicate_ack",
    "out of order": "tcp.analysis.out_of_order",
    "keep-alive": "tcp.analysis.keep_alive",
    "zero-window probe": "tcp.analysis.zero_window_probe",
    "zero window": "tcp.analysis.zero_window",
}
"""The trace's marks (`labkit.traces.analysis.MARKS`, and a closed window), as Wireshark's filters call them."""

Row = dict[str, Any]


def row(item: Item, start: int) -> Row:
    """The fields of what one frame carried, by name; `start`: the time of the trace's first frame, nanoseconds.

    "layers" has the names of its layers, as in ("eth", "ip", "tcp"); "payload.at" and "payload.size" say where in the
    frame its data begin, and how many of them were captured.  What is cut short or malformed has the fields before
    that place.  Raises nothing.
    """
    frame = item.frame
    data = frame.data
    found: Row = {
        "frame.number": frame.number,
        "frame.len": frame.length,
        "frame.time_relative": (frame.departed_ns - start) / 1e9,
    }
    if not frame.delivered:
        found["lab.lost"] = 1
    if frame.hits:
        found["lab.hit"] = 1
    layers = ["eth"] if len(data) >= 14 else []
    if layers:
        found["eth.dst"], found["eth.src"] = mac(data[:6]), mac(data[6:12])
    kind, place = ethertype(data)
    if kind >= 0x600:
        found["eth.type"] = kind
    if kind == ARP:
        layers.append("arp")
        if len(data) >= place + 8:
            found["arp.opcode"] = data[place + 6] << 8 | data[place + 7]
    packet = ip_packet(data, frame.length)
    if packet is not None:
        layers.append(_ip(found, data, place, packet))
        if not packet.fragment or not packet.fragment[0]:
            layers += _above(found, item, data, packet)
    elif kind in (IPV4, IPV6):
        layers.append("ip" if kind == IPV4 else "ipv6")
    found["layers"] = tuple(layers)
    return found


def _ip(found: Row, data: bytes, at: int, packet: Packet) -> str:
    source, target = address(packet.src), address(packet.dst)
    if packet.version == 6:
        found |= {"ipv6.src": source, "ipv6.dst": target, "ipv6.hlim": data[at + 7]}
        return "ipv6"
    total, number, where, ttl, protocol = unpack_from(">HHHBB", data, at + 2)
    found |= {"ip.src": source, "ip.dst": target, "ip.ttl": ttl, "ip.proto": protocol, "ip.id": number}
    found |= {"ip.len": total, "ip.frag_offset": (where & 0x1FFF) * 8}
    found |= {"ip.flags.df": where >> 14 & 1, "ip.flags.mf": where >> 13 & 1}
    return "ip"


def _above(found: Row, item: Item, data: bytes, packet: Packet) -> list[str]:
    """What IP carries: its fields go into `found`; returns the names of the layers."""
    at = packet.start
    if isinstance(item, Segment):
        _tcp(found, item, data, at)
        return ["tcp"]
    if isinstance(item, Datagram):
        found |= {"udp.srcport": item.sport, "udp.dstport": item.dport, "udp.length": item.length + 8}
        if item.payload:
            found |= {"payload.at": at + 8, "payload.size": len(item.payload)}
        return ["udp"]
    name = {ICMP: "icmp", ICMPV6: "icmpv6", IGMP: "igmp", TCP: "tcp", UDP: "udp"}.get(packet.protocol)
    if name is None:
        return []
    if name == "udp" and len(data) >= at + 8:  # the first fragment of a datagram
        for field, value in zip(("srcport", "dstport", "length"), unpack_from(">HHH", data, at), strict=True):
            found[f"udp.{field}"] = value
    elif name in ("icmp", "icmpv6", "igmp") and len(data) >= at + 2:
        found[f"{name}.type"] = data[at]
        if name != "igmp":
            found[f"{name}.code"] = data[at + 1]
    return [name]


def _tcp(found: Row, segment: Segment, data: bytes, at: int) -> None:
    offset, bits, window = unpack_from(">BBH", data, at + 12)
    found |= {
        "tcp.srcport": segment.sport,
        "tcp.dstport": segment.dport,
        "tcp.stream": segment.flow - 1,
        "tcp.seq": segment.seq,
        "tcp.nxtseq": segment.end_seq,
        "tcp.len": segment.length,
        "tcp.flags": (offset & 0x0F) << 8 | bits,
        "tcp.window_size": segment.window,
        "tcp.window_size_value": window,
    }
    if segment.ack is not None:
        found["tcp.ack"] = segment.ack
    if segment.payload:
        found |= {"payload.at": at + (offset >> 4) * 4, "payload.size": len(segment.payload)}
