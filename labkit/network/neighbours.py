"""The kernel's table of neighbours: who has which MAC address. All networks of the machine share one, and its room.

What hosts learn by asking (`arp=True`) is in it, and what the machine itself has learned; permanent entries, which
hosts have otherwise, do not count (neigh_alloc() in the kernel's net/core/neighbour.c). When it is full, nobody on the
machine can learn a new neighbour: calls fail with ENOBUFS.
"""

from __future__ import annotations

import errno
import math
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from labkit.words import say

_ROOM = "/proc/sys/net/{family}/neigh/default/gc_thresh3"
_LINUX_OWN = 1024  # entries, where the machine does not tell
_WITHIN, _AGAIN = 6.0, 0.2  # seconds; the kernel looks for entries that may go every five
T = TypeVar("T")


def room(ipv6: bool = False) -> int:
    """How many entries our networks may come to have: half of the table, so that the machine keeps as many."""
    families = ("ipv4", "ipv6") if ipv6 else ("ipv4",)
    return min(map(_entries, families)) // 2


def learned(hosts: int) -> int:
    """How many entries so many hosts come to have when each has asked for each other."""
    return hosts * (hosts - 1)


def check(hosts: Sequence[int], others: int, ipv6: bool) -> None:
    """Raise ValueError where so many hosts on each segment could fill the table with arp=True.

    others   entries of other networks
    """
    left = room(ipv6) - others
    entries = sum(map(learned, hosts))
    if entries <= left:
        return
    most = (1 + math.isqrt(1 + 4 * max(0, left))) // 2
    raise ValueError(
        say(
            "{hosts} hosts with arp=True can come to have {entries} entries in the table of neighbours, which is one "
            "for all networks of the machine and holds {all} (gc_thresh3); here {left} of these are left to use. "
            "Leave arp=True out, and the hosts know each other from the start, or take {most} hosts at most",
            hosts=sum(hosts),
            entries=entries,
            all=room(ipv6) * 2,
            left=max(0, left),
            most=most if most > 1 else 0,
        )
    )


def made(make: Callable[[], T]) -> T:
    """What `make` makes; where the kernel has no room (ENOBUFS) again for some seconds, and then the error says why."""
    until = time.monotonic() + _WITHIN
    while True:
        try:
            return make()
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise
            if time.monotonic() >= until:
                error.add_note(_full())
                raise
        time.sleep(_AGAIN)  # nothing tells when there is room again


def _full() -> str:
    return say(
        "The kernel had no room for {seconds:g} s. Most often its table of neighbours is full, which is one for all "
        "networks of the machine ({all} entries, net.ipv4.neigh.default.gc_thresh3): close networks with arp=True and "
        "other programs that speak to very many addresses, and run this again in a minute",
        seconds=_WITHIN,
        all=_entries("ipv4"),
    )


def _entries(family: str) -> int:
    try:
        with open(_ROOM.format(family=family)) as file:
            return int(file.read())
    except (OSError, ValueError):
        return _LINUX_OWN
