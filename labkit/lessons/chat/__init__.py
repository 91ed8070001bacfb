"""A chat server."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "chat",
    "A chat server",
    "a name that two want at once, a broadcast in which somebody dies; one who does not read: wait, drop or hang up;"
    " a stop that loses nothing; clients from `nc` and a second notebook, a hundred at once",
)
