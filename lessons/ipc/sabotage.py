"""What could go wrong in the lesson's own experiments and channels, and must be noticed."""

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
    Sabotage(
        "shared-memory-not-copied",
        "shared memory passes on the length of a message and not its bytes",
        "labkit/lessons/ipc/channels.py",
        "outgoing[written : written + before_the_end] = data[:before_the_end]",
        "outgoing[written : written + before_the_end] = bytes(before_the_end)",
        ("ipc",),
    ),
)
