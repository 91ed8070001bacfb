"""Streams of chance through the decoders, cut by chance, against others so slow and plain that one sees them right.

LABKIT_FUZZED_STREAMS says how many (20,000): `LABKIT_FUZZED_STREAMS=1000000 pytest -s tests/unit/framing/test_fuzz.py`.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from labkit.framing import (
    CutMessage,
    FramingError,
    LengthPrefixed,
    Lines,
    MessageTooLong,
    Numbered,
    NumberedMessages,
    Typed,
    TypedMessages,
)

STREAMS = int(os.environ.get("LABKIT_FUZZED_STREAMS", "20000"))
BATCHES = 4
MOST = 20  # bytes of a message: small, so that chance finds the limit
TEXTS = ["", "a", "ab\r", "é", "日\n", "🙂", "\0\0", "aba"]


class Plain:
    """A decoder that looks at the whole stream, one byte after the other: what should come out, and how it ends."""

    def outcome(self, stream: bytes):
        messages, rest = [], stream
        while rest:
            size, message, error = self.first(rest)
            if error is not None:
                return messages, error, None
            if message is None:
                return messages, CutMessage, rest
            messages.append(message)
            rest = rest[size:]
        return messages, None, None


class PlainLines(Plain):
    def __init__(self, delimiter, encoding):
        self.delimiter, self.encoding = delimiter, encoding

    def first(self, rest):
        for place in range(len(rest)):
            if rest[place : place + len(self.delimiter)] == self.delimiter:
                break
        else:
            too_long = len(rest) - len(self.delimiter) + 1 > MOST
            return 0, None, MessageTooLong if too_long else None
        if place > MOST:
            return 0, None, MessageTooLong
        line = rest[:place]
        if self.encoding:
            try:
                line = line.decode(self.encoding)
            except UnicodeDecodeError:
                return 0, None, FramingError
        return place + len(self.delimiter), line, None


class PlainHeader(Plain):
    def __init__(self, fields, counted, byteorder, make):
        self.fields, self.counted, self.byteorder, self.make = fields, counted, byteorder, make

    def first(self, rest):
        values, place = {}, 0
        for name, size in self.fields:
            if len(rest) < place + size:
                return 0, None, None
            values[name] = int.from_bytes(rest[place : place + size], self.byteorder)
            place += size
        length = values["length"] - self.counted
        if length < 0:
            return 0, None, FramingError
        if length > MOST:
            return 0, None, MessageTooLong
        if len(rest) < place + length:
            return 0, None, None
        return place + length, self.make(values, rest[place : place + length]), None


def some_bytes(chance):
    return chance.randbytes(min(MOST, int(chance.expovariate(0.2))))


def some_line(chance):
    line = "".join(chance.choices(TEXTS, k=chance.randrange(5)))
    return line if len(line.encode()) <= MOST else ""


def framings():
    """Pairs of a function that makes a decoder of ours, a plain one, and a function that makes a message by chance."""
    for delimiter in (b"\n", b"\r\n", b"aa", b"aba", b"\0\0", "é".encode()):
        for encoding in (None, "utf-8"):
            yield (
                lambda d=delimiter, e=encoding: Lines(d, encoding=e, max_size=MOST),
                PlainLines(delimiter, encoding),
                lambda chance, e=encoding: some_line(chance) if e else some_line(chance).encode(),
            )
    for byteorder in ("big", "little"):
        for size in (1, 2, 4, 8):
            for itself in (False, True):
                yield (
                    lambda b=byteorder, s=size, i=itself: LengthPrefixed(
                        s, byteorder=b, includes_itself=i, max_size=MOST
                    ),
                    PlainHeader(
                        [("length", size)], size * itself, byteorder, lambda values, payload: payload
                    ),
                    some_bytes,
                )
        for sizes in ((4, 1), (1, 2), (2, 4)):
            for itself in (False, True):
                for kind in (False, True):
                    yield (
                        lambda b=byteorder, s=sizes, i=itself, k=kind: TypedMessages(
                            length_size=s[0],
                            type_size=s[1],
                            byteorder=b,
                            includes_itself=i,
                            includes_type=k,
                            max_size=MOST,
                        ),
                        PlainHeader(
                            [("length", sizes[0]), ("type", sizes[1])],
                            sizes[0] * itself + sizes[1] * kind,
                            byteorder,
                            lambda values, payload: Typed(values["type"], payload),
                        ),
                        lambda chance: (chance.randrange(256), some_bytes(chance)),
                    )
        yield (
            lambda b=byteorder: NumberedMessages(byteorder=b, max_size=MOST),
            PlainHeader(
                [("type", 1), ("id", 4), ("length", 4)],
                0,
                byteorder,
                lambda values, payload: Numbered(values["type"], values["id"], payload),
            ),
            lambda chance: (chance.randrange(256), chance.randrange(2**32), some_bytes(chance)),
        )


FRAMINGS = list(framings())


def some_stream(chance, encode, some_message):
    """Bytes by chance, valid messages, or valid messages spoilt."""
    kind = chance.choice(("noise", "few values", "valid", "spoilt", "spoilt", "spoilt"))
    if kind == "noise":
        return kind, chance.randbytes(chance.randrange(60))
    if kind == "few values":
        return kind, bytes(chance.choices(b"\0\0\0\1\2\x05a\n\r\xc3\xa9", k=chance.randrange(60)))
    parts = []
    for _ in range(chance.randrange(6)):
        try:
            parts.append(encode(some_message(chance)))
        except ValueError:  # a line with its delimiter inside
            continue
    stream = bytearray(b"".join(parts))
    if kind == "spoilt" and stream:
        for _ in range(1 + chance.randrange(2)):
            place = chance.randrange(len(stream) + 1)
            spoil = chance.randrange(4)
            if spoil == 0:
                stream[place : place + 1] = chance.randbytes(1)
            elif spoil == 1:
                del stream[place : place + 1 + chance.randrange(4)]
            elif spoil == 2:
                stream[place:place] = chance.randbytes(1 + chance.randrange(4))
            else:
                del stream[place:]
    return kind, bytes(stream)


def some_cuts(chance, size):
    how = chance.randrange(4)
    if how == 0:
        return [0, size]
    if how == 1:
        return list(range(size + 1))
    return [0, *sorted(chance.randrange(size + 1) for _ in range(chance.randrange(1, 6))), size]


def outcome(decoder, stream, cuts):
    messages = []
    try:
        for start, end in pairwise(cuts):
            messages += decoder.feed(stream[start:end])
        decoder.eof()
    except FramingError as error:
        return messages + error.messages, type(error), getattr(error, "partial", None)
    return messages, None, None


@pytest.mark.parametrize("seed", range(BATCHES))
def test_no_stream_is_read_wrongly(seed):
    chance, ended = Random(seed), Counter()
    for _ in range(STREAMS // BATCHES):
        make, plain, some_message = chance.choice(FRAMINGS)
        decoder = make()
        kind, stream = some_stream(chance, decoder.encode, some_message)
        cuts = some_cuts(chance, len(stream))
        wanted = plain.outcome(stream)
        assert outcome(decoder, stream, cuts) == wanted, (decoder, plain.__dict__, stream, cuts)
        ended[f"{kind}: {wanted[1].__name__ if wanted[1] else 'clean end'}"] += 1
        ended["messages"] += len(wanted[0])
    for name, count in sorted(ended.items()):
        print(f"{name:32}{count:>10,}")
    # Every kind of end has been met, or the streams are not what they should be.
    ends = ("clean end", "CutMessage", "MessageTooLong", "FramingError")
    assert all(ended[f"{kind}: {end}"] for kind in ("spoilt", "few values") for end in ends)
    assert ended["messages"] > STREAMS // BATCHES // 2
