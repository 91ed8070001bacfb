"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "tunnel-as-wide-as-the-rest",
        "the tunnel takes packets of any size",
        "middle",
        'mtu={"tunnel": 1400}',
        'mtu={"tunnel": 1500}',
        ("middle", "solutions/middle"),
    ),
    Sabotage(
        "nothing-lost-in-the-middle",
        "the segment that should be lost between the routers arrives",
        "middle",
        'net.left.link["mid"].faults = [Drop(data=1)]',
        'net.left.link["mid"].faults = []',
        ("middle", "solutions/middle"),
    ),
    Sabotage(
        "nat-forgets-nothing",
        "the NAT keeps the connection that it should forget",
        "middle",
        "home.router.forget()",
        "home.router.translations()",
        ("middle", "solutions/middle"),
    ),
    Sabotage(
        "nat-that-rejects-in-the-place-of-one-that-drops",
        "the NAT that should drop what comes late rejects it",
        "middle",
        'outside="wan", late="drop")',
        'outside="wan", late="reject")',
        ("middle", "solutions/middle"),
    ),
    Sabotage(
        "firewall-drops-what-it-should-reject",
        "the firewall says nothing in either case",
        "middle",
        'net.left.firewall(outside="mid", default=default)',
        'net.left.firewall(outside="mid", default="drop")',
        ("middle", "solutions/middle"),
    ),
)
