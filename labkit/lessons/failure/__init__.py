"""Surviving failure."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "failure",
    "Surviving failure",
    "killed, hung, without power, back again: what a client notices of each; heartbeats; a hundred who come back at"
    " once; an order that is booked twice, and once; retries without end, and a `finally` that never runs",
)
