"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "no-loss-in-handshake",
        "two SYNs are lost, not three",
        "handshake",
        'Drop(flags="SYN", nth=(1, 2, 3))',
        'Drop(flags="SYN", nth=(1, 2))',
        ("handshake", "solutions/handshake"),
    ),
)
