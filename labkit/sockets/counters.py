"""What a host's kernel has counted: datagrams that found no room, fragments that never became whole, SYN cookies.

Names are those of `nstat`: the group before the name, as in "UdpRcvbufErrors".  Source: /proc/net/snmp and
/proc/net/netstat, whose lines come in pairs, names and numbers (net/ipv4/proc.c); RFC 4113 (UDP), RFC 4293 (IP,
ICMP), RFC 4022 (TCP), and the kernel documentation's snmp_counter say what they count.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host

FILES = ("snmp", "netstat")
NO_COUNTS = frozenset(
    "IpForwarding IpDefaultTTL TcpRtoAlgorithm TcpRtoMin TcpRtoMax TcpMaxConn TcpCurrEstab".split()
)
"""Settings and states that stand among the counts; nstat leaves them out, too (misc/nstat.c of iproute2)."""
SHOWN = 3  # names that may have been meant


class Counters(Mapping[str, int]):
    """The kernel's counts at one moment, by name, or what was counted between two: `host.counters() - before`.

    A mapping that nobody can change: `counters["UdpRcvbufErrors"]`.  Shown is what is not 0.  Raises KeyError for a
    name that the kernel does not count.
    """

    def __init__(self, counts: Mapping[str, int], host: str = "") -> None:
        self._counts = dict(counts)
        self.host = host

    def __getitem__(self, name: str) -> int:
        if name in self._counts:
            return self._counts[name]
        near = likely(name, self._counts)
        template = "the kernel counts no {name!r}; did you mean {near}?"
        if not near:
            template = "the kernel counts no {name!r}; list(host.counters()) has all names"
        raise KeyError(say(template, name=name, near=say(" or ").join(near)))

    def __contains__(self, name: object) -> bool:
        return name in self._counts

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def __sub__(self, before: Counters) -> Counters:
        """What was counted since *before*; a count that the kernel did not show then was 0.

        Raises ValueError for the counts of another host.
        """
        if not isinstance(before, Counters):
            return NotImplemented
        if before.host != self.host:
            template = "counts of {one} and of {other} have no difference; take both of one host"
            raise ValueError(say(template, one=self.host, other=before.host))
        return Counters(
            {name: n - before._counts.get(name, 0) for name, n in self._counts.items()}, self.host
        )

    def __repr__(self) -> str:
        counted = {name: n for name, n in self._counts.items() if n}
        width = max(map(len, counted), default=0)
        lines = [f"{name:{width}}  {n}" for name, n in counted.items()]
        return "\n".join([self.host, *(lines or [say("nothing counted")])]).lstrip("\n")


def likely(name: object, known: Mapping[str, int]) -> list[str]:
    """Which of the known names may have been meant?"""
    if not isinstance(name, str):
        return []
    inside = [each for each in known if name and name.lower() in each.lower()]
    return (inside or difflib.get_close_matches(name, known, n=SHOWN))[:SHOWN]


def parsed(text: str) -> dict[str, int]:
    """The counts in the text of one of the files, by nstat's names.  Raises ValueError for what it cannot read."""
    counts: dict[str, int] = {}
    lines = text.splitlines()
    for names, numbers in zip(lines[::2], lines[1::2], strict=True):
        group, *columns = names.split()
        same, *values = numbers.split()
        if group != same or len(columns) != len(values):
            raise ValueError(
                say("names {names!r} and numbers {numbers!r} are no pair", names=names, numbers=numbers)
            )
        counts.update(
            (group.removesuffix(":") + column, int(n)) for column, n in zip(columns, values, strict=True)
        )
    return counts


def counters(host: Host) -> Counters:
    """What the kernel has counted for this host since the network was made.

    Raises NeedsHosts where hosts have no kernel's stack of their own.
    """
    counts: dict[str, int] = {}
    for file in FILES:
        counts |= parsed(host.core.proc_net(host.name, file))
    return Counters({name: n for name, n in counts.items() if name not in NO_COUNTS}, host.name)
