"""What can be wrong with a stream of messages."""

from __future__ import annotations

from typing import Any, Self


class FramingError(Exception):
    """The stream cannot be read on: nobody knows where the next message begins.  Close the connection.

    messages: what the same `feed` decoded before it, in order.
    """

    messages: list[Any]

    def __init__(self, text: str, **facts: Any) -> None:
        super().__init__(text)
        self.__dict__.update({"messages": []} | facts)

    def again(self, text: str) -> Self:
        """The same error in other words, without messages and without a traceback."""
        return type(self)(text, **(vars(self) | {"messages": []}))


class MessageTooLong(FramingError):
    """A message is longer than max_size bytes, or than its length can say.

    length: the bytes that it has or claims, None where nobody knows (a line without an end); max_size: the most
    that are accepted.
    """

    length: int | None
    max_size: int


class CutMessage(FramingError, EOFError):
    """The stream ended inside a message.

    partial: the bytes of it that were there; expected: how many bytes it should have had, header included, as far
    as those say (while the header itself is cut, the header's size; None for a line).
    """

    partial: bytes
    expected: int | None
