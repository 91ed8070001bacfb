"""Calls: what the programs on the hosts asked of their sockets, as values.  Pure."""

from typing import Any, NamedTuple

from labkit.packets.addresses import format_address
from labkit.words import say

SENDING = ("send", "sendall", "sendmsg", "sendto", "sendfile", "write")
RECEIVING = ("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into", "read")
HIDDEN = ("bind", "setsockopt", "getsockopt", "socket")
"""Calls that neither send a frame nor wait for one, and that a ladder leaves out."""
PEEK = "MSG_PEEK"


class Call(NamedTuple):
    """One call of a socket method, as it went.

    host, name   which host's socket, and which method: "connect", "recv"
    begin_ns     CLOCK_MONOTONIC, as the frames have it;  end_ns: None while it has not returned
    size         bytes that a sending call was given, or a receiving one asks for; None where it does not say
    moved        bytes that it sent or received; None for none, and for calls that do not say (sendall)
    address      what it was given (connect, bind, sendto) or gave (accept, recvfrom): (ip, port), a path; None
    said         what else it was given, as programs write it: "SHUT_WR", "MSG_PEEK", "SO_REUSEADDR, 1", a backlog
    code         what connect_ex() or getsockopt(SO_ERROR) gave: "ECONNREFUSED"
    tries        how often a socket that does not block was asked in vain, one time after another; 0 for once
    error        the class of what it raised: "ConnectionRefusedError"
    before       the TCP state (RFC 9293 names) before the call, "" where it was not looked up
    after        and after it; for accept the state of the accepted connection
    local, peer  (ip, port) of both ends, as known at the end of the call
    socket_id    one number for each socket object; a TLS socket has that of the socket that it was made of
    tls          was it in TLS?  Then its bytes are those inside, and the segments carry more
    """

    host: str
    name: str
    begin_ns: int
    end_ns: int | None = None
    size: int | None = None
    moved: int | None = None
    address: Any = None
    said: str = ""
    code: str = ""
    tries: int = 0
    error: str = ""
    before: str = ""
    after: str = ""
    local: tuple | None = None
    peer: tuple | None = None
    socket_id: int = 0
    tls: bool = False

    @property
    def blocked(self) -> bool:
        """Has the call not returned yet?"""
        return self.end_ns is None

    @property
    def peeks(self) -> bool:
        """Does it only look at what has come, and leave it in the queue?"""
        return self.said == PEEK

    @property
    def count(self) -> int:  # type: ignore[override]  # nobody counts equal fields of a call
        """How many bytes it was about: those that it moved; where it does not say, those that it was given."""
        return self.moved or self.size or 0

    @property
    def args(self) -> str:
        """What it was given, in words: "10.0.0.2:8080", "5 bytes", "1000, MSG_PEEK"."""
        if self.name in SENDING and self.size is not None:
            if self.address is None:
                return say("{size} bytes", size=self.size)
            return say("{size} bytes to {address}", size=self.size, address=format_address(self.address))
        given = "" if self.name in ("accept", *RECEIVING) else format_address(self.address)
        return ", ".join(filter(None, (given, "" if self.size is None else str(self.size), self.said)))

    @property
    def result(self) -> str:
        """What it gave, in words: "5", "5 from 10.0.0.1:40000", "100 times", "10.0.0.1:40000" of accept()."""
        if self.tries:
            return say("{tries} times", tries=self.tries)
        if self.name == "accept":
            return format_address(self.address)
        if self.moved is None:
            return self.code
        if self.address is None or self.name not in RECEIVING:
            return str(self.moved)
        return say("{moved} from {address}", moved=self.moved, address=format_address(self.address))

    def __str__(self) -> str:
        outcome = say("has not returned") if self.blocked else self.error or self.result
        return f"{self.host} {self.name}({self.args})" + (f" → {outcome}" if outcome else "")
