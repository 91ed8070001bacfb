"""UDP: datagrams."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "datagrams",
    "UDP: datagrams",
    "boundaries, truncation, loss and doubles by script, `ECONNREFUSED`, a full buffer, fragments, ids, retries, QUIC",
)
