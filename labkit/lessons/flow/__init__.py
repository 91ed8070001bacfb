"""Flow control and backpressure."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "flow",
    "Flow control and backpressure",
    "a window that closes, probes of it, a lost update; partial sends; two polite programs in a deadlock; drain(),"
    " and a proxy that eats all memory",
)
