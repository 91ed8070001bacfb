"""The socket table of a host: what ``ss`` or TCPView shows, read from the kernel (/proc/net, proc(5))."""

from __future__ import annotations

import html
import os
import socket
import struct
from typing import NamedTuple

from labkit.drawing.style import colour_of
from labkit.modes.needs import Unavailable
from labkit.sockets import owners
from labkit.sockets.timeline import format_address
from labkit.traces.states import KERNEL_STATES, STATES

# Timers of proc(5) and net/ipv4/tcp_ipv4.c: get_tcp4_sock
_TIMERS = {0: "", 1: "retransmission", 2: "keep-alive", 3: "TIME-WAIT", 4: "zero-window probe"}
# The order in which a reader looks for sockets: who listens, who talks, who is closing.
_ORDER = {state: place for place, state in enumerate((*STATES[1:], STATES[0]))}  # CLOSED last


class Row(NamedTuple):
    """One socket of a host."""

    protocol: str  # "tcp", "tcp6", "udp", "udp6"
    state: str  # RFC 9293 names; for UDP "" (bound) or "connected"
    local: tuple[str, int]
    remote: tuple[str, int] | None  # None: any (a listener, an unconnected UDP socket)
    recv_queue: int  # bytes that wait to be read; of a listener, connections that wait for accept()
    send_queue: int  # bytes not yet acknowledged, or not yet sent
    owner: str = ""  # "listen()", "accept() in echo", "program nc"; "" if not known
    timer: str = ""  # "retransmission", "keep-alive", "TIME-WAIT", "zero-window probe" or ""
    inode: int = 0  # 0 when no process holds the socket any more

    @property
    def port(self) -> int:
        """The local port."""
        return self.local[1]

    def __str__(self) -> str:
        return f"{self.protocol} {self.state} {format_address(self.local)} → {_remote(self)}".replace(
            "  ", " "
        )


class SocketTable(tuple):
    """The sockets of a host at one moment: a tuple of ``Row``, with a text and an HTML form.

    ``find(state="LISTEN", port=8080)`` gives the rows that fit.
    """

    def __new__(cls, rows=(), host: str = "", colour: str = ""):
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
                _remote(row),
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


def _remote(row: Row) -> str:
    return "any" if row.remote is None else format_address(row.remote)


def _place(row: Row):
    def key(address):
        if address is None:
            return (b"", 0)
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        return (socket.inet_pton(family, address[0]), address[1])

    return (row.protocol, _ORDER.get(row.state, 99), key(row.local), key(row.remote), row.inode)


def parse(text: str, protocol: str) -> list[Row]:
    """Rows of the text of /proc/net/{tcp,tcp6,udp,udp6}; raises ValueError for a line that it cannot read."""
    rows = []
    for line in text.splitlines():
        fields = line.split()
        if not fields or fields[0] == "sl":
            continue
        try:
            local, remote = _address(fields[1]), _address(fields[2])
            number = int(fields[3], 16)
            send, receive = (int(queue, 16) for queue in fields[4].split(":"))
            timer, inode = int(fields[5].split(":")[0], 16), int(fields[9])
        except (IndexError, ValueError, OSError, struct.error) as error:
            raise ValueError(f"/proc/net/{protocol}: cannot read the line {line!r}") from error
        if protocol.startswith("tcp"):
            state = KERNEL_STATES.get(number, f"state {number}")
        else:
            state = "connected" if number == 1 else ""
        anyone = remote[1] == 0
        rows.append(
            Row(
                protocol,
                state,
                local,
                None if anyone else remote,
                receive,
                send,
                timer=_TIMERS.get(timer, f"timer {timer}"),
                inode=inode,
            )
        )
    return rows


def _address(field: str) -> tuple[str, int]:
    """ "0100007F:1F90" is 127.0.0.1:8080: 32-bit words in the machine's byte order, then the port."""
    words, port = field.split(":")
    if len(words) not in (8, 32):
        raise ValueError(field)
    raw = b"".join(struct.pack("=I", int(words[i : i + 8], 16)) for i in range(0, len(words), 8))
    family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
    return socket.inet_ntop(family, raw), int(port, 16)


