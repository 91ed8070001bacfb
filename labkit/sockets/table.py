"""The socket table of a host: what ``ss`` or TCPView shows, read from the kernel (/proc/net, proc(5))."""

from __future__ import annotations

import html
import socket
from collections.abc import Iterable
from typing import Any

from labkit.packets.addresses import format_address
from labkit.sockets.row import Row, remote_of
from labkit.traces.machine import STATES

# The order in which a reader looks for sockets: who listens, who talks, who is closing.
_ORDER = {state: place for place, state in enumerate((*STATES[1:], STATES[0]))}  # CLOSED last


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
            and (port is None or row.local[1] == port or (row.remote is not None and row.remote[1] == port))
            and (protocol is None or row.protocol.startswith(protocol.lower()))
            and (owner is None or owner in row.owner)
        ]
        return SocketTable(rows, self.host, self.colour)

    def __repr__(self) -> str:
        heads, lines = self._cells()
        if not lines:
            return f"{self.host}: no sockets"
        widths = [max(len(line[i]) for line in [heads, *lines]) for i in range(len(heads))]
        numbers = [head.endswith("queue") for head in heads]
        text = [self.host] if self.host else []
        text += [
            "  ".join(
                cell.rjust(width) if number else cell.ljust(width)
                for cell, width, number in zip(line, widths, numbers, strict=True)
            ).rstrip()
            for line in [heads, *lines]
        ]
        return "\n".join(text)

    __str__ = __repr__

    def _cells(self) -> tuple[list[str], list[list[str]]]:
        heads = ["protocol", "state", "local", "remote", "recv queue", "send queue", "owner"]
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
            heads.append("timer")
            for line, row in zip(lines, self, strict=True):
                line.append(row.timer or "-")
        return heads, lines

    def _repr_html_(self) -> str:
        heads, lines = self._cells()
        edge = f"border-left:4px solid {self.colour};" if self.colour else ""
        number = "text-align:right;font-variant-numeric:tabular-nums;padding:2px 10px"
        word = "text-align:left;padding:2px 10px"
        styles = [number if head.endswith("queue") else word for head in heads]
        caption = f"Sockets of {html.escape(self.host)}" if self.host else "Sockets"
        if not lines:
            caption += ": none"
        head = "".join(
            f'<th scope="col" style="{style}">{html.escape(cell)}</th>'
            for cell, style in zip(heads, styles, strict=True)
        )
        body = "".join(
            "<tr>"
            + "".join(
                f'<th scope="row" style="{style};font-weight:normal">{html.escape(cell)}</th>'
                if i == 0
                else f'<td style="{style}">{html.escape(cell)}</td>'
                for i, (cell, style) in enumerate(zip(line, styles, strict=True))
            )
            + "</tr>"
            for line in lines
        )
        # A narrow window scrolls it, and a keyboard can only scroll what takes the focus.
        return (
            f'<div tabindex="0" role="region" aria-label="{caption}" style="overflow-x:auto">'
            f'<table class="labkit-sockets" style="{edge}border-collapse:collapse">'
            f'<caption style="text-align:left;font-weight:bold">{caption}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )


def _place(row: Row) -> tuple[Any, ...]:
    def key(address: tuple[str, int] | None) -> tuple[bytes, int]:
        if address is None:
            return (b"", 0)
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        return (socket.inet_pton(family, address[0]), address[1])

    return (row.protocol, _ORDER.get(row.state, 99), key(row.local), key(row.remote), row.inode)
