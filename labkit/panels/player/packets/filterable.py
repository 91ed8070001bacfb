"""The fields that a filter may ask for: Wireshark's names (its display filter reference), a part of them.  Pure.

A row of `FILTERABLE` is (name, kind, explanation, where), and `where` says from what the page works it out:
()  a column of its own;  names  several columns, any of which may be meant;  (column, bit)  a bit of a column;  of
bytes the protocol that carries them.
"""

from __future__ import annotations

NUMBER, ADDRESS, MAC, BYTES, FLAG, PROTOCOL = "number", "address", "mac", "bytes", "flag", "protocol"
"""What a field holds, and so what it may be compared with.  A name alone asks whether a frame has the field, set or
not, as in Wireshark: all of TCP has `tcp.flags.syn`; write `tcp.flags.syn == 1`."""

FILTERABLE: tuple[tuple[str, str, str, tuple], ...] = (
    ("frame", BYTES, 'the whole frame: frame contains "hello"', ()),
    ("frame.number", NUMBER, "its place in the trace, from 1", ()),
    ("frame.len", NUMBER, "bytes on the wire", ()),
    ("frame.time_relative", NUMBER, "seconds since the first frame", ()),
    ("eth", PROTOCOL, "Ethernet", ()),
    ("eth.src", MAC, "the sender's Ethernet address", ()),
    ("eth.dst", MAC, "the receiver's Ethernet address", ()),
    ("eth.addr", MAC, "either Ethernet address", ("eth.src", "eth.dst")),
    ("eth.type", NUMBER, "what the frame carries: 0x0800 is IPv4", ()),
    ("arp", PROTOCOL, "who has an IPv4 address?", ()),
    ("arp.opcode", NUMBER, "1 asks, 2 answers", ()),
    ("ip", PROTOCOL, "IPv4", ()),
    ("ip.src", ADDRESS, "the sender", ()),
    ("ip.dst", ADDRESS, "the receiver", ()),
    ("ip.addr", ADDRESS, "sender or receiver; a network too: 10.0.0.0/24", ("ip.src", "ip.dst")),
    ("ip.ttl", NUMBER, "time to live", ()),
    ("ip.id", NUMBER, "identification", ()),
    ("ip.len", NUMBER, "total length", ()),
    ("ip.proto", NUMBER, "6 is TCP, 17 UDP", ()),
    ("ip.flags.df", FLAG, "do not fragment", ()),
    ("ip.flags.mf", FLAG, "more fragments follow", ()),
    ("ip.frag_offset", NUMBER, "where a fragment belongs, in bytes", ()),
    ("ipv6", PROTOCOL, "IPv6", ()),
    ("ipv6.src", ADDRESS, "the sender", ()),
    ("ipv6.dst", ADDRESS, "the receiver", ()),
    ("ipv6.addr", ADDRESS, "sender or receiver", ("ipv6.src", "ipv6.dst")),
    ("ipv6.hlim", NUMBER, "hop limit", ()),
    ("tcp", PROTOCOL, "TCP", ()),
    ("tcp.srcport", NUMBER, "the sender's port", ()),
    ("tcp.dstport", NUMBER, "the receiver's port", ()),
    ("tcp.port", NUMBER, "either port", ("tcp.srcport", "tcp.dstport")),
    ("tcp.stream", NUMBER, "which connection; Wireshark counts from 0", ()),
    ("tcp.seq", NUMBER, "sequence number, relative", ()),
    ("tcp.ack", NUMBER, "acknowledgement number, relative", ()),
    ("tcp.nxtseq", NUMBER, "the next sequence number after it", ()),
    ("tcp.len", NUMBER, "bytes of data", ()),
    ("tcp.window_size", NUMBER, "the window in bytes, scaled", ()),
    ("tcp.window_size_value", NUMBER, "the window as the header has it", ()),
    ("tcp.flags", NUMBER, "all flags: 0x012 is SYN and ACK", ()),
    ("tcp.flags.syn", FLAG, "opens a connection", ("tcp.flags", 0x02)),
    ("tcp.flags.fin", FLAG, "ends one direction", ("tcp.flags", 0x01)),
    ("tcp.flags.reset", FLAG, "ends or refuses a connection at once", ("tcp.flags", 0x04)),
    ("tcp.flags.push", FLAG, "hand it to the program now", ("tcp.flags", 0x08)),
    ("tcp.flags.ack", FLAG, "acknowledges", ("tcp.flags", 0x10)),
    ("tcp.flags.urg", FLAG, "urgent", ("tcp.flags", 0x20)),
    ("tcp.flags.ece", FLAG, "congestion was met", ("tcp.flags", 0x40)),
    ("tcp.flags.cwr", FLAG, "congestion window reduced", ("tcp.flags", 0x80)),
    ("tcp.payload", BYTES, 'its data: tcp.payload contains "hello"', ("tcp",)),
    ("tcp.analysis.retransmission", FLAG, "sent again", ()),
    ("tcp.analysis.duplicate_ack", FLAG, "acknowledges the same once more", ()),
    ("tcp.analysis.out_of_order", FLAG, "overtaken by a later one", ()),
    ("tcp.analysis.keep_alive", FLAG, "asks whether the peer is there", ()),
    ("tcp.analysis.zero_window", FLAG, "can take no more data", ()),
    (
        "tcp.analysis.zero_window_probe",
        FLAG,
        "asks for a closed window (empty ones: to Wireshark keep_alive)",
        (),
    ),
    ("udp", PROTOCOL, "UDP", ()),
    ("udp.srcport", NUMBER, "the sender's port", ()),
    ("udp.dstport", NUMBER, "the receiver's port", ()),
    ("udp.port", NUMBER, "either port", ("udp.srcport", "udp.dstport")),
    ("udp.stream", NUMBER, "which pair of ends; Wireshark counts from 0", ()),
    ("udp.length", NUMBER, "bytes with the header", ()),
    ("udp.payload", BYTES, "its data", ("udp",)),
    ("icmp", PROTOCOL, "ICMP", ()),
    ("icmp.type", NUMBER, "3 is destination unreachable, 8 an echo request", ()),
    ("icmp.code", NUMBER, "which kind of the type", ()),
    ("icmpv6", PROTOCOL, "ICMPv6", ()),
    ("icmpv6.type", NUMBER, "135 asks for a neighbour", ()),
    ("icmpv6.code", NUMBER, "which kind of the type", ()),
    ("igmp", PROTOCOL, "IGMP", ()),
    ("igmp.type", NUMBER, "0x22 is a membership report, version 3", ()),
    ("lab.lost", FLAG, "never arrived (the lab's own: Wireshark sees one place only)", ()),
    ("lab.hit", FLAG, "a scripted fault hit it (the lab's own)", ()),
)

ANY_FINDING = "tcp.analysis.flags"
"""Asks for any of the `tcp.analysis` flags."""
