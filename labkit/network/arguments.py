"""What `Network(...)` may be given; what it may not is refused with what to write instead."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from typing import Any

from labkit.network.plan import Plan
from labkit.words import say

MOST_HOSTS, MOST_SEGMENTS, MOST_INTERFACES = 64, 16, 256
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,31}")
_SEVERAL = "lan=['client', 'router'], wan=['router', 'server']"


def check_layout(
    hosts: tuple[str, ...], segments: Mapping[str, Any], taken: Collection[str], known: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """{segment: names of its hosts}, "" for the one without a name; raises TypeError or ValueError.

    hosts      what was given by position
    segments   what was given by a keyword that is no argument
    taken      names that mean something else on a network
    known      the keywords that are arguments
    """
    for name, members in segments.items():
        if not isinstance(members, (list, tuple)):
            raise TypeError(
                say(
                    "Network() has no argument {name} ({known}); a segment is a list of hosts' names, as in "
                    "Network({several}) (got {name}={members!r})",
                    name=name,
                    known=", ".join(known),
                    several=_SEVERAL,
                    members=members,
                )
            )
    if not segments:
        return {"": check_names(hosts)}
    if hosts:
        raise TypeError(
            say(
                "name the hosts of one segment, Network('client', 'server'), or who is on each of several, "
                "Network({several}); not both (got {hosts} beside {segments})",
                several=_SEVERAL,
                hosts=", ".join(map(repr, hosts)),
                segments=", ".join(segments),
            )
        )
    layout = {name: tuple(members) for name, members in segments.items()}
    if len(layout) > MOST_SEGMENTS:
        raise ValueError(
            say("a network has up to {most} segments (got {n})", most=MOST_SEGMENTS, n=len(layout))
        )
    for name, members in layout.items():
        _check_segment(name, members, taken)
    names = dict.fromkeys(host for members in layout.values() for host in members)
    for name in layout:
        if name in names:
            raise ValueError(say("{name!r} is a segment and a host on it; give each its own name", name=name))
    if len(names) > MOST_HOSTS:
        raise ValueError(say("a network has up to {most} hosts (got {n})", most=MOST_HOSTS, n=len(names)))
    if (count := sum(map(len, layout.values()))) > MOST_INTERFACES:
        raise ValueError(
            say("a network has up to {most} interfaces in all (got {n})", most=MOST_INTERFACES, n=count)
        )
    reached = Plan(layout).reached()
    if apart := [name for name in layout if name not in reached]:
        raise ValueError(
            say(
                "no host joins {apart} with {first}; put one, a router, on both: Network({several})",
                apart=", ".join(apart),
                first=next(iter(layout)),
                several=_SEVERAL,
            )
        )
    return layout


def _check_segment(name: str, members: tuple[Any, ...], taken: Collection[str]) -> None:
    if not _NAME.fullmatch(name) or not name.isidentifier() or name.startswith("_"):
        raise ValueError(
            say(
                "a segment's name is a letter, then letters, digits or '_', at most 32 in all (got {name!r})",
                name=name,
            )
        )
    if name in taken:
        raise ValueError(say("net.{name} is something else already; call the segment otherwise", name=name))
    for host in members:
        _check_name(host)
        if members.count(host) > 1:
            raise ValueError(
                say("{host!r} is named twice on {name}; a host has one interface there", host=host, name=name)
            )
    if len(members) < 2:
        raise ValueError(
            say(
                "a segment joins at least 2 hosts (got {name}={members!r}); put another on it, or leave it out",
                name=name,
                members=list(members),
            )
        )


def check_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """The hosts' names, if there are from 2 to 64 good ones; raises TypeError or ValueError."""
    if len(names) == 1 and isinstance(names[0], (list, tuple)):
        raise TypeError(f"give the names one by one: Network({', '.join(map(repr, names[0]))})")
    if not 2 <= len(names) <= MOST_HOSTS:
        raise ValueError(
            f"a network has from 2 to {MOST_HOSTS} hosts (got {len(names)}); write Network('client', 'server')"
        )
    for name in names:
        _check_name(name)
        if names.count(name) > 1:
            raise ValueError(f"two hosts are called {name!r}; give each its own name")
    return names


def _check_name(name: Any) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(
            f"a host's name is a letter, then letters, digits, '-', '_' or '.', at most 32 in all (got {name!r})"
        )


def check_mtu(mtu: Any, layout: Collection[str], ipv6: bool) -> dict[str, int]:
    """{segment: bytes in a packet}, from a number for all or a dict of those that differ from 1500; or ValueError."""
    each = dict.fromkeys(layout, 1500)
    if isinstance(mtu, Mapping):
        for name, value in mtu.items():
            if name not in each or not name:
                raise ValueError(
                    say(
                        "mtu names the segment {name!r}; this network has {names}",
                        name=name,
                        names=", ".join(layout)
                        if all(layout)
                        else say("one, without a name: write mtu=1400"),
                    )
                )
            check_whole(f"mtu of {name}", value, 576, 1500)
        each |= mtu
    else:
        check_whole("mtu", mtu, 576, 1500)
        each = dict.fromkeys(each, mtu)
    if ipv6 and min(each.values()) < 1280:
        raise ValueError(
            f"IPv6 needs an mtu of at least 1280 (got {min(each.values())}; RFC 8200, section 5)"
        )
    return each


def check_port(port: str | None) -> str | None:
    """How the wire holds cables, as asked for here or by LABKIT_PORT; None: as the machine allows."""
    port = port or os.environ.get("LABKIT_PORT") or None
    if port not in (None, "tap", "packet"):
        raise ValueError(f"port is 'tap', 'packet' or None (got {port!r})")
    return port


def check_whole(name: str, value: Any, low: int, high: int) -> None:
    """Raise ValueError for what is no whole number from *low* to *high*."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} is a whole number from {low} to {high} (got {value!r})")
