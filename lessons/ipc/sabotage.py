"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "write-end-kept",
        "the pipe keeps its write end open",
        "ipc",
        "os.close(write_end)\nprint(",
        "print(",
        ("ipc",),
    ),
)
