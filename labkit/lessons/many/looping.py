"""The loop of a server that waits in a selector and nowhere else, as the lesson's cell has it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from selectors import EVENT_READ, BaseSelector
from typing import Any


def never_waiting(listener: socket.socket, attend: Callable[..., Any], selector: BaseSelector) -> None:
    """Serve whoever calls, for ever: attend(selector, conn, owed, events) does what a connection is ready for.

    owed   what the connection has still to be sent, a bytearray that is its own

    The selector is closed at the end, and whatever was accepted.
    """
    accepted = []
    try:
        selector.register(listener, EVENT_READ)
        while True:
            for key, events in selector.select():
                if key.fileobj is listener:
                    conn, _ = listener.accept()
                    accepted.append(conn)
                    conn.setblocking(False)
                    selector.register(conn, EVENT_READ, bytearray())
                else:
                    attend(selector, key.fileobj, key.data, events)
    finally:
        for conn in accepted:
            conn.close()
        selector.close()
