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
    port = listener.getsockname()[1]
    close_first(client, listener, seconds)
    server, deadline = listener._at, monotonic() + seconds
    while not server.sockets().find(state="TIME-WAIT", port=port):
        if monotonic() > deadline:
            raise TimeoutError(
                say("port {port} has no connection in TIME-WAIT after {n:g} s", port=port, n=seconds)
            )
        sleep(LOOK_S)


def close_first(client: Host, listener: HostSocket, seconds: float) -> None:
    """As `end_first`, in every mode: where the states of a host's sockets cannot be asked for, too."""
    with listener, client.socket() as caller:
        caller.settimeout(seconds)
        caller.connect(listener.getsockname())
        listener.settimeout(seconds)
        listener.accept()[0].close()
        caller.recv(1)  # the end
