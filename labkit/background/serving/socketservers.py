"""A `socketserver` class of the learner's, served in the background."""

from __future__ import annotations

import socket
import sys

from labkit.packets.addresses import format_address


class SocketServer:
    """A socketserver server, on a socket of the host."""

    def __init__(self, name, make):
        self._server = make()
        self.name = name
        self.type = self._server.socket_type

    def begin(self, service):
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

    def _watch(self, server, service):
        from labkit.background.workers import enter

        serve, end = server.finish_request, server.shutdown_request
        streams = self.type == socket.SOCK_STREAM

        def finish_request(request, peer):  # in the thread that serves this request
            record = enter(service, format_address(peer))
            if streams:
                service.opened(request, peer)
            try:
                serve(request, peer)
            finally:
                record.end()

        def shutdown_request(request):
            end(request)
            if streams:
                service.closed(request)

        def handle_error(request, peer):
            service.handler_failed(sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1], peer)

        server.finish_request, server.shutdown_request = finish_request, shutdown_request
        server.handle_error = handle_error

    def end(self, service, deadline):
        """Tell serve_forever to return."""
        self._server._BaseServer__shutdown_request = True  # shutdown() would wait without a deadline
        return ()
