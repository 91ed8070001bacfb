"""How the length before a payload is written in the exercise send-message: the lesson's way, and a class's ways."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple, get_args

from labkit.framing.headers import ByteOrder
from labkit.words import look_up, say

_TOLD = {
    False: "before the payload goes its length in {width} bytes, {order}; it counts the payload only",
    True: "before the payload goes a length in {width} bytes, {order}; it counts itself, too",
}
_ORDERS = {"big": "most significant first", "little": "least significant first"}


class Prefix(NamedTuple):
    """A length: its bytes, their order, and whether it counts these bytes as well."""

    width: int = 4
    order: ByteOrder = "big"
    counts_itself: bool = False

    def before(self, payload: bytes) -> bytes:
        """A payload with its length before it."""
        length = len(payload) + self.width * self.counts_itself
        return length.to_bytes(self.width, self.order) + payload


PREFIXES = tuple(
    Prefix(width, order, counts_itself)
    for width, order, counts_itself in product((4, 3, 6, 8), get_args(ByteOrder), (False, True))
)


def told(prefix: Prefix) -> str:
    """A prefix, in a sentence."""
    return say(_TOLD[prefix.counts_itself], width=prefix.width, order=look_up(_ORDERS[prefix.order]))
