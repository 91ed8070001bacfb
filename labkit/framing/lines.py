"""Messages that end in a delimiter: lines."""

from __future__ import annotations

from typing import Any

from labkit.framing.decoder import MAX_SIZE, Decoder, _bytes
from labkit.framing.errors import FramingError, MessageTooLong


class Lines(Decoder):
    """Messages that end in a delimiter of one byte or more, which is no part of them.

    encoding: None for messages as bytes; "utf-8", or one with a byte for each character, for str.  The bytes are
    split first and whole lines decoded, so a character cut in half by the network stays whole: in UTF-8 no byte of
    one character is found inside another (RFC 3629 section 1).
    errors: what `bytes.decode` does with bytes that are not in the encoding; "strict" refuses the stream.
    max_size: the most bytes of a line, its delimiter not counted.
    """

    def __init__(
        self,
        delimiter: bytes = b"\n",
        *,
        encoding: str | None = None,
        errors: str = "strict",
        max_size: int = MAX_SIZE,
    ) -> None:
        super().__init__(max_size)
        if not isinstance(delimiter, bytes) or not delimiter:
            raise ValueError(f"delimiter is one byte or more, such as b'\\n' (got {delimiter!r})")
        if encoding is not None:
            _check(encoding, delimiter)
        self.delimiter, self.encoding, self.errors = delimiter, encoding, errors

    def encode(self, message: bytes | str) -> bytes:
        """The line with its delimiter.

        Raises ValueError where the delimiter would be found in the message, MessageTooLong above max_size bytes.
        """
        if self.encoding is None:
            line = _bytes(message, "encode() takes a line as bytes, unless Lines() is given an encoding")
        elif isinstance(message, str):
            line = message.encode(self.encoding, self.errors)
        else:
            raise TypeError(f"encode() takes a line as str, as Lines() has an encoding (got {message!r:.60})")
        if len(line) > self.max_size:
            raise MessageTooLong(
                f"the line has {len(line):,} bytes; at most {self.max_size:,} are accepted (max_size)",
                length=len(line),
                max_size=self.max_size,
            )
        framed = line + self.delimiter
        # Not `in line`: b"a" + b"aa" has the delimiter b"aa" one byte too early.
        if (place := framed.find(self.delimiter)) != len(line):
            raise ValueError(
                f"the line has its delimiter {self.delimiter!r} inside, at byte {place}: the receiver would read two; "
                "escape it, or send the length first (LengthPrefixed)"
            )
        return framed

    def _promising(self, new: int) -> bool:
        held, delimiter = self._held, self.delimiter
        # A delimiter may have begun in the bytes before, but not have been whole.
        start = max(0, len(held) - new - len(delimiter) + 1)
        return held.find(delimiter, start) >= 0 or self._endless(len(held))

    def _read(self, data: bytes, messages: list[Any]) -> int:
        *lines, rest = data.split(self.delimiter)
        if len(data) > self.max_size:
            long = next((number for number, line in enumerate(lines) if len(line) > self.max_size), None)
            if long is not None or self._endless(len(rest)):
                self._decode(lines[:long], messages)
                raise MessageTooLong(
                    f"a line of more than {self.max_size:,} bytes (max_size) without its delimiter "
                    f"{self.delimiter!r}; does the peer end its lines with another one?",
                    length=None,
                    max_size=self.max_size,
                )
        self._decode(lines, messages)
        return len(data) - len(rest)

    def _endless(self, there: int) -> bool:
        """Is a line of *there* bytes without a delimiter too long already, wherever its delimiter may begin?"""
        return there >= self.max_size + len(self.delimiter)

    def _decode(self, lines: list[bytes], messages: list[Any]) -> None:
        if self.encoding is None:
            messages += lines
            return
        encoding, errors = self.encoding, self.errors
        for line in lines:
            try:
                messages.append(line.decode(encoding, errors))
            except UnicodeDecodeError as error:
                wrong = line[error.start : error.end]
                raise FramingError(
                    f"the line {line[:40]!r}{'...' if len(line) > 40 else ''} is not {encoding}: "
                    f"{wrong!r} at byte {error.start} ({error.reason}); do both ends use the same encoding?"
                ) from error

    def _missing(self, there: int) -> tuple[str, None]:
        return (
            f"the stream ended after {there:,} bytes of a line, before its delimiter {self.delimiter!r}: "
            "what is there (error.partial) may not be all of it"
        ), None


def _check(encoding: str, delimiter: bytes) -> None:
    """Raises ValueError unless lines of this encoding can be split as bytes, at this delimiter."""
    try:
        # GBK, Shift JIS, Big5 and UTF-16 take several of these bytes for one character.
        alone = len(bytes(range(256)).decode(encoding, "replace")) == 256
    except (LookupError, UnicodeError) as error:
        raise ValueError(
            f"encoding={encoding!r} is not one for text: {error}; write encoding='utf-8'"
        ) from None
    if not alone:
        raise ValueError(
            f"in {encoding} the bytes of a delimiter may be part of a character; read bytes (encoding=None), framed by "
            "their length, and decode them, or use encoding='utf-8'"
        )
    try:
        delimiter.decode(encoding)
    except UnicodeDecodeError:
        raise ValueError(
            f"the delimiter {delimiter!r} is no text in {encoding}, so it could cut a character"
        ) from None