def socket_table(host, *, protocols=("tcp", "tcp6", "udp", "udp6"), own_only: bool = False) -> SocketTable:
    """The sockets of a host now.

    own_only: only those that this process made (without namespaces, the machine has others).
    """
    rows = []
    for protocol in protocols:
        try:
            text = host.core.proc_net(host.name, protocol)
        except FileNotFoundError:  # no IPv6 in this kernel
            continue
        rows += parse(text, protocol)
    programs = _inodes_of_programs(host) if any(row.inode for row in rows) else {}
    listening = {row.local[1] for row in rows if row.state == "LISTEN"}
    named = []
    for row in rows:
        owner = owners.owner_of(row.inode) if row.inode else None
        if owner is not None and owner.host == host.name:
            named.append(row._replace(owner=str(owner)))
        elif row.inode in programs:
            named.append(row._replace(owner=f"program {programs[row.inode]}"))
        elif not own_only:
            named.append(row if row.inode else row._replace(owner=_left(row, listening)))
    if "tcp" in protocols:
        named += _bound(host, {row.inode for row in rows})
    return SocketTable(named, host.name, colour_of(host.number - 1))


def _left(row: Row, listening: set[int]) -> str:
    """Why no process holds a connection."""
    if row.state in ("ESTABLISHED", "CLOSE-WAIT") and row.local[1] in listening:
        return "waits for accept()"
    return "close()" if row.state in ("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK", "TIME-WAIT") else ""


def _bound(host, listed: set[int]) -> list[Row]:
    """TCP sockets that are bound and no more: /proc/net/tcp leaves them out, but they hold their port."""
    rows = []
    for owner in owners.owners():
        sock = owner.socket()
        if sock is not None and sock._at is host and owner.inode not in listed:
            state, local = sock.state, sock.local
            if state == "CLOSED" and local is not None and local[1]:
                protocol = "tcp6" if sock.family == socket.AF_INET6 else "tcp"
                rows.append(Row(protocol, state, tuple(local[:2]), None, 0, 0, str(owner), inode=owner.inode))
    return rows


def holder(host, port: int, protocol: str = "tcp") -> str:
    """Who holds a port of a host, in words; "" if no open socket does."""
    try:
        found = socket_table(host).find(protocol=protocol)
        rows = [row for row in found if row.local[1] == port and row.inode]
        rows.sort(key=lambda row: row.remote is not None)  # who listens, rather than whom it has accepted
    except (
        OSError,
        AttributeError,
        Unavailable,
    ):  # the words are for an error message: that one matters more
        rows = []
    for row in rows:
        owner = owners.owner_of(row.inode)
        if owner is not None and owner.by:
            return f"the service {owner.by!r}"
        if row.owner:
            what = "listening socket" if row.state == "LISTEN" else "bound socket"
            if row.remote is not None:
                what = "connected socket"
            return row.owner if row.owner.startswith("program") else f"a {what} of the notebook ({row.owner})"
        return "a socket that another process made"
    return host.core.foreign_holder(port, protocol)


def _inodes_of_programs(host) -> dict[int, str]:
    """The inodes of the sockets that programs on this host hold open."""
    import sys

    if "labkit.background.programs" not in sys.modules:  # none was started
        return {}
    found: dict[int, str] = {}
    from labkit.background.programs import processes

    for pid, name in processes(host):
        try:
            descriptors = os.listdir(f"/proc/{pid}/fd")
        except OSError:  # it has ended, or hides what it does
            continue
        for descriptor in descriptors:
            try:
                target = os.readlink(f"/proc/{pid}/fd/{descriptor}")
            except OSError:
                continue
            if target.startswith("socket:["):
                found[int(target[8:-1])] = name
    return found
