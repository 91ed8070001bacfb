"""The socket table of a host: what ``ss`` or TCPView shows, read from the kernel (/proc/net, proc(5))."""

from __future__ import annotations

import html
import socket
from collections.abc import Iterable
from typing import Any

from labkit.drawing.legend import legend
from labkit.drawing.tables import Cell, aligned, page_table
from labkit.packets.addresses import format_address
from labkit.sockets.row import Row, remote_of
from labkit.traces.machine import STATES
from labkit.words import say

# The order in which a reader looks for sockets: who listens, who talks, who is closing.
_ORDER = {state: place for place, state in enumerate((*STATES[1:], STATES[0]))}  # CLOSED last
_NUMBERS = (4, 5)
"""Which columns are numbers: the queues."""
_TERMS = "protocol", "state", "recv queue", "send queue", "owner"
"""What at the heads of columns the glossary explains."""
_NUMBER = "text-align:right;font-variant-numeric:tabular-nums;padding:2px 10px"
_WORD = "text-align:left;padding:2px 10px"


class SocketTable(tuple[Row, ...]):
    """The sockets of a host at one moment: a tuple of ``Row``, with a text and an HTML form.

    ``find(state="LISTEN", port=8080)`` gives the rows that fit.
    """

    host: str
    colour: str

    def __new__(cls, rows: Iterable[Row] = (), host: str = "", colour: str = "") -> SocketTable:
        table = super().__new__(cls, sorted(rows, key=_place))
        table.host, table.colour = host, colour
        return table

    def find(
        self,
        *,
        state: str | None = None,
        port: int | None = None,
        protocol: str | None = None,
        owner: str | None = None,
    ) -> SocketTable:
        """Which sockets have this state, local or remote port, protocol ("tcp" is also tcp6), owner?"""
        if state is not None:
            known = state.upper().replace("_", "-")
            if known not in _ORDER and known != "CONNECTED":
                raise ValueError(f"there is no state {state!r}; the states are {', '.join(_ORDER)}")
            state = known
        rows = [
            row
            for row in self
            if (state is None or row.state.upper() == state)
            and (port is None or _has(row, port))
            and (protocol is None or row.protocol.startswith(protocol.lower()))
            and (owner is None or owner in row.owner)
        ]
        return SocketTable(rows, self.host, self.colour)

    def __repr__(self) -> str:
        heads, lines = self._cells()
        if not lines:
            return say("{host}: no sockets", host=self.host)
        return "\n".join([*([self.host] if self.host else []), *aligned([heads, *lines], _NUMBERS)])

    __str__ = __repr__

    def _cells(self) -> tuple[list[str], list[list[str]]]:
        heads = [
            say("protocol"),
            say("state"),
            say("local"),
            say("remote"),
            say("recv queue"),
            say("send queue"),
            say("owner"),
        ]
        lines = [
            [
                row.protocol,
                row.state or "-",
                format_address(row.local),
                remote_of(row),
                str(row.recv_queue),
                str(row.send_queue),
                row.owner or "-",
            ]
            for row in self
        ]
        if any(row.timer for row in self):
            heads.append(say("timer"))
            for line, row in zip(lines, self, strict=True):
                line.append(row.timer or "-")
        return heads, lines

    def _repr_html_(self) -> str:
        heads, lines = self._cells()
        styles = [_NUMBER if place in _NUMBERS else _WORD for place in range(len(heads))]
        caption = html.escape(say("Sockets of {host}", host=self.host) if self.host else say("Sockets"))
        if not lines:
            caption = say("{caption}: none", caption=caption)
        table = page_table(
            [
                [
                    Cell.of(line[0], f"{styles[0]};font-weight:normal", "row"),
                    *map(Cell.of, line[1:], styles[1:]),
                ]
                for line in lines
            ],
            [Cell.of(head, style, "col") for head, style in zip(heads, styles, strict=True)],
            caption=caption,
            kind="labkit-sockets",
            style=(f"border-left:4px solid {self.colour};" if self.colour else "")
            + "border-collapse:collapse",
        )
        # A narrow window scrolls it, and a keyboard can only scroll what takes the focus.
        shown = dict.fromkeys((*_TERMS, *(row.state for row in self if row.state)))
        below = legend(shown) if lines else ""
        return f'<div tabindex="0" role="region" aria-label="{caption}" style="overflow-x:auto">{table}{below}</div>'


def _has(row: Row, port: int) -> bool:
    """Is it at one of its ends?  A raw socket has no port."""
    ends = (row.local, row.remote or ("", None))
    return not row.protocol.startswith("raw") and port in [end[1] for end in ends]


def _place(row: Row) -> tuple[Any, ...]:
    def key(address: tuple[str, int] | None) -> tuple[bytes, int]:
        if address is None:
            return (b"", 0)
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        return (socket.inet_pton(family, address[0]), address[1])

    return (row.protocol, _ORDER.get(row.state, 99), key(row.local), key(row.remote), row.inode)
