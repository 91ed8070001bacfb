"""Attack and defend, in a sealed network."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "attack",
    "Attack and defend, in a sealed network",
    "a flood of SYNs, with cookies and without; a hundred bytes a second that hold a server; four bytes that end one;"
    " a forged RST, words put into another's mouth, a forged ARP answer; a scan that no log shows; and what stops each",
)
