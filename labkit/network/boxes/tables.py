"""What middle boxes remember, as values: the translations of a NAT, the connections of a firewall."""

from __future__ import annotations

import html
import socket
from typing import Any, NamedTuple

from labkit.drawing.tables import Cell, aligned, page_table
from labkit.packets.addresses import format_address
from labkit.words import say

Endpoint = tuple[str, int]
"""An address and a port; of who pings the identifier, of who is pinged 0."""
_WORD = "text-align:left;padding:2px 10px"


class Translation(NamedTuple):
    """One connection through a NAT.

    protocol   "tcp", "udp", or "icmp" (echo)
    inside     who is inside, as it knows itself: ("10.0.1.1", 40000)
    outside    the same, as all know it who are outside: ("10.0.2.1", 61000)
    remote     who is at the other end
    state      of TCP: SYN-SENT, SYN-RECEIVED, ESTABLISHED, FIN (one side has closed), TIME-WAIT (both have); of all
               else UNREPLIED or REPLIED
    idle_s     seconds since a packet of it passed
    """

    protocol: str
    inside: Endpoint
    outside: Endpoint
    remote: Endpoint
    state: str
    idle_s: float


class Connection(NamedTuple):
    """One connection that a stateful firewall lets pass, in both directions.

    protocol   "tcp", "udp", "icmp" or "icmpv6" (echo), or a number;  state, idle_s: as of a `Translation`
    source     who began it;  target: whom it was for
    """

    protocol: str
    source: Endpoint
    target: Endpoint
    state: str
    idle_s: float


class _Table(tuple[Any, ...]):
    """Rows of one kind, with a text and an HTML form, which leave out what is another at every look: how long it is
    idle."""

    __slots__ = ()

    def __repr__(self) -> str:
        heads, lines = self._cells()
        return "\n".join(aligned([heads, *lines])) if lines else self._none()

    __str__ = __repr__

    def _none(self) -> str:
        """What it says without rows."""
        raise NotImplementedError

    def _heads(self) -> list[str]:
        """Of its columns, which are the first fields of its rows."""
        raise NotImplementedError

    def _cells(self) -> tuple[list[str], list[list[str]]]:
        heads = self._heads()
        return heads, [[_words(value) for value in row[: len(heads)]] for row in self]

    def _repr_html_(self) -> str:
        heads, lines = self._cells()
        if not lines:
            return f"<p>{html.escape(self._none())}</p>"
        rows = [[Cell.of(each, _WORD) for each in line] for line in lines]
        return page_table(
            rows, [Cell.of(head, _WORD, "col") for head in heads], style="border-collapse:collapse"
        )


class Translations(_Table):
    """The table of a NAT at one moment: a tuple of `Translation`, the oldest first."""

    __slots__ = ()

    def _none(self) -> str:
        return say("no translations")

    def _heads(self) -> list[str]:
        return [say("protocol"), say("inside"), say("outside"), say("remote"), say("state")]


class Connections(_Table):
    """The table of a firewall at one moment: a tuple of `Connection`, the oldest first."""

    __slots__ = ()

    def _none(self) -> str:
        return say("no connections")

    def _heads(self) -> list[str]:
        return [say("protocol"), say("source"), say("target"), say("state")]


def _words(value: str | Endpoint) -> str:
    if isinstance(value, str):
        return value
    return format_address(value) if value[1] else value[0]


def endpoint(raw: tuple[bytes, int]) -> Endpoint:
    """As the learner writes it."""
    address, port = raw
    return socket.inet_ntop(socket.AF_INET if len(address) == 4 else socket.AF_INET6, address), port
