"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "another-double-in-datagrams",
        "the cable makes two of another datagram",
        "datagrams",
        'Duplicate(sender="client", nth=3)',
        'Duplicate(sender="client", nth=1)',
        ("datagrams", "solutions/datagrams"),
    ),
    Sabotage(
        "room-for-all-in-datagrams",
        "the receiver's buffer has room for all datagrams",
        "datagrams",
        "busy.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)",
        "busy.setsockopt(SOL_SOCKET, SO_RCVBUF, 200_000)",
        ("datagrams",),
    ),
    Sabotage(
        "fragments-allowed-in-datagrams",
        "IP_PMTUDISC_DO is not set",
        "datagrams",
        "IP_MTU_DISCOVER, IP_PMTUDISC_DO)",
        "IP_MTU_DISCOVER, IP_PMTUDISC_DONT)",
        ("datagrams",),
    ),
    Sabotage(
        "no-loss-in-datagrams",
        "no packet is lost where the loss of datagrams is measured",
        "labkit/lessons/datagrams/measuring.py",
        "loss=loss, seed=seed",
        "loss=0, seed=seed",
        ("datagrams", "tests/network/lessons/test_datagrams_measures.py"),
    ),
)
