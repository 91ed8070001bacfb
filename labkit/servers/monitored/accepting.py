"""Taking connections from a listening socket: on and on, and for the last time."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

from labkit.servers.monitored.log import Log

RETRY_S = 1.0  # after an accept() that failed: tried again at once, it would fail again

Use = Callable[[socket.socket, tuple[str, int]], object]


async def accept(listener: socket.socket, use: Use, log: Log) -> None:
    """Call use(socket, address) with each connection, until this task is cancelled."""
    listener.setblocking(False)
    loop = asyncio.get_running_loop()
    while True:
        try:
            use(*await loop.sock_accept(listener))
        except ConnectionAbortedError:
            pass  # it had hung up before we came to it
        except OSError as error:  # mostly EMFILE: there is no descriptor left
            log("accept", error=error.strerror)
            await asyncio.sleep(RETRY_S)


def accept_the_rest(listener: socket.socket, use: Use) -> None:
    """The same with those who are connected already: when a listener is closed, the kernel resets them."""
    listener.setblocking(False)
    with contextlib.suppress(OSError):  # BlockingIOError: nobody is left
        while True:
            sock, address = listener.accept()
            sock.setblocking(False)
            use(sock, address)
