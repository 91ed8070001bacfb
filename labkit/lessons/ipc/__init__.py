"""Inter-process communication."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "ipc",
    "Inter-process communication",
    "Unix sockets, credentials, pipes, shared memory; passing a descriptor, the trick by which this lab works",
)
