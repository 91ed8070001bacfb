"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "nagle-off-in-nagle",
        "Nagle's algorithm is off where it should be on",
        "nagle",
        "eight = write(0,",
        "eight = write(1,",
        ("nagle",),
    ),
    Sabotage(
        "nodelay-not-set",
        "TCP_NODELAY is asked for and not set",
        "nagle",
        "caller.setsockopt(IPPROTO_TCP, TCP_NODELAY, nodelay)",
        "caller.setsockopt(IPPROTO_TCP, TCP_NODELAY, 0)",
        ("nagle",),
    ),
    Sabotage(
        "quickack-once",
        "the quick server asks for ACKs at once only once",
        "nagle",
        "    while True:\n        conn.setsockopt(IPPROTO_TCP, TCP_QUICKACK, 1)\n",
        "    conn.setsockopt(IPPROTO_TCP, TCP_QUICKACK, 1)\n    while True:\n",
        ("nagle",),
    ),
    Sabotage(
        "ladder-of-another-mode",
        "a ladder shows another mode than its text says",
        "labkit/lessons/nagle/asking.py",
        "    wanted = (client, ack, round_trip)",
        '    wanted = (client, "late", round_trip)',
        ("nagle",),
    ),
    Sabotage(
        "cork-not-in",
        "the corked socket is not corked",
        "nagle",
        "TCP_CORK, 1)\n    two",
        "TCP_CORK, 0)\n    two",
        ("nagle",),
    ),
)
