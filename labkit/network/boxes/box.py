"""A middle box on a router: put there, looked into, taken away."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from labkit.network.boxes.tables import Connection, Connections, Translation, Translations, endpoint
from labkit.wire.selectors import is_number
from labkit.words import say

if TYPE_CHECKING:
    from typing import Protocol

    from labkit.network.core import Core
    from labkit.network.plan import Interface

    class Router(Protocol):
        """A host, which may be one."""

        core: Core
        name: str
        interfaces: tuple[Interface, ...]


_KINDS = {"nat": "NAT", "firewall": "firewall"}
_HOW = {
    "nat": "{host}.nat(inside='lan', outside='wan')",
    "firewall": "{host}.firewall(outside='wan')",
}


class MiddleBox:
    """What stands between a router and one of its segments, until `remove()` or the network's end.

    kind      "nat" or "firewall"
    router    the host that it stands on;  outside: the segment
    """

    def __init__(self, router: Router, kind: str, outside: str, words: str) -> None:
        self.router, self.kind, self.outside, self._words = router, kind, outside, words

    def remove(self) -> None:
        """Take it away, with all that it remembers."""
        self.router.core.cables.box((self.router.name, self.outside), "remove", self.kind)

    def __repr__(self) -> str:
        return f"<{self._words}>"


def interface_on(router: Router, outside: str) -> Interface:
    """The router's interface on the segment.  Raises ValueError for a host or a segment where no box can stand, and
    NeedsHosts where the mode has no hosts of their own."""
    router.core.cables.check(say("a middle box on {host}", host=router.name))
    known = [each.segment for each in router.interfaces]
    if len(known) < 2:
        raise ValueError(
            say(
                "a middle box stands between the segments of a router, and {host} is on one only; make a network with "
                "Network(lan=['client', 'router'], wan=['router', 'server'])",
                host=router.name,
            )
        )
    for each in router.interfaces:
        if each.segment == outside:
            return each
    raise ValueError(
        say(
            "outside is a segment of {host}'s, of {known} (got {outside!r})",
            host=router.name,
            known=", ".join(map(repr, known)),
            outside=outside,
        )
    )


def check_idle(idle_s: float | None) -> float | None:
    """The time after which a box forgets, as the wire takes it."""
    if idle_s is not None and not (is_number(idle_s) and 0 < idle_s <= 86_400):
        raise ValueError(
            say(
                "idle_s is a number of seconds above 0 and at most 86400, or None for what the RFCs say (got {got!r})",
                got=idle_s,
            )
        )
    return None if idle_s is None else float(idle_s)


def rejects(name: str, value: str) -> bool:
    """Is what does not pass told so?"""
    if value not in ("drop", "reject"):
        raise ValueError(
            say(
                "{name} is 'drop' (silence) or 'reject' (a reset or an ICMP error) (got {got!r})",
                name=name,
                got=value,
            )
        )
    return value == "reject"


def packed(address: str) -> bytes:
    """An address, as it stands in packets."""
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def translations(router: Router) -> Translations:
    """The connections through all NATs of a router.  Raises ValueError where it has none."""
    return Translations(
        Translation(protocol, endpoint(inside), endpoint(outside), endpoint(remote), state, idle)
        for protocol, (inside, outside, remote), state, idle in _rows(router, "nat")
    )


def connections(router: Router) -> Connections:
    """Those through all firewalls of a router.  Raises ValueError where it has none."""
    return Connections(
        Connection(protocol, endpoint(source), endpoint(target), state, idle)
        for protocol, (source, target), state, idle in _rows(router, "firewall")
    )


def forget(router: Router) -> None:
    """Let all its boxes forget all connections.  Raises ValueError where it has no box."""
    cables, name = router.core.cables, router.name
    forgot = [cables.box((name, each.segment), "forget") for each in router.interfaces]  # each of them
    if not any(forgot):
        raise ValueError(say("{host} has nothing to forget: it has no NAT and no firewall", host=router.name))


def _rows(router: Router, kind: str) -> list[Any]:
    cables, name = router.core.cables, router.name
    found = [cables.box((name, each.segment), "table", kind) for each in router.interfaces]
    if all(rows is None for rows in found):
        raise ValueError(
            say(
                "{host} has no {kind}; write {how}",
                host=name,
                kind=_KINDS[kind],
                how=_HOW[kind].format(host=name),
            )
        )
    return [row for rows in found for row in rows or ()]
