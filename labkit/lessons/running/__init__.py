"""A server that can be run."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "running",
    "A server that can be run",
    "limits, and what one beyond them sees; a bucket of tokens; the mean that hides the tail; a live dashboard, and a"
    " log;"
    " load until it bends; a restart in which no call fails",
)
