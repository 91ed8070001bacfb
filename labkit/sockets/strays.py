"""Sockets that nobody can reach and that are open all the same: an interrupted call's traceback holds them."""

from __future__ import annotations

import contextlib
import errno
import gc
import socket
import sys
from _socket import socket as _kernel
from typing import Any

from labkit.running.uninterrupted import uninterrupted


def bind(sock: socket.socket, address: Any) -> None:
    """Bind a socket, and if the port is taken, once more when what nobody can reach has let it go."""
    try:
        _kernel.bind(sock, address)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        let_go()
        _kernel.bind(sock, address)


def let_go() -> None:
    """Close the sockets that only the last error's traceback holds, or each other.

    A cell, or a function, that was interrupted in accept() leaves a traceback, which IPython keeps, and the variables
    of its frames hold the socket.  They are cleared: a debugger finds none of that error's any more.
    """
    error, seen = getattr(sys, "last_value", None), set()
    while isinstance(error, BaseException) and id(error) not in seen:
        seen.add(id(error))
        trace = error.__traceback__
        while trace is not None:
            with contextlib.suppress(RuntimeError):  # it runs
                trace.tb_frame.clear()
            # IPython has looked at it: what it saw is kept in a copy (to Python 3.12), and made anew by a look.
            _ = trace.tb_frame.f_locals
            trace = trace.tb_next
        error = error.__cause__ or error.__context__
    # An interrupt that came meanwhile would be raised in a callback of the collector, which drops it.
    with uninterrupted():
        gc.collect()
