"""Whoever waits in a call of a socket goes on: Python cannot end a system call, the kernel can."""

from __future__ import annotations

import errno
import os
import socket
import sys
from _socket import socket as _kernel


def wake_all(sock: socket.socket) -> None:
    """Shut it down both ways, which wakes every thread that waits in a call of it.

    Of a socket without connections Linux says from then on that something can be read, and to who will not wait, as
    Python if there is a timeout, that nothing is there: a recv() would ask on and on until the timeout is over, in C,
    where no exception reaches its thread.  To who waits, Linux says that this is the end.
    """
    try:
        _kernel.shutdown(sock, socket.SHUT_RDWR)
    except OSError as error:
        if error.errno != errno.ENOTCONN:  # closed meanwhile, or of a kind that cannot be shut down
            return
        # Not connected (any more): Linux has woken whoever waits on it all the same.
    if sys.platform == "linux" and sock.type != socket.SOCK_STREAM and (number := sock.fileno()) >= 0:
        os.set_blocking(number, True)
