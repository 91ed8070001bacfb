"""A network as a value: who has which interface, which address, and which way to the others.  Pure.

    one segment    10.0.0.n, fd00::n and 02:00:00:00:00:0n for its n-th host
    several        10.0.k.n, fd00:0:0:k::n and 02:00:00:00:0k:0n for the n-th host of the k-th (numbers in hexadecimal
                   but for IPv4's)

A host that is on several segments has an interface on each, eth0, eth1 … in the order in which they are named, and
forwards packets between them (RFC 1812). To a segment that a host is not on leads the way over the fewest forwarding
hosts; of ways that are as short, the one over the segment, and there over the host, that is named first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

PREFIX, PREFIX6 = 24, 64
"""Bits of an address that name its segment."""


class Interface(NamedTuple):
    """A host's interface.

    name      as the host's kernel has it: "eth0"
    segment   the name of the segment that it is on; "" for the one of `Network("client", "server")`
    address   its IPv4 address;  address6: its IPv6 address, None without IPv6;  mac: "02:00:00:00:00:01"
    """

    name: str
    segment: str
    address: str
    address6: str | None
    mac: str


class Way(NamedTuple):
    """How a host comes to a segment.

    hops       how many hosts forward its packets until they are there; 0: it is on the segment itself
    out        the segment that its packets leave it on
    gateway    the first host that forwards them; None: none does
    """

    hops: int
    out: str
    gateway: str | None


class Route(NamedTuple):
    """A line of a host's table of routes: to the network *destination*, over *via*, out of *interface*."""

    destination: str
    via: str
    interface: str


class Plan:
    """What `Network(...)` is to make.

    layout   {name of a segment: names of the hosts on it, in order}
    hosts    names of the hosts, in the order in which they are named first
    """

    def __init__(self, layout: Mapping[str, Sequence[str]], ipv6: bool = False) -> None:
        self.layout = {segment: tuple(members) for segment, members in layout.items()}
        self.hosts = tuple(dict.fromkeys(host for members in self.layout.values() for host in members))
        self.ipv6 = ipv6
        self._numbers = {segment: number for number, segment in enumerate(self.layout, 1)}
        self._interfaces = {host: self._of(host) for host in self.hosts}
        self._ways = {host: self._ways_from(host) for host in self.hosts}

    @property
    def several(self) -> bool:
        """Are there several segments?"""
        return len(self.layout) > 1

    def interfaces(self, host: str) -> tuple[Interface, ...]:
        """Those of a host, eth0 first."""
        return self._interfaces[host]

    def forwards(self, host: str) -> bool:
        """Does it pass on packets that are for others?"""
        return len(self._interfaces[host]) > 1

    def on(self, host: str, segment: str) -> Interface:
        """The host's interface on a segment."""
        return next(each for each in self._interfaces[host] if each.segment == segment)

    def stations(self) -> list[tuple[str, str]]:
        """(host, segment) of each interface, host by host: its place in the list is its number on the wire."""
        return [(host, each.segment) for host, interfaces in self._interfaces.items() for each in interfaces]

    def addresses(self) -> dict[str, str]:
        """{address: name of the host}, host by host, those of both families."""
        return {
            address: host
            for host, interfaces in self._interfaces.items()
            for each in interfaces
            for address in (each.address, each.address6)
            if address is not None
        }

    def nearest(self, host: str, other: str) -> Interface:
        """Which interface of another host do packets of this one come to over the fewest forwarding hosts?

        Of those as near the first; of the host itself eth0.
        """
        ways = self._ways[host]
        return min(self._interfaces[other], key=lambda each: ways[each.segment].hops)

    def reached(self) -> set[str]:
        """The segments that the first host has a way to; all of them, if the network is in one piece."""
        return set(self._ways[self.hosts[0]])

    def routes(self, host: str, *, ipv6: bool = False) -> tuple[Route, ...]:
        """To each segment that the host is not on, in order."""
        found = []
        for segment in self.layout:
            way = self._ways[host][segment]
            if way.gateway is not None:
                via, own = self.on(way.gateway, way.out), self.on(host, way.out)
                address = via.address6 if ipv6 else via.address
                if address is not None:
                    found.append(Route(self.network(segment, ipv6=ipv6), address, own.name))
        return tuple(found)

    def network(self, segment: str, *, ipv6: bool = False) -> str:
        """The segment's network: "10.0.1.0/24"."""
        number = self._number(segment)
        return f"{_prefix6(number)}::/{PREFIX6}" if ipv6 else f"10.0.{number}.0/{PREFIX}"

    def _number(self, segment: str) -> int:
        return self._numbers[segment] if self.several else 0

    def _of(self, host: str) -> tuple[Interface, ...]:
        found: list[Interface] = []
        for segment, members in self.layout.items():
            if host in members:
                k, n = self._number(segment), members.index(host) + 1
                found.append(
                    Interface(
                        f"eth{len(found)}",
                        segment,
                        f"10.0.{k}.{n}",
                        f"{_prefix6(k)}::{n:x}" if self.ipv6 else None,
                        f"02:00:00:00:{k:02x}:{n:02x}",
                    )
                )
        return tuple(found)

    def _ways_from(self, host: str) -> dict[str, Way]:
        """Breadth first: what was found is as near as can be, and stays."""
        ways = {each.segment: Way(0, each.segment, None) for each in self._interfaces[host]}
        todo = list(ways)
        for segment in todo:  # which grows as we go
            way = ways[segment]
            for member in self.layout[segment]:
                for each in self._interfaces[member] if member != host else ():
                    if each.segment not in ways:
                        ways[each.segment] = Way(way.hops + 1, way.out, way.gateway or member)
                        todo.append(each.segment)
        return ways


def _prefix6(number: int) -> str:
    return f"fd00:0:0:{number:x}" if number else "fd00"
