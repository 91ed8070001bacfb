"""Exercise: a decoder that does a tenth of the work."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from labkit.learn.checking.check import started
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import NotStarted, Tale
from labkit.words import say

TICK = struct.Struct("!IdI")
MANY = 2000
TIMES = 10


class Plain:
    """The decoder that the lesson begins with."""

    def __init__(self) -> None:
        self.held = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, float, int]]:
        self.held += data
        ticks, start = [], 0
        while len(self.held) >= start + 16:
            id = int.from_bytes(self.held[start : start + 4], "big")
            (price,) = struct.unpack("!d", self.held[start + 4 : start + 12])
            volume = int.from_bytes(self.held[start + 12 : start + 16], "big")
            ticks.append((id, price, volume))
            start += 16
        del self.held[:start]
        return ticks


def instructions(make: Callable[[], Callable[..., Any]], *arguments: Any) -> int:
    """How many instructions of its own Python carries out in a call of what `make()` gives: the same number each time.

    A function that is written in C is one of them, however much it does.  It is made and called twice, as Python 3.12
    and 3.13 do not count the first call of a function that they have not traced before.
    """
    return max(_counted(make(), *arguments) for _ in range(2))


def _counted(function: Callable[..., Any], *arguments: Any) -> int:
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count


def _story(tale: Tale, decoder: Any) -> None:
    feed = getattr(decoder, "feed", None)
    if not isinstance(decoder, type) or feed is None:
        tale.fail(
            "check the class that has feed(data), by its name without brackets (got {got!r})", got=decoder
        )
    if not started(feed):
        raise NotStarted
    ticks = [(7, 99.5, 1), (2**32 - 1, -0.25, 2**31), (0, 1e300, 0)]
    whole = b"".join(TICK.pack(*tick) for tick in ticks)
    shown = say("feed(three ticks at once)")
    (found,) = tale.call(_fed, decoder, [whole], shown=shown)
    if not isinstance(found, list):
        tale.fail(
            "{shown} should return a list, [] if no tick is whole yet, but returned {kind}",
            shown=shown,
            kind=type(found).__name__,
        )
    tale.expect(shown, found, ticks)
    tale.expect("feed(b'')", tale.call(_fed, decoder, [b""], shown="feed(b'')")[0], [])
    for place in range(len(whole) + 1):
        pieces = [whole[:place], whole[place:]]
        found = tale.call(_fed, decoder, pieces, shown="feed(data)")
        # Each tick must come as soon as it is whole, and none may be lost or come twice.
        if found != [ticks[: place // 16], ticks[place // 16 :]]:
            tale.fail(
                "three ticks, 48 bytes, are fed in two pieces, of {one} and {two} bytes:\n"
                "feed should return {first!r}, then {then!r}, but returned {found!r}; what is not whole is kept for the"
                " next feed",
                one=place,
                two=len(whole) - place,
                first=ticks[: place // 16],
                then=ticks[place // 16 :],
                found=found,
            )
    tale.did("three ticks, cut at every place: right")
    found = tale.call(_fed, decoder, [whole[n : n + 1] for n in range(len(whole))], shown="feed(one byte)")
    if [tick for each in found for tick in each] != ticks:
        tale.fail("three ticks are fed byte by byte: {found!r} came of it", found=found)
    tale.did("and byte by byte: right")
    _work(tale, decoder)


def _work(tale: Tale, decoder: Any) -> None:
    stream = TICK.pack(1, 2.5, 3) * MANY
    plain = instructions(lambda: Plain().feed, stream)
    found = tale.call(_worked, decoder, stream, shown=say("feed(2,000 ticks)"))
    if found * TIMES > plain:
        tale.fail(
            "2,000 ticks in one feed: Python carried out {found:.0f} instructions a tick, the plain decoder"
            " {plain:.0f}, and a tenth of that is wanted:\nwhere is there still a turn of a loop in Python for each"
            " tick, and what does struct do for all of them in one call?",
            found=found / MANY,
            plain=plain / MANY,
        )
    tale.did("2,000 ticks in one feed: less than a tenth of the plain decoder's instructions")


def _worked(decoder: Any, stream: bytes) -> int:
    return instructions(lambda: decoder().feed, stream)


def _fed(decoder: Any, pieces: list[bytes]) -> list[Any]:
    one = decoder()
    return [one.feed(piece) for piece in pieces]


EXERCISE = Exercise(
    "quick-ticks",
    "Decode with a tenth of the work",
    _story,
    hints=(
        "A turn of a loop in Python takes dozens of instructions, for sixteen bytes. What can go through all whole"
        " ticks in one call?",
        "struct.iter_unpack takes a format, and bytes whose length is a multiple of it: so cut the whole ticks off what"
        " is held, and keep the rest. list() goes through an iterator without a loop of yours.",
        "self.held += data; whole = len(self.held) - len(self.held) % 16\n"
        '  ticks = list(struct.iter_unpack("!IdI", self.held[:whole]))\n'
        "  del self.held[:whole]; return ticks",
    ),
    place=1,
    steps=5,
    given=0,
)
