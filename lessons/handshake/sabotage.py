"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "prompt-syn-in-handshake",
        "the first SYN is not late: the call that is given up is answered before",
        "handshake",
        'Delay(400, flags="SYN", nth=1)',
        'Delay(4, flags="SYN", nth=1)',
        ("handshake", "solutions/handshake"),
    ),
    Sabotage(
        "wary-server-in-handshake",
        "the old server had SO_REUSEADDR already",
        "handshake",
        "    visit(8003, reuse=0)",
        "    visit(8003, reuse=1)",
        ("handshake", "solutions/handshake"),
    ),
)
