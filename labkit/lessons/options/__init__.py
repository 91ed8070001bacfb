"""Options that matter."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "options",
    "Options that matter",
    "keep-alive and the user timeout on a cut cable; linger, and what close() loses; a restart, two listeners;"
    " a deadline for the whole; buffers on a long path",
)
