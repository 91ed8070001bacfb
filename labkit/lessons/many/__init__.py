"""Many clients at once."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "many",
    "Many clients at once",
    "one slow client against one at a time, threads, selectors and asyncio; what a thousand connections cost; two"
    " threads on one stream, and three cures",
)
