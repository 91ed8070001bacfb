"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "third-not-lost-in-loss",
        "the cable loses the fourth segment, where the third should be lost",
        "loss",
        "trace, _ = send(20_000, Drop(data=3))\nlast",
        "trace, _ = send(20_000, Drop(data=4))\nlast",
        ("loss", "solutions/loss"),
    ),
    Sabotage(
        "last-arrives-in-loss",
        "the last segment, which should be lost, arrives, and one in the middle is lost",
        "loss",
        '"the 14th": Drop(data=14),',
        '"the 14th": Drop(data=7),',
        ("loss", "solutions/loss"),
    ),
    Sabotage(
        "queues-alike-in-loss",
        "both queues have the same length",
        "loss",
        "lines.long.link.queue_packets = 10, 200",
        "lines.long.link.queue_packets = 10, 10",
        ("loss", "solutions/loss"),
    ),
    Sabotage(
        "storm-on-a-fast-line",
        "the line of the forty tills is a hundred times as fast",
        "loss",
        "tills.server.link.queue_packets = 0.4, 1_000",
        "tills.server.link.queue_packets = 40, 1_000",
        ("loss", "solutions/loss"),
    ),
)
