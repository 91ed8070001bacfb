"""What came of `torture`, as a value: the smallest split that fails, in text and as a picture of the bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import islice
from typing import Any

from labkit.drawing.tables import Cell, aligned, page_table
from labkit.pictures.bytestream import ByteStream, byte_stream
from labkit.torture.splits import pieces, possible

SHOWN = 100  # characters of a list of messages, or of a stream's pieces
DRAWN = 4_000, 200  # bytes and pieces of a stream that a picture can show


@dataclass(frozen=True)
class Torture:
    """What came of `torture`: true if the decoder gave the same messages from every split.

    ok: did it?  expected: the messages that should come out; when it fails, only those needed to make it fail.
    parts: the bytes of each (or of all of them, as one, where nothing more was known).  cuts: the smallest failing
    split, as the places where the bytes are cut.  got: the messages that came out.  wrong: what else went wrong, ""
    if nothing.  size: the bytes of the whole stream.  tried: how many splits of each kind were.  seed: of the random
    ones.
    """

    ok: bool
    parts: tuple[bytes, ...]
    cuts: tuple[int, ...]
    expected: list[Any]
    got: list[Any]
    wrong: str = ""
    size: int = 0
    tried: dict[str, int] = field(default_factory=dict)
    seed: int = 0

    def __bool__(self) -> bool:
        return self.ok

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """The bytes as they were fed."""
        return pieces(b"".join(self.parts), self.cuts)

    @property
    def problem(self) -> str:
        """What is wrong in a sentence; "" if nothing is."""
        if self.ok:
            return ""
        return self.wrong or difference(self.expected, self.got)

    @cached_property
    def text(self) -> str:
        """The result as lines of text."""
        if self.ok:
            return f"✓ {self.head}\n  tried: {self.tries}"
        told = (
            ("fed", _short(" | ".join(map(repr, islice(self.pieces, SHOWN))))),
            ("expected", brief(self.expected)),
            ("came out", brief(self.got)),
        )
        return "\n".join(
            [
                f"✗ {self.head}",
                *(f"  {line}" for line in aligned(told)),
                f"  {self.problem}",
                f"  tried until then: {self.tries}",
            ]
        )

    @property
    def head(self) -> str:
        """How it went, in a sentence."""
        if self.ok:
            count = _plural(len(self.expected), "message")
            return f"{count} in {_plural(self.size, 'byte')} came out right, however the bytes were cut"
        cuts, size = len(self.cuts), sum(map(len, self.parts))
        if not cuts:
            return f"fails with {_plural(size, 'byte')} at once"
        where = " and ".join(f"{cut:,}" for cut in self.cuts[:3]) + (" ..." if cuts > 3 else "")
        return f"fails with {_plural(size, 'byte')} in {cuts + 1:,} pieces, cut after byte {where}"

    @property
    def tries(self) -> str:
        """What was tried, in words."""
        every = possible(self.size)
        said = []
        for kind, count in self.tried.items():
            if kind in every:
                whole = f"all {count:,}" if count == every[kind] else f"{count:,} of {every[kind]:,}"
                said.append(f"{whole} with {kind}")
            else:
                words = {
                    "random": f"{count:,} at random (seed {self.seed})",
                    "near every end": "near every message's end",
                }
                said.append(words.get(kind, kind))
        return ", ".join(said)

    @property
    def picture(self) -> ByteStream:
        """The bytes, with the messages above them and the pieces in which they were fed below."""
        return byte_stream(sends=self.parts, recvs=self.pieces, names=("message", "feed"))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        bundle = {"text/plain": self.text}
        if not self.ok:
            size, count = sum(map(len, self.parts)), len(self.cuts) + 1
            drawn = 0 < size <= DRAWN[0] and count <= DRAWN[1]
            picture = self.picture._repr_mimebundle_()["text/html"] if drawn else ""
            table = page_table(
                [
                    Cell(name, "text-align:left;vertical-align:top", "row"),
                    Cell(f"<code>{escape(brief(value, 400))}</code>", "text-align:left;white-space:pre-wrap"),
                ]
                for name, value in (("expected", self.expected), ("came out", self.got))
            )
            bundle["text/html"] = (
                f'<div class="labkit-torture"><p><strong>✗ {escape(self.head)}</strong></p>{picture}'
                f"{table}<p>{_rich(self.problem)}</p>"
                f"<p><small>tried until then: {escape(self.tries)}</small></p></div>"
            )
        return bundle

    def __repr__(self) -> str:
        return self.text


def _rich(text: str) -> str:
    """Text as HTML, with `code` between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def same(got: Sequence[Any], expected: Sequence[Any]) -> bool:
    """Are these the messages?  A comparison that raises says no."""
    try:
        return len(got) == len(expected) and all(
            bool(one == other) for one, other in zip(got, expected, strict=True)
        )
    except Exception:
        return False


def difference(expected: Sequence[Any], got: Sequence[Any]) -> str:
    """How what came out differs from what should, in a sentence."""
    count = next(
        (n for n, (one, other) in enumerate(zip(expected, got, strict=False)) if not same([one], [other])),
        None,
    )
    if count is not None:
        return f"message {count + 1} should be {brief(expected[count])}, not {brief(got[count])}"
    if len(got) > len(expected):
        return f"one message too many came out: {brief(got[len(expected)])}"
    return f"{len(got)} of {_plural(len(expected), 'message')} came out; the next should be " + brief(
        expected[len(got)]
    )


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def brief(value: Any, room: int = SHOWN) -> str:
    """The beginning of a value's `repr`; the whole is not made, since a wrong length may have made a gigabyte."""
    return _short(repr(_front(value, room)), room)


def _front(value: Any, room: int) -> Any:
    if isinstance(value, bytes | bytearray | str):
        return value[:room]
    if type(value) is dict:
        return {key: _front(each, room) for key, each in islice(value.items(), room)}
    if isinstance(value, list | tuple):
        front = [_front(each, room) for each in islice(value, room)]
        return getattr(type(value), "_make", tuple if isinstance(value, tuple) else list)(front)
    return value


def _short(text: str, room: int = SHOWN) -> str:
    return text if len(text) <= room else f"{text[: room - 3]}..."
