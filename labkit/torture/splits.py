"""The ways in which a network may cut a stream of bytes, and the smallest of those that break something.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from itertools import combinations, pairwise
from typing import NamedTuple, TypeVar

Item = TypeVar("Item")

EVERY_CUT, EVERY_PAIR = 1_000, 100
"""Streams up to so many bytes are cut at every place, and at every pair of places; longer ones at places chosen."""

BYTES = 4_000_000  # about as many are fed for each kind of split of a longer stream, lest it take minutes
MOST, FEW = 100, 20  # random splits of a stream, and of one so long that these are many bytes already
NEAR = 10  # bytes on both sides of a message's end, where most decoders that fail do so
SINGLY = 10_000  # bytes fed one by one: a decoder that copies all that it holds needs seconds for more


class Split(NamedTuple):
    """One way to cut a stream: the places of the cuts (the byte that each is before), and why it is tried."""

    kind: str
    cuts: tuple[int, ...]


def pieces(data: bytes, cuts: Sequence[int]) -> tuple[bytes, ...]:
    """The stream, cut."""
    return tuple(data[start:end] for start, end in pairwise((0, *cuts, len(data))))


def splits(size: int, ends: Sequence[int] = (), seed: int = 0) -> Iterator[Split]:
    """The splits of *size* bytes that are worth trying, those of fewest cuts first.

    At once; at every place, or for long streams at random; at every pair of places, for short ones; near the *ends*
    of all messages; byte by byte (of long streams the beginning); at random places, the same for the same *seed*.
    """
    yield Split("at once", ())
    if size < 2:
        return
    chance = Chance(seed)
    few = max(FEW, min(MOST, BYTES // size))
    places: Sequence[int] = range(1, size)
    if size > EVERY_CUT:
        places = sorted({1 + chance.below(size - 1) for _ in range(10 * few)})[::10]
    for place in places:
        yield Split("one cut", (place,))
    if size <= EVERY_PAIR:
        for pair in combinations(places, 2):
            yield Split("two cuts", pair)
    if size < 4:
        return
    if size > EVERY_CUT:
        for near in sorted(range(-NEAR, NEAR + 1), key=abs):
            yield Split(
                "near every end", tuple(sorted({end + near for end in (0, *ends)} & set(range(1, size))))
            )
    yield Split("byte by byte", tuple(range(1, min(size, SINGLY))))
    for _ in range(few):
        # As often few large pieces as many small ones: the number of cuts is even on a scale of powers of two.
        count = 2 + chance.below(2 ** (1 + chance.below(min(size, SINGLY).bit_length())))
        yield Split(
            "random", tuple(sorted({1 + chance.below(size - 1) for _ in range(min(count, size - 1))}))
        )


def possible(size: int) -> dict[str, int]:
    """How many splits with one cut, and with two, there are."""
    return {"one cut": max(0, size - 1), "two cuts": max(0, (size - 1) * (size - 2) // 2)}


def fewest(
    items: Sequence[Item], fails: Callable[[tuple[Item, ...]], bool], tries: int = 500
) -> tuple[Item, ...]:
    """As few of the *items* as still fail: none of them can be left out, unless the *tries* ran out.

    Leaves out halves, then quarters, and so on (Zeller and Hildebrandt 2002, "ddmin").  That all of them fail is
    taken for granted.
    """
    kept, parts = tuple(items), 2
    while kept and tries > 0:
        size = -(-len(kept) // parts)
        for start in range(0, len(kept), size):
            tries -= 1
            less = kept[:start] + kept[start + size :]
            if fails(less):
                kept, parts = less, max(2, parts - 1)
                break
            if tries <= 0:
                break
        else:
            if size == 1:
                break
            parts = min(len(kept), parts * 2)
    return kept


class Chance:
    """Numbers that look random and are the same for the same seed, on every Python."""

    def __init__(self, seed: int) -> None:
        self._seed, self._drawn = seed, 0

    def below(self, limit: int) -> int:
        """A number from 0 to before *limit*."""
        self._drawn += 1
        drawn = blake2b(f"{self._seed} {self._drawn}".encode(), digest_size=8).digest()
        return int.from_bytes(drawn, "big") % limit
