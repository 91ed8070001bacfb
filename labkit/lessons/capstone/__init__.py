"""The lesson capstone."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "capstone",
    "A server for a real protocol",
    "a small Redis of your own in five stages, each attacked by a checker; redis-py, redis-cli and"
    " redis-benchmark take it"
    " for the real one",
)
