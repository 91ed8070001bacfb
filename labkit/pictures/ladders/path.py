"""Hosts in the order in which packets pass them, for the lifelines of a ladder.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def in_path_order(hosts: Iterable[str], layout: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The hosts from one end of the network to the other: each router stands between the segments that it joins.

    layout   {segment: names of the hosts on it}; with one segment its hosts alone are given, with none the order stays

    It begins on the first segment that one router alone joins to the rest, with who is there and no router; then comes
    each router, and behind it what it leads to. Hosts that are on no segment follow.
    """
    known = tuple(hosts)
    if len(layout) < 2:
        members = set().union(*layout.values())
        return tuple(name for name in known if name in members) or known
    routers = {name for name in known if sum(name in members for members in layout.values()) > 1}
    ends = [segment for segment, members in layout.items() if sum(name in routers for name in members) == 1]
    found: dict[str, None] = {}
    passed: set[str] = set()

    def walk(segment: str) -> None:
        passed.add(segment)
        found.update(dict.fromkeys(name for name in layout[segment] if name not in routers))
        for router in layout[segment]:
            if router in routers:
                found[router] = None
                for other, members in layout.items():
                    if router in members and other not in passed:
                        walk(other)

    walk((ends or list(layout))[0])
    wanted = set(known)
    return tuple(name for name in dict.fromkeys((*found, *known)) if name in wanted)
