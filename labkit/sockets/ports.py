"""The port that a host's socket calls from: given when it is made, and another where somebody has taken it since."""

from __future__ import annotations

import errno
from _socket import socket as _kernel
from collections.abc import Callable
from typing import Any

from labkit.sockets.whereabouts import Whereabouts
from labkit.wire import portrange

_TRIES = 4  # a port that was free a moment ago is rarely taken twice
# What a call says when it finds the port of its socket taken: connect() of TCP, bind() and listen(), UDP.
_TAKEN = (errno.EADDRNOTAVAIL, errno.EADDRINUSE, errno.EAGAIN)


class Ports(Whereabouts):
    """How a HostSocket comes to the port that it calls from."""

    __slots__ = ()
    _at: Any
    _host: str
    _port: int | None  # to be bound to before a call; None: the kernel was told

    def _take_port(self) -> None:
        """Bind to the port that is this socket's to call from, where the kernel could not be told of it."""
        port, self._port = self._port, None
        while port and not _kernel.getsockname(self)[1]:
            try:
                _kernel.bind(self, ("", port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                port = self._at.core.another_port(self._host, self.family, self.type)

    def _with_port(self, system_call: Callable[..., Any], *arguments: Any) -> Any:
        """Make a call that takes a port where the socket has none yet; with another port where its own is taken."""
        if self._port:
            self._take_port()
        for tries in range(1, _TRIES + 1):
            try:
                result = system_call(self, *arguments)
            except OSError as error:
                if tries == _TRIES or not self._found_taken(error.errno):
                    raise
            else:  # connect_ex() returns what others raise
                if tries == _TRIES or not result or system_call is not _kernel.connect_ex:
                    return result
                if not self._found_taken(result):
                    return result
            self._move()

    def _found_taken(self, number: int | None) -> bool:
        """Does an error's number say that the port is taken which this socket was to have?"""
        return number in _TAKEN and self._inet and self._local is None and not _kernel.getsockname(self)[1]

    def _move(self) -> None:
        """Take another port: the next of the host that is free."""
        port = self._at.core.another_port(self._host, self.family, self.type)
        if port and not portrange.tell(self, port):
            _kernel.bind(self, ("", port))
