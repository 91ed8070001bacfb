"""Inter-process communication."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "ipc",
    "Inter-process communication",
    "Unix sockets, their modes and credentials; passing a descriptor, the trick by which this lab works",
)
