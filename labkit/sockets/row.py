"""One socket of a host, as the table shows it, and who holds it."""

from __future__ import annotations

from typing import NamedTuple

from labkit.packets.addresses import format_address
from labkit.words import say


class Holder(NamedTuple):
    """Who holds a socket, as a value; its text is what the table shows.

    kind  SOCKET: one of the notebook's, made what it is by the call `call`, for `by` ("" for the notebook itself);
          PROGRAM: the program `by`; QUEUE: the kernel, until a program accepts it; CLOSED: the kernel, after close();
          "" not known
    """

    kind: str = ""
    call: str = ""
    by: str = ""

    def __str__(self) -> str:
        if self.kind == SOCKET:
            return say("{call} in {by}", call=self.call, by=self.by) if self.by else self.call
        if self.kind == PROGRAM:
            return say("program {name}", name=self.by)
        return {QUEUE: say("waits for accept()"), CLOSED: "close()"}.get(self.kind, "")


SOCKET, PROGRAM, QUEUE, CLOSED = "socket", "program", "queue", "closed"
NOBODY = Holder()


class Row(NamedTuple):
    """One socket of a host."""

    protocol: str  # "tcp", "udp", "raw", "icmp" (a ping socket), and with a 6 those of IPv6
    state: str  # RFC 9293 names; for all but TCP "" (bound) or "connected"
    local: tuple[
        str, int
    ]  # a raw socket's port is the number of its protocol, a ping socket's its identifier
    remote: tuple[str, int] | None  # None: any (a listener, an unconnected UDP socket)
    recv_queue: int  # bytes that wait to be read; of a listener, connections that wait for accept()
    send_queue: int  # bytes not yet acknowledged, or not yet sent
    held_by: Holder = NOBODY
    timer: str = ""  # "retransmission", "keep-alive", "TIME-WAIT", "zero-window probe" or ""
    inode: int = 0  # 0 when no process holds the socket any more

    @property
    def owner(self) -> str:
        """Who holds it, in words: "listen()", "accept() in echo", "program nc"; "" if not known."""
        return str(self.held_by)

    @property
    def port(self) -> int:
        """The local port."""
        return self.local[1]

    def __str__(self) -> str:
        parts = (self.protocol, self.state, format_address(self.local), "→", remote_of(self))
        return " ".join(filter(None, parts))


def remote_of(row: Row) -> str:
    return "any" if row.remote is None else format_address(row.remote)
