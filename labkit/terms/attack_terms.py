"""Attacks, and what stops them."""

from __future__ import annotations

from labkit.terms.term import Term

TERMS = (
    Term(
        "SYN flood",
        "Many SYNs and no third segment, mostly from invented addresses, until a listener's queue is full.",
        "RFC 4987, section 2",
        "attack",
        ("SYN cookie", "SYN queue"),
        (),
        ("SYN flood", "SYN floods", "flood of SYNs", "floods of SYNs"),
    ),
    Term(
        "raw socket",
        "A socket that sends and gets whole packets, their headers too, so that nobody sees to it that they are true.",
        "raw(7)",
        "attack",
        ("SYN flood",),
        (),
        ("raw socket", "raw sockets"),
    ),
    Term(
        "Slowloris",
        "Clients that send a byte now and then, and hold a server's places without ever coming to the end.",
        "this lab",
        "attack",
        ("SYN flood",),
        (),
        ("Slowloris",),
        ("running",),
    ),
    Term(
        "challenge ACK",
        "An ACK that asks whether a RST that is near and not exact, or a SYN in the middle of a connection, was really"
        " the other end's.",
        "RFC 5961, sections 3.2 and 4.2",
        "attack",
        ("RST",),
        (),
        ("challenge ACK", "challenge ACKs"),
    ),
    Term(
        "ARP spoofing",
        "ARP answers that are not true, so that frames for another host come to who sent them.",
        "this lab",
        "attack",
        ("ARP",),
        (),
        ("ARP spoofing",),
    ),
)
