"""A `socketserver` class of the learner's, served in the background."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from labkit.background.serving.server import serve
from labkit.packets.addresses import format_address

if TYPE_CHECKING:
    import ssl

    from labkit.background.services import Service
    from labkit.background.workers import Worker


class SocketServer:
    """A socketserver server, on a socket of the host."""

    def __init__(self, name: str, make: Callable[[], Any], context: ssl.SSLContext | None = None) -> None:
        self._server = make()
        forking = getattr(sys.modules["socketserver"], "ForkingMixIn", None)  # not on Windows
        if forking is not None and isinstance(self._server, forking):
            self._server.server_close()
            raise TypeError(
                f"{type(self._server).__name__} serves each connection in a forked copy of the notebook, whose prints, "
                "errors and counts would be lost there; write server_class=socketserver.ThreadingTCPServer (or "
                'ThreadingUDPServer), or run it as a program of its own: host.spawn([sys.executable, "server.py"])'
            )
        self.name, self.context = name, context
        self.type = self._server.socket_type

    def begin(self, service: Service) -> None:
        """Put our socket in place of its own, and serve."""
        server = self._server
        server.socket.close()
        server.socket = service._listener
        server.server_address = service._listener.getsockname()
        # http.server asks a name server for these in server_bind()
        server.server_name, server.server_port = service.host.name, service.port
        server.daemon_threads = True
        server.block_on_close = False
        self._watch(server, service)
        service.thread(lambda: server.serve_forever(poll_interval=0.05))

    def _watch(self, server: Any, service: Service) -> None:
        from labkit.background.workers import enter

        begin, finish, end = server.process_request, server.finish_request, server.shutdown_request
        streams = self.type == socket.SOCK_STREAM
        turns: dict[int, Any] = {}  # of the requests whose handlers have not begun

        def process_request(request: Any, peer: Any) -> None:  # in the thread that accepts
            turns[id(request)] = service.turn(peer)
            begin(request, peer)

        def finish_request(request: Any, peer: Any) -> None:  # in the thread that serves this request
            record = enter(service, format_address(peer), turns.pop(id(request)))
            if streams:
                service.opened(request, peer)
            try:
                serve(service, self.context, request, peer, lambda talk: finish(talk, peer))
            finally:
                record.end()

        def shutdown_request(request: Any) -> None:
            if not streams or request.fileno() >= 0:  # else TLS has taken it over, and closed it
                end(request)
            if streams:
                service.closed(request)

        def handle_error(request: Any, peer: Any) -> None:
            error = sys.exc_info()[1]
            assert error is not None  # it is called while one is handled
            service.handler_failed(error, peer)

        server.process_request, server.finish_request = process_request, finish_request
        server.shutdown_request = shutdown_request
        server.handle_error = handle_error

    def end(self, service: Service, deadline: float) -> Iterable[tuple[Worker, str]]:
        """Tell serve_forever to return."""
        self._server._BaseServer__shutdown_request = True  # shutdown() would wait without a deadline
        return ()
