"""Find the fault."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "detective",
    "Find the fault",
    "two networks in which something hidden is wrong, found by a method: what is known, what is cheapest to ask, the"
    " path split in half, one hypothesis and what could refute it; a tree of questions to keep; three that are yours",
)
