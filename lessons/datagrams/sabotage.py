"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "no-double-in-datagrams",
        "the cable makes no second copy of the third datagram",
        "datagrams",
        'Duplicate(sender="client", nth=3)',
        'Duplicate(sender="client", nth=30)',
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
        "late-answers-taken",
        "the exercise's server sends no late answer",
        "labkit/lessons/datagrams/ask_again.py",
        '    server.answer(b"cara", b"30")\n    running = _begin(tale, asker, b"dan", CALM_S)',
        '    running = _begin(tale, asker, b"dan", CALM_S)',
        ("tests/network/lessons/test_exercises_live.py",),
    ),
)
