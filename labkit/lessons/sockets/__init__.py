"""Sockets, ports and the life cycle."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "sockets",
    "Sockets, ports and the life cycle",
    "the calls from `socket()` to `close()`, and the kernel's socket table after each; who blocks, and when",
)
