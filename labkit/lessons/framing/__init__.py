"""A stream has no messages."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "framing",
    "A stream has no messages",
    "bytes that stick together and fall apart; delimiters, length prefixes, headers; a torture test for your decoder",
)
