"""A seed → a case: what is wrong, where, and with which numbers.  The same on every machine.

Only `Random.random()` is asked: its sequence for a seed is promised to stay (documentation of `random`, "Notes on
Reproducibility"); that of `choice` and `shuffle` is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from labkit.mysteries.kinds import KINDS, LEVELS
from labkit.mysteries.wrong import Wrong
from labkit.words import say

SERVERS = ["archive", "depot", "mail", "orders", "payroll", "wiki"]


class Case(NamedTuple):
    """What is wrong.

    kind      a name of `labkit.mysteries.kinds.KINDS`;  where: a host, or a segment
    server    whose service somebody complains of, on `port`;  other: the server whose service is well, on `other_port`
    number    what the kind wants: a black hole's mtu, seconds of work, by how many ports it is off
    size      bytes in a report
    level     1 to 3
    """

    kind: str
    where: str
    server: str
    other: str
    port: int
    other_port: int
    number: float
    size: int
    level: int

    @property
    def wrong(self) -> Wrong:
        """All that is told of its kind."""
        return KINDS[self.kind]

    @property
    def complaint(self) -> str:
        """What its user says, in one sentence."""
        if self.level > 2:
            return say('"Something is wrong with {server}, port {port}."', server=self.server, port=self.port)
        return say(self.wrong.complaint, server=self.server, port=self.port)


def draw(seed: int, level: int) -> Case:
    """The case of a seed.  Raises TypeError and ValueError for what is neither."""
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise TypeError(say("seed is a whole number (got {seed!r}); write mystery(7)", seed=seed))
    if isinstance(level, bool) or level not in LEVELS:
        raise ValueError(
            say("level is one of {levels} (got {level!r})", levels=", ".join(map(str, LEVELS)), level=level)
        )
    dice = Random(f"labkit mystery {level} {seed}")
    kind = _kind(seed, level)
    names = _shuffled(SERVERS, dice)
    wrong = KINDS[kind]
    where = _one(wrong.places, dice)
    low, high = wrong.numbers
    number = low + (high - low) * dice.random()
    return Case(
        kind,
        {"server": names[0], "other": names[1]}.get(where, where),
        names[0],
        names[1],
        7000 + 10 * _below(90, dice),
        8000 + 10 * _below(90, dice),
        round(number) if isinstance(low, int) else round(number, 2),
        3000 + 100 * _below(30, dice),
        level,
    )


def _kind(seed: int, level: int) -> str:
    """Neighbours have different ones: each round of seeds takes all kinds, in an order of its own, and does not begin
    with the one that ended the round before."""
    kinds = LEVELS[level]
    turn, place = divmod(seed, len(kinds))
    order, before = (_shuffled(kinds, Random(f"labkit kinds {level} {each}")) for each in (turn, turn - 1))
    if order[0] == before[-1]:
        order[0], order[1] = order[1], order[0]  # the last stays: there are more than two
    return order[place]


def _below(most: int, dice: Random) -> int:
    return int(dice.random() * most)


def _one(things: Sequence[str], dice: Random) -> str:
    return things[_below(len(things), dice)]


def _shuffled(things: list[str], dice: Random) -> list[str]:
    left = list(things)
    return [left.pop(_below(len(left), dice)) for _ in things]
