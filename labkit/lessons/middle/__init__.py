"""The middle of the Internet."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "middle",
    "The middle of the Internet",
    "a packet hop by hop, traceroute built, a large answer that never comes; NAT and its table; reject against drop;"
    " three broken networks",
)
