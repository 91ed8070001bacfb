"""How a line is answered with its length in the exercise line-lengths: the lesson's way, and a class's ways."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple, get_args

from labkit.framing.headers import ByteOrder
from labkit.words import look_up, say

# In digits or not, then whether the newline counts: whole sentences.
_TOLD = {
    (
        True,
        True,
    ): "a line is answered with its length in digits and {ending!r}, its newline counted: {six!r} to {hello!r}",
    (
        True,
        False,
    ): "a line is answered with its length in digits and {ending!r}, without its newline: {six!r} to {hello!r}",
    (
        False,
        True,
    ): "a line is answered with its length in {width} bytes, {order}, its newline counted: {six!r} to {hello!r}",
    (
        False,
        False,
    ): "a line is answered with its length in {width} bytes, {order}, without its newline: {six!r} to {hello!r}",
}
_ORDERS = {"big": "big-endian", "little": "little-endian"}
_HELLO = b"hello\n"


class Reply(NamedTuple):
    """A length, in digits and what ends them, or in so many bytes (`width`); does a line's newline count?"""

    ending: bytes = b"\n"
    width: int = 0
    order: ByteOrder = "big"
    newline: bool = True

    def to(self, line: bytes) -> bytes:
        """The answer to a line."""
        return self.of(len(line) - (not self.newline))

    def of(self, length: int) -> bytes:
        """A length as it is sent."""
        return length.to_bytes(self.width, self.order) if self.width else b"%d%b" % (length, self.ending)

    @property
    def code(self) -> str:
        """The expression for a line's answer."""
        length = "len(line)" if self.newline else "len(line) - 1"
        if self.width:
            return f'({length}).to_bytes({self.width}, "{self.order}")'
        shown = repr(b"%d" + self.ending)[2:-1]
        return f'b"{shown}" % ({length})' if not self.newline else f'b"{shown}" % {length}'


_FORMS: tuple[tuple[bytes, int, ByteOrder], ...] = (
    *((ending, 0, "big") for ending in (b"\n", b";", b",", b" ")),
    *((b"", width, order) for width, order in product((2, 4), get_args(ByteOrder))),
)
REPLIES = tuple(Reply(*form, newline) for form, newline in product(_FORMS, (True, False)))


def told(reply: Reply) -> str:
    """A reply, in a sentence."""
    return say(
        _TOLD[not reply.width, reply.newline],
        ending=reply.ending,
        width=reply.width,
        order=look_up(_ORDERS[reply.order]),
        six=reply.to(_HELLO),
        hello=_HELLO,
    )
