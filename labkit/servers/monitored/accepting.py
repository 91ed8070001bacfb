"""Taking connections from a listening socket, and ending that without losing one."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from labkit.servers.monitored.log import Log

BATCH = 64  # so many at once, before others have their turn
RETRY_S = 1.0  # after an accept() that failed: tried again at once, it would fail again

Use = Callable[[socket.socket, tuple[str, int]], object]


class Accepting:
    """Calls use(socket, address) with each connection, from its making to `end()`; in an event loop.

    No task that is cancelled in the middle, as with `loop.sock_accept`: a connection that it had just got would be
    lost.
    """

    def __init__(self, listener: socket.socket, use: Use, log: Log) -> None:
        self._listener, self._use, self._log = listener, use, log
        self._loop = asyncio.get_running_loop()
        self._retry: asyncio.TimerHandle | None = None
        listener.setblocking(False)
        self._listen()

    def end(self, *, take_the_rest: bool = False) -> None:
        """Accept no more; before that those who are connected already: the kernel resets them with the listener."""
        if self._retry is not None:
            self._retry.cancel()
        self._loop.remove_reader(self._listener)
        try:
            while take_the_rest and self._accept():
                pass
        except OSError as error:
            self._log("accept", error=error.strerror)
        self._listener.close()

    def _listen(self) -> None:
        self._retry = None
        self._loop.add_reader(self._listener, self._accept_some)

    def _accept_some(self) -> None:
        try:
            for _ in range(BATCH):
                if not self._accept():
                    break
        except OSError as error:  # mostly EMFILE: there is no descriptor left
            self._log("accept", error=error.strerror)
            self._loop.remove_reader(self._listener)
            self._retry = self._loop.call_later(RETRY_S, self._listen)

    def _accept(self) -> bool:
        """Take one; whether there may be more."""
        try:
            sock, address = self._listener.accept()
        except BlockingIOError:
            return False
        except ConnectionAbortedError:  # it had hung up before we came to it
            return True
        sock.setblocking(False)
        self._use(sock, address)
        return True
