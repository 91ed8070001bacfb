"""Loss and congestion."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "loss",
    "Loss and congestion",
    "three duplicate ACKs, a timeout, the last segment lost; slow start in rounds of 10, 20, 40; Reno, CUBIC and BBR;"
    " a queue that is too long, and retries that bring a line down",
)
