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
        "a-closed-loop-called-open",
        "running: the open loop waits for each answer before it asks again",
        "running",
        "            await asyncio.sleep(when - monotonic())       # no time at all, if it is late\n",
        "            await asyncio.sleep(max(when - monotonic(), 1.1 if when == due[50] else 0))\n",
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
