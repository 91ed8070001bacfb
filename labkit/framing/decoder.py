"""What all decoders share: bytes held between two feeds, the end of the stream, and staying failed."""

from __future__ import annotations

import operator
from typing import Any

from labkit.framing.errors import CutMessage, FramingError

MAX_SIZE = 1 << 20
"""The most bytes that a message may have unless told otherwise: 1 MiB."""


class Decoder:
    """Takes bytes in any pieces and gives whole messages; a subclass knows where one ends.

    Time is linear in the bytes, however they are cut: what is held is appended to, looked at only where it is new,
    and copied out once, when a message has become whole.
    """

    def __init__(self, max_size: int) -> None:
        self.max_size = _most(max_size)
        self.failed: FramingError | None = None
        self._held = bytearray()
        self._ended = False

    def feed(self, data: bytes | bytearray | memoryview) -> list[Any]:
        """The messages that are whole with these bytes, in order; often none.

        Raises FramingError where the stream cannot be read on; its `messages` are those before that place.
        """
        if self.failed is not None or self._ended:
            self._refuse("feed")
        if type(data) is not bytes:
            data = _bytes(data, "feed() takes bytes as recv() gives them")
        held = self._held
        if held:
            held += data
            if not self._promising(len(data)):
                return []
            data = bytes(held)
            held.clear()
        messages: list[Any] = []
        try:
            used = self._read(data, messages)
        except FramingError as error:
            self.failed = error.again(str(error))
            error.messages = messages
            raise
        if used < len(data):
            held += memoryview(data)[used:]
        return messages

    def eof(self) -> None:
        """The stream has ended.  Raises CutMessage if that was inside a message."""
        if self.failed is not None:
            self._refuse("eof")
        if self._held:
            partial = self.unfinished
            text, expected = self._missing(len(partial))
            error = CutMessage(text, partial=partial, expected=expected)
            self.failed = error.again(text)
            self._held.clear()
            raise error
        self._ended = True

    def encode(self, message: Any) -> bytes:
        """The bytes that carry this message.  Raises MessageTooLong, or ValueError for what cannot be framed."""
        raise NotImplementedError

    @property
    def unfinished(self) -> bytes:
        """The bytes held that are no whole message yet."""
        return bytes(self._held)

    def __repr__(self) -> str:
        state = "ended" if self._ended else f"{len(self._held):,} bytes unfinished"
        return f"<{type(self).__name__}: {f'failed, {self.failed}' if self.failed else state}>"

    def _refuse(self, verb: str) -> None:
        if self.failed is not None:
            raise self.failed.again(
                f"{verb}() after an error: the decoder has failed and reads no more ({self.failed})"
            )
        raise ValueError(
            f"{verb}() after eof(): a stream that has ended brings no more bytes; a new connection needs a new decoder"
        )

    def _promising(self, new: int) -> bool:
        """Can the bytes held, of which the last *new* are new, hold a whole message or an error?"""
        raise NotImplementedError

    def _read(self, data: bytes, messages: list[Any]) -> int:
        """Append the messages that *data* begins with; how many bytes they took.  Raises FramingError."""
        raise NotImplementedError

    def _missing(self, there: int) -> tuple[str, int | None]:
        """What to say when the stream ends *there* bytes into a message, and how many it should have had."""
        raise NotImplementedError


def _bytes(data: Any, wanted: str) -> bytes:
    """*data* as bytes; no number, of which bytes() would make zeros, and no text."""
    try:
        return bytes(memoryview(data))
    except TypeError:
        hint = "; encode the text first, as in text.encode()" if isinstance(data, str) else ""
        shown = repr(data) if isinstance(data, str | int | None) else f"a {type(data).__name__}"
        raise TypeError(f"{wanted} (got {shown:.60}){hint}") from None


def _most(max_size: Any) -> int:
    try:
        most = operator.index(max_size)
    except TypeError:
        most = 0
    if most < 1 or max_size is True:
        raise ValueError(
            f"max_size is the most bytes that a message may have, 1 or more (got {max_size!r}); "
            "no limit would let a peer fill the memory"
        )
    return most
