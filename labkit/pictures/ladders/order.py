"""An order of arrows that does not depend on chance.  Pure.

Two hosts that send at the same moment leave first now the one, now the other; a text that is compared must
not change with that.  So among frames that departed together, and of which none can have caused another
(it had not arrived yet), those of the host further left come first.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labkit.pictures.ladders.arrows import Arrow

TOGETHER_NS = 3_000_000
"""Departures less than 3 ms apart count as simultaneous."""


def turned_back(items: Iterable[Any]) -> int:
    """How many frames have an earlier time than one before them?  (Files joined, a clock that was set.)"""
    count, latest = 0, None
    for item in items:
        time = item.frame.departed_ns
        if latest is not None and time < latest:
            count += 1
        else:
            latest = time
    return count


def timeless(items: Iterable[Any]) -> bool:
    """Did frames of different hosts leave, and arrive, all at one time?  Then only their order tells which came first.

    So it is in the captures of programs that note one time for each frame, on a fast network or without times.
    """
    for one, two in pairwise(item.frame for item in items):
        if one.departed_ns == two.departed_ns == one.arrived_ns and one.source != two.source:
            return True
    return False


def settled(arrows: list[Arrow]) -> list[Arrow]:
    """The arrows in order of departure, but simultaneous ones from left to right."""
    if not arrows:
        return []
    hosts = 1 + max(max([arrow.source, *(tip.host for tip in arrow.tips)]) for arrow in arrows)
    waiting: list[list[int]] = [[] for _ in range(hosts)]
    heard: list[list[tuple[int, int]]] = [[] for _ in range(hosts)]
    for place, arrow in enumerate(arrows):
        waiting[arrow.source].append(place)
        for tip in arrow.tips:
            heard[tip.host].append((tip.time, place))
    for queue in waiting:
        queue.sort(key=lambda place: arrows[place].departed, reverse=True)
    for row in heard:
        row.sort(reverse=True)
    done = [False] * len(arrows)
    order: list[Arrow] = []
    while len(order) < len(arrows):
        earliest = min(arrows[queue[-1]].departed for queue in waiting if queue)
        for host in range(hosts):
            while heard[host] and done[heard[host][-1][1]]:
                heard[host].pop()
            if not waiting[host]:
                continue
            place = waiting[host][-1]
            departed = arrows[place].departed
            if departed - earliest > TOGETHER_NS or (heard[host] and heard[host][-1][0] < departed):
                continue
            waiting[host].pop()
            done[place] = True
            order.append(arrows[place])
            break
        else:
            # a clock that runs backwards (merged files): take the earliest departure and go on
            host = min((h for h in range(hosts) if waiting[h]), key=lambda h: arrows[waiting[h][-1]].departed)
            place = waiting[host].pop()
            done[place] = True
            order.append(arrows[place])
    return order
