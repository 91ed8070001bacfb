"""Exercise: split the path in half."""

from __future__ import annotations

from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.detective.path import fewest
from labkit.words import say


class _Way:
    """A path on which a packet is seen as far as `last`, counted from 0, and the looks at it."""

    def __init__(self, tale: Tale, count: int, last: int) -> None:
        self.segments, self.last = [f"s{number}" for number in range(1, count + 1)], last
        self.looks: list[Any] = []
        self._tale = tale

    def seen(self, segment: Any) -> bool:
        self.looks.append(segment)
        return segment in self.segments[: self.last + 1]

    def find(self, last_seen: Any) -> Any:
        """What it says; a look at what is no segment ends the story."""
        found = self._tale.call(last_seen, list(self.segments), self.seen, shown="last_seen(segments, seen)")
        strange = [look for look in self.looks if look not in self.segments]
        if strange:
            self._tale.fail(
                "of {count} segments, it looks at {strange!r}: that is none of them",
                count=len(self.segments),
                strange=strange[0],
            )
        return found


def _right(tale: Tale, last_seen: Any, count: int, lasts: list[int], why: str) -> int:
    """Is it found, wherever it is?  How many looks it took at most."""
    most = 0
    for last in lasts:
        way = _Way(tale, count, last)
        found, wanted = way.find(last_seen), way.segments[last]
        if found != wanted:
            tale.fail(
                "of {count} segments, the packet is seen as far as {wanted}; last_seen(segments, seen) should return "
                "{wanted!r}, but returned {found!r}:\n{why}",
                count=count,
                wanted=wanted,
                found=found,
                why=why,
            )
        most = max(most, len(way.looks))
    return most


def _few(tale: Tale, count: int, most: int, why: str) -> None:
    if most > fewest(count):
        tale.fail(
            "of {count} segments, it looks {most} times, where {few} are enough:\n{why}",
            count=count,
            most=most,
            few=fewest(count),
            why=why,
        )
    tale.did("of {count} segments, it looks {most} times at most", count=count, most=most)


def _story(tale: Tale, last_seen: Any) -> None:
    first = say("the first on which it is not seen is one too far")
    half = say(
        "that it is on the first is known; look where half of what is left lies before it, and half behind"
    )
    most = _right(tale, last_seen, 8, list(range(8)), first)
    tale.did("of 8 segments, it finds the last on which the packet is seen, whichever that is")
    _few(tale, 8, most, half)
    most = _right(tale, last_seen, 2, [0, 1], say("two segments are two places: one look tells them apart"))
    _few(tale, 2, most, half)
    most = _right(tale, last_seen, 1, [0], say("one segment is the answer, without a look"))
    _few(tale, 1, most, say("it is known that the packet is on the first"))
    most = _right(tale, last_seen, 100, [0, 1, 49, 50, 98, 99], first)
    _few(tale, 100, most, half)


EXERCISE = Exercise(
    "last-seen",
    "Split the path in half",
    _story,
    hints=(
        "Before a look you know two places: one where the packet is still seen, and one where it is no more, or the "
        "end. Each look moves one of the two.",
        "Keep two numbers: `near`, of a segment on which it is seen, at first 0; and `far`, of one on which it is not, "
        "at first len(segments). While more than one step lies between them, look in the middle.",
        "near, far = 0, len(segments)\n"
        "  while far - near > 1:\n"
        "      middle = (near + far) // 2\n"
        "      if seen(segments[middle]): near = middle\n"
        "      else: far = middle\n"
        "  return segments[near]",
    ),
    points=2,
    place=2,
    steps=5,
)
