"""When nobody answers."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "silence",
    "When nobody answers",
    "refused, reset, forbidden or lost: timeouts, the queues of a listener, SYN cookies",
)
