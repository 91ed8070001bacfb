"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "read-late-in-framing",
        "the server reads when the lost segment has come too",
        "framing",
        "    pieces = [conn.recv(65_536)]",
        "    net.link.faults = []\n    trace.wait_until_quiet()\n    pieces = [conn.recv(65_536)]",
        ("framing", "solutions/framing"),
    ),
    Sabotage(
        "cost-of-few-pieces",
        "what a decoder costs is measured with as many pieces for every size",
        "labkit/lessons/framing/costs.py",
        "for _ in range(size // len(piece)):",
        "for _ in range(2000):",
        ("framing",),
    ),
    Sabotage(
        "whole-answers-in-framing",
        "the answers that should be cut come whole",
        "framing",
        'answer.index(b"1000") + 3]',
        'answer.index(b"1000") + 30]',
        ("framing",),
    ),
)
