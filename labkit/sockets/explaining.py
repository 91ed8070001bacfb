"""Hosts' names for their addresses, and what a socket says of itself and of an error."""

from __future__ import annotations

import errno
import socket
from typing import Any

from labkit.packets.addresses import address_of, format_address
from labkit.sockets.options import protocol
from labkit.sockets.whereabouts import Whereabouts
from labkit.sockets.written import is_name, text_of
from labkit.wire import portrange


class Explaining(Whereabouts):
    """What a HostSocket puts into words."""

    __slots__ = ()
    _at: Any
    _host: str
    _kind = "HostSocket"

    def _resolved(self, address: Any) -> Any:
        """Put a host's address for its name; other names are unknown here (no name server is asked)."""
        if not self._inet or not isinstance(address, tuple) or not address:
            return address
        name, core = address[0], self._at.core
        if name.__class__ is str and name in core.addresses:  # most are, and these calls are many
            return address
        name = text_of(name)
        if not is_name(name):
            return address
        known = core.near(self._host)
        number = address_of(name, known, ipv6=self.family == socket.AF_INET6)
        if number is not None:
            return (number, *address[1:])
        error = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        hosts = ", ".join(core.names)
        error.add_note(f"there is no host {name!r} on this network; its hosts are: {hosts}")
        raise error

    def _explain_bind(self, error: BaseException, address: Any) -> None:
        """Add to an error of bind() whose address that is, or who holds the port."""
        number = getattr(error, "errno", None)
        if not self._inet or number is None:
            return
        if number == errno.EADDRNOTAVAIL:
            owner = self._at.core.addresses.get(address[0])
            whose = f"the address of {owner}" if owner else "no host's address here"
            own = " or ".join(
                number for number, name in self._at.core.addresses.items() if name == self._host
            )
            error.add_note(f"{address[0]} is {whose}; this socket is on {self._host}: bind it to {own}")
        elif number == errno.EADDRINUSE and not address[1]:
            error.add_note(
                f"every port from {portrange.FIRST} to {portrange.LAST} on {self._host} is taken; close some sockets"
            )
        elif number == errno.EADDRINUSE:
            from labkit.sockets.holders import holder

            held = holder(self._at, address[1], "tcp" if self._tcp else "udp")
            error.add_note(
                f"port {address[1]} on {self._host} is held by {held}"
                if held
                else f"port {address[1]} on {self._host} is held by a connection that is being closed; setsockopt("
                "SOL_SOCKET, SO_REUSEADDR, 1) before bind allows it, if the server before had set it, too"
            )

    def __repr__(self) -> str:
        try:
            return self._describe()
        except (AttributeError, OSError):  # while it is being made or taken apart
            return f"<{self._kind} fd={self.fileno()}>"

    def _describe(self) -> str:
        closed = self.fileno() < 0
        words = [f"<{self._kind}", "" if closed else f"fd={self.fileno()}", self._host, protocol(self)]
        if not closed:
            self._whereabouts()
        if self._local is not None:
            words.append(format_address(self._local))
        if self._peer is not None:
            words += ["→", format_address(self._peer)]
        words.append("closed" if closed else self._state())
        return " ".join(word for word in words if word) + ">"
