"""What could go wrong in the lesson's own experiments and channels, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "write-end-kept",
        "the pipe keeps its write end open",
        "pipes",
        'os.close(write_end)\nprint("our',
        'print("our',
        ("pipes",),
    ),
    Sabotage(
        "shared-memory-not-copied",
        "shared memory passes on the length of a message and not its bytes",
        "labkit/lessons/pipes/channels.py",
        "outgoing[written : written + before_the_end] = data[:before_the_end]",
        "outgoing[written : written + before_the_end] = bytes(before_the_end)",
        ("pipes",),
    ),
    Sabotage(
        "whole-record-again",
        "ann writes her whole record again, and not only the rest",
        "pipes",
        "ann = ann[put(write_end, ann):] ",
        "ann = ann[0 * put(write_end, ann):] ",
        ("pipes",),
    ),
    Sabotage(
        "seal-left-out",
        "the memory has no seal, and shrinks",
        "pipes",
        "print(shrink(fcntl.F_SEAL_SHRINK)",
        "print(shrink(0)",
        ("pipes",),
    ),
)
