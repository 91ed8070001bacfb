"""TLS: who is at the other end, and what all others do not read."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "tls",
    "TLS",
    "a password read off the wire, then not; four bad certificates; a man in the middle, with verification off and on;"
    " mutual TLS; a capture of your own decrypted by hand",
)
