"""What a firewall lets in: rules as the learner writes them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from labkit.wire.icmp import kinds
from labkit.wire.selectors import is_int
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.core import Core
    from labkit.wire.boxes.rules import Network, RuleMessage

Ports = bool | int | Iterable[int]


class Allow:
    """What may begin from outside, by a firewall of a router's; all that is given must fit.

        Allow(tcp=80, to="server")            Allow(icmp="echo-request")            Allow(sender="friend")

    tcp, udp      the port that it is for: a number, several as (80, 443) or a range, True for all
    icmp          an ICMP message by its name, as of `Drop`; True for all
    source_port   of TCP or UDP, the port that it is from
    sender, to    who sends it, whom it is for: a host's name, an address, or a network, "10.0.2.0/24"

    A value: two that say the same are equal.  Raises ValueError for what could never fit, and where nothing is given.
    """

    def __init__(
        self,
        *,
        tcp: Ports | None = None,
        udp: Ports | None = None,
        icmp: str | bool | None = None,
        source_port: int | Iterable[int] | None = None,
        sender: str | None = None,
        to: str | None = None,
    ) -> None:
        given = dict(tcp=tcp, udp=udp, icmp=icmp, source_port=source_port, sender=sender, to=to)
        self._given: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        protocols = [name for name in ("tcp", "udp", "icmp") if name in self._given]
        if not self._given:
            raise ValueError(
                say("Allow() allows everything; say what, as in Allow(tcp=80), or take the firewall away")
            )
        if len(protocols) > 1:
            raise ValueError(
                say(
                    "a packet is of one protocol: write a rule for {one}, and another for {other}",
                    one=protocols[0],
                    other=protocols[1],
                )
            )
        self._protocol = protocols[0] if protocols else None
        if source_port is not None and self._protocol not in ("tcp", "udp"):
            raise ValueError(say("source_port is one of TCP or UDP; write Allow(tcp=True, source_port=80)"))
        said: Any = self._given.get(self._protocol or "")
        is_icmp = self._protocol == "icmp"
        self._ports = None if is_icmp or said is None or said is True else _ports(self._protocol or "", said)
        self._source_ports = None if source_port is None else _ports("source_port", source_port)
        self._icmp = sorted(kinds(said), key=str) if is_icmp and said is not True else None
        for name in ("sender", "to"):
            if name in self._given and not isinstance(self._given[name], str):
                raise ValueError(
                    say(
                        "{name} is a host's name, an address or a network (got {got!r}); write {name}='server'",
                        name=name,
                        got=self._given[name],
                    )
                )

    def __repr__(self) -> str:
        return f"Allow({', '.join(f'{name}={value!r}' for name, value in self._given.items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Allow) and self._meaning() == other._meaning()

    def __hash__(self) -> int:
        return hash(self._meaning())

    def _meaning(self) -> tuple[Any, ...]:
        """What it says, however that was written: to Python 1 is True, and (1, 2) is not range(1, 3)."""
        several = [
            None if each is None else tuple(each) for each in (self._ports, self._source_ports, self._icmp)
        ]
        return (self._protocol, *several, self._given.get("sender"), self._given.get("to"))

    def as_message(self, core: Core) -> RuleMessage:
        """The rule as plain values, for the wire of this network.  Raises ValueError for a host that it has not got."""
        return {
            "protocol": self._protocol,
            "ports": self._ports,
            "source_ports": self._source_ports,
            "icmp": self._icmp,
            "senders": self._networks(core, "sender"),
            "targets": self._networks(core, "to"),
        }

    def _networks(self, core: Core, name: str) -> list[Network] | None:
        said = self._given.get(name)
        if said is None:
            return None
        own = [address for address, host in core.addresses.items() if host == said]
        try:
            networks = [ipaddress.ip_network(each) for each in own or [said]]
        except ValueError:
            raise ValueError(
                say(
                    "{rule!r}: {name} is a host's name, an address or a network; this network has {hosts}",
                    rule=self,
                    name=name,
                    hosts=", ".join(core.names),
                )
            ) from None
        return [(each.version, int(each.network_address), int(each.netmask)) for each in networks]


def _ports(name: str, said: Any) -> list[int]:
    numbers = [said] if is_int(said) else said
    if (
        not isinstance(numbers, (tuple, list, set, frozenset, range))
        or not numbers
        or not all(is_int(each) and 0 <= each <= 65_535 for each in numbers)
    ):
        raise ValueError(
            say(
                "{name} is a port from 0 to 65535, several as (80, 443), a range, or True for all (got {got!r})",
                name=name,
                got=said,
            )
        )
    return sorted(set(numbers))
