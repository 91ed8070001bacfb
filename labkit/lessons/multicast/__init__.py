"""Multicast: send once, reach many."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "multicast",
    "Multicast: send once, reach many",
    "IGMP on the wire, one send and many receivers, recovery by NACK, the cost against unicast",
)
