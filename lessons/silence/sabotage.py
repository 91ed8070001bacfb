"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "no-loss-in-silence",
        "two SYNs are lost, not three",
        "silence",
        'Drop(flags="SYN", nth=(1, 2, 3))',
        'Drop(flags="SYN", nth=(1, 2))',
        ("silence", "solutions/silence"),
    ),
    Sabotage(
        "room-in-silence",
        "the queue has room for all six",
        "silence",
        "busy.listen(1)  # the burst",
        "busy.listen(10)",
        ("silence", "solutions/silence"),
    ),
)
