"""Pipes, shared memory, and which to take."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "pipes",
    "Pipes, shared memory, and which to take",
    "a job that hangs between two full pipes, SIGPIPE, torn records, memory that shrinks; six ways compared",
)
