"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "read-late-in-framing",
        "the server reads when the lost segment has come too",
        "framing",
        "    pieces = [conn.recv(65_536)]",
        "    trace.wait_until_quiet()\n    pieces = [conn.recv(65_536)]",
        ("framing", "solutions/framing"),
    ),
)
