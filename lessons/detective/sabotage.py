"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

BOTH = ("detective", "solutions/detective")

SABOTAGES = (
    Sabotage(
        "nobody-is-accepted-in-detective",
        "detective: the program that should serve somebody else accepts nobody",
        "detective",
        "hung = mystery(36)",
        "hung = mystery(41)",
        BOTH,
    ),
    Sabotage(
        "no-forwarding-in-detective",
        "detective: the router that should drop one port forwards nothing",
        "detective",
        "dark, port = mystery(38, level=2), 7190",
        "dark, port = mystery(59, level=2), 7120",
        BOTH,
    ),
    Sabotage(
        "the-long-path-is-whole",
        "detective: the router that should not forward does",
        "labkit/lessons/detective/path.py",
        '.sysctl("net.ipv4.ip_forward", 0)',
        '.sysctl("net.ipv4.ip_forward", 1)',
        BOTH,
    ),
    Sabotage(
        "what-is-done-at-once-is-called-late",
        "detective: an attempt is late from the first millisecond on",
        "labkit/lessons/detective/looking.py",
        "took_ns > LATE_NS",
        "took_ns > 0",
        BOTH,
    ),
    Sabotage(
        "the-tree-leads-astray",
        "detective: the tree takes a question that gets lost for a black hole",
        "labkit/lessons/detective/tree.py",
        'Found("nat-forgets", "router")',
        'Found("mtu-black-hole", "router")',
        (*BOTH, "tests/network/lessons/test_detective.py"),
    ),
)
