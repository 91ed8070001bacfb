"""How the header of the exercise typed-decoder is laid out: the lesson's way, and those of a class's learners."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple, get_args

from labkit.framing.headers import ByteOrder
from labkit.words import look_up, say

# The order, then the count: whole sentences.
_TOLD = {
    (False, False): "a header is [length {width}, {order}][type 1]; the length counts the payload only",
    (
        False,
        True,
    ): "a header is [length {width}, {order}][type 1]; the length counts the payload and the type",
    (True, False): "a header is [type 1][length {width}, {order}]; the length counts the payload only",
    (True, True): "a header is [type 1][length {width}, {order}]; the length counts the payload and the type",
}
_ORDERS = {"big": "big-endian", "little": "little-endian"}


class Layout(NamedTuple):
    """A header: the length's bytes and their order, what stands first, and whether the length counts the type."""

    width: int = 4
    order: ByteOrder = "big"
    type_first: bool = False
    counts_type: bool = False

    @property
    def header(self) -> int:
        """Its bytes."""
        return self.width + 1

    @property
    def length_at(self) -> int:
        """Where the length stands."""
        return int(self.type_first)

    @property
    def type_at(self) -> int:
        """Where the type stands."""
        return 0 if self.type_first else self.width

    @property
    def besides(self) -> int:
        """How much longer a message is than its length says."""
        return self.header - self.counts_type

    def frame(self, message: tuple[int, bytes]) -> bytes:
        """A message, (type, payload), as it is sent."""
        kind, payload = message
        length = (len(payload) + self.counts_type).to_bytes(self.width, self.order)
        return (bytes([kind]) + length if self.type_first else length + bytes([kind])) + payload


LAYOUTS = tuple(
    Layout(width, order, type_first, counts_type)
    for width, order, type_first, counts_type in product(
        (4, 3, 2), get_args(ByteOrder), (False, True), (False, True)
    )
)


def told(layout: Layout) -> str:
    """A layout, in a sentence."""
    template = _TOLD[layout.type_first, layout.counts_type]
    return say(template, width=layout.width, order=look_up(_ORDERS[layout.order]))
