"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "accepted-after-all",
        "the buggy server accepts both callers",
        "sockets",
        "    conn, peer = listener.accept()\n    for _ in range(callers):",
        "    conn, peer = listener.accept()\n    other, peer = listener.accept()\n    for _ in range(callers):",
        ("solutions/sockets",),
    ),
)
