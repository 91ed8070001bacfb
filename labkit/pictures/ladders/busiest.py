"""Which few of many hosts a ladder draws: those between which most frames went.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labkit.packets.frame import Frame


def busiest(frames: Iterable[Frame], names: tuple[str, ...], most: int) -> tuple[str, ...]:
    """At most so many of the hosts, in their order: the pair with most frames, and one by one whoever has most with
    those already chosen, frames to all included.  (The hosts with most frames of their own may all speak to others.)

    Hosts without a frame are chosen only when no host has one.
    """
    known = set(names)
    between: dict[str, Counter[str]] = {name: Counter() for name in names}
    weight: Counter[str] = Counter()  # what would be drawn more with this host
    for frame in frames:
        source, target = frame.source, frame.target
        if source not in known:
            continue
        if target in known and target != source:
            between[source][target] += 1
            between[target][source] += 1
        elif target in ("*", "", source):
            weight[source] += 1
    chosen: dict[str, None] = {}

    def choose(name: str) -> None:
        chosen[name] = None
        for other, count in between[name].items():
            weight[other] += count

    while len(chosen) < most:
        free = [name for name in names if name not in chosen]
        best = max(free, key=lambda name: weight[name], default=None)
        if best is not None and weight[best] and (chosen or not any(between.values())):
            choose(best)
            continue
        pairs = [
            (count, name, other)
            for name in free
            for other, count in between[name].items()
            if other not in chosen
        ]
        if not pairs or most - len(chosen) < 2:
            break
        _, name, other = max(pairs, key=lambda pair: pair[0])
        choose(name)
        choose(other)
    return tuple(name for name in names if name in chosen) or names[:most]
