"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "ttl-not-set",
        "the TTL is varied and not set",
        "multicast",
        "    feed.setsockopt(IPPROTO_IP, IP_MULTICAST_TTL, ttl)\n",
        "",
        ("multicast",),
    ),
    Sabotage(
        "no-gap-in-multicast",
        "the datagram is lost on its way to cara, not to ben",
        "multicast",
        'Drop(to="ben", port=PORT, nth=3)',
        'Drop(to="cara", port=PORT, nth=3)',
        ("multicast",),
    ),
)
