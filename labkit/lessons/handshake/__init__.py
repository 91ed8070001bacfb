"""The handshake and the goodbye."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "handshake",
    "The handshake and the goodbye",
    "SYN to TIME-WAIT: why three segments, options, half-close, the port that stays taken",
)
