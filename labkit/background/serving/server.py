"""What serves in the background, whatever way it does: the interface that each way implements."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import ssl

    from labkit.background.services import Service
    from labkit.background.workers import Worker
    from labkit.sockets.hostsocket import HostSocket


class Server(Protocol):
    """One way of serving a handler: `name` is the handler's, `type` SOCK_STREAM or SOCK_DGRAM."""

    @property
    def name(self) -> str: ...

    @property
    def type(self) -> int: ...

    def begin(self, service: Service) -> None:
        """Serve on the service's listening socket from now on."""

    def end(self, service: Service, deadline: float) -> Iterable[tuple[Worker, str]]:
        """Serve no more; returns the threads that had to be interrupted by the deadline (monotonic seconds), and where
        they were."""


def serve(
    service: Service,
    context: ssl.SSLContext | None,
    conn: HostSocket,
    peer: tuple[Any, ...],
    handle: Callable[[Any], object],
) -> None:
    """handle(conn), in TLS if there is a context for it."""
    if context is None:
        handle(conn)
        return
    from labkit.background.serving.tls import serve_secured  # ssl: 15 ms that most do without

    serve_secured(service, context, conn, peer, handle)
