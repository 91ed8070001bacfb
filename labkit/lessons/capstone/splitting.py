"""What the checkers of the two stages that read bytes have in common: a conversation, cut in every way."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

from labkit.learn.kit.tale import Tale
from labkit.lessons.capstone.resp import Commands, request

# Short, so that all cuts can be tried, and with everything in it that looks like something else.
TALK: tuple[list[bytes], ...] = ([b"SET", b"*1", b"$2\r\n$3\r\n*1"], [b"GET", b""], [b"P"])
STREAM = b"".join(request(*words) for words in TALK)


def prefixes(tale: Tale, take: Callable[..., Any], name: str) -> None:
    """As long as a command is not whole, there is none."""
    whole = request("SET", "no", "10\r\n")

    def tried() -> tuple[int, Any]:
        for length in range(len(whole)):
            if (found := take(bytearray(whole[:length]), 0)) is not None:
                return length, found
        return len(whole), None

    length, found = tale.call(tried, shown=f"{name}(held, start)")
    if found is not None:
        tale.fail(
            "held is bytearray({held!r}), which is no whole command; {shown} should return None, but"
            " returned {found!r}:\n"
            "a size says how many bytes must be there, and two more for the \\r\\n behind them",
            held=whole[:length],
            shown=f"{name}(held, 0)",
            found=found,
        )
    tale.did("a command of {n} bytes comes byte by byte: None, until the last", n=len(whole))


def every_split(tale: Tale, take: Callable[..., Any], name: str) -> None:
    """Three commands, cut into three pieces in every way, and into single bytes."""
    cuts: list[tuple[bytes, ...]] = [
        (STREAM[:one], STREAM[one:other], STREAM[other:])
        for one, other in combinations(range(len(STREAM) + 1), 2)
    ]
    cuts.append(tuple(STREAM[at : at + 1] for at in range(len(STREAM))))

    def tried() -> tuple[tuple[bytes, ...], list[Any]] | None:
        for pieces in cuts:
            commands = Commands(take)
            came: list[Any] = [command for piece in pieces for command in commands.feed(piece)]
            if came != list(TALK) or commands.held:
                return pieces, came
        return None

    wrong = tale.call(tried, shown=f"{name}(held, start)", seconds=6)
    if wrong is not None:
        pieces, came = wrong
        tale.fail(
            "three commands come in these pieces:\n{pieces}\n{wanted!r} should come out, but {came!r} did",
            pieces="\n".join(repr(piece) for piece in pieces if piece),
            wanted=list(TALK),
            came=came,
        )
    tale.did("three commands, cut at every two places and into single bytes ({n:,} ways): right", n=len(cuts))
