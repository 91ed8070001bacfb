"""Nagle's algorithm, measured."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "nagle",
    "Nagle's algorithm, measured",
    "segments per write, write-write-read and its 40 ms, cork, `sendmsg`; a grid of distributions",
)
