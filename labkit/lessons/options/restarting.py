"""A server that has ended, and of which a connection is left in TIME-WAIT."""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING

from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.sockets.hostsocket import HostSocket

LOOK_S = 0.01


def end_first(client: Host, listener: HostSocket, seconds: float = 10) -> None:
    """Serve one caller of this listener, close first, and end it: the connection stays in TIME-WAIT.

    Raises TimeoutError when it is in no such state after so many seconds.
    """
    address = listener.getsockname()
    with listener, client.socket() as caller:
        caller.settimeout(seconds)
        caller.connect(address)
        listener.settimeout(seconds)
        listener.accept()[0].close()
        caller.recv(1)  # the end
    server, deadline = listener._at, monotonic() + seconds
    while not server.sockets().find(state="TIME-WAIT", port=address[1]):
        if monotonic() > deadline:
            raise TimeoutError(
                say("port {port} has no connection in TIME-WAIT after {n:g} s", port=address[1], n=seconds)
            )
        sleep(LOOK_S)
