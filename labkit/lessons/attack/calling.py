"""Calls that are answered or not, and a crowd of connections from one host."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from labkit.sockets.small import listening
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.sockets.counters import Counters
    from labkit.sockets.hostsocket import HostSocket

__all__ = ["answered", "called", "connections", "counted", "listening", "way_back"]

PATIENCE_S = 10.0


def way_back(host: Host, network: str, via: str) -> None:
    """A host's route to addresses that nobody has: without one its kernel drops what says that it comes from there."""
    if network not in [route.destination for route in host.routes]:
        host.route_add(network, via=via)


def called(host: Host, port: int, within: float = 1.0) -> str:
    """What a call from a host to "server" is met with: "connected", "refused" or "no answer"."""
    with host.socket() as sock:
        sock.settimeout(within)
        try:
            sock.connect(("server", port))
        except ConnectionRefusedError:
            return "refused"
        except TimeoutError:
            return "no answer"
        return "connected"


def answered(host: Host, port: int, line: bytes, within: float) -> str:
    """What a client on a host gets for what it says, once it is greeted; or the name of the error that it meets.

    within   how many seconds it waits for each
    """
    with host.socket() as sock:
        sock.settimeout(within)
        try:
            sock.connect(("server", port))
            sock.recv(100)
            sock.sendall(line)
            return repr(sock.recv(100))
        except OSError as error:
            return type(error).__name__


def counted(host: Host, before: Counters, name: str, many: int) -> None:
    """Wait until a host's kernel has counted so many since `before`; raises TimeoutError if it does not."""

    def come() -> bool:
        return (host.counters() - before)[name] >= many

    host.background(come).wait_until(
        come, PATIENCE_S, say("{name} up by {many} on {host}", name=name, many=many, host=host.name)
    )


@contextlib.contextmanager
def connections(host: Host, port: int, many: int) -> Iterator[list[bytes]]:
    """So many connections from a host at the same time: the first words that each is told."""
    with contextlib.ExitStack() as held:
        told = []
        for _ in range(many):
            sock: HostSocket = held.enter_context(host.socket())
            sock.settimeout(PATIENCE_S)
            sock.connect(("server", port))
            told.append(sock.recv(100))
        yield told
