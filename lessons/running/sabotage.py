"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "nobody-is-too-many",
        "running: the limit of three connections lets four in",
        "running",
        "Limits(connections=3)",
        "Limits(connections=4)",
        ("running", "solutions/running"),
    ),
    Sabotage(
        "a-queue-with-a-place",
        "running: the listener's queue, which should be full, has a place",
        "running",
        "backlog=1)",
        "backlog=2)",
        ("running", "solutions/running"),
    ),
    Sabotage(
        "a-standstill-of-no-time",
        "running: the server that should stand still for a second does not",
        "running",
        "await asyncio.sleep(1 if next(number)",
        "await asyncio.sleep(0.002 if next(number)",
        ("running", "solutions/running"),
    ),
    Sabotage(
        "handed-over-to-nobody",
        "running: the new program is given a path at which nobody waits",
        "running",
        'restart("--handover", f"{folder}/handover")',
        'restart("--port", "4200")',
        ("running", "solutions/running"),
    ),
)
