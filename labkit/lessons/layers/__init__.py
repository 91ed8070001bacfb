"""From sockets to streams: the API layers."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "layers",
    "From sockets to streams: the API layers",
    "one echo service as raw socket, `socketserver`, asyncio streams and protocol; what each hides, costs and forgets",
)
