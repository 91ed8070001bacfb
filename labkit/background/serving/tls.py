"""TLS on the connections of a service: the handshake before the handler, and its failure told as a handler's is."""

from __future__ import annotations

import contextlib
import errno
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from labkit.words import say

if TYPE_CHECKING:
    from labkit.background.services import Service
    from labkit.sockets.callers import Turn
    from labkit.sockets.hostsocket import HostSocket

_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_LEFT = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionResetError, BrokenPipeError)


def server_context(context: Any) -> ssl.SSLContext:
    """Check what was given as `ssl=`; TypeError or ValueError says what is wanted."""
    wanted = say(
        "ssl is a server's context: context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), and its certificate by "
        "context.load_cert_chain(…)"
    )
    if not isinstance(context, ssl.SSLContext):
        raise TypeError(f"{wanted} (got {context!r})")
    if context.protocol == ssl.PROTOCOL_TLS_CLIENT:
        raise ValueError(f"{wanted} (got a client's, which verifies others and shows no certificate)")
    return context


def serve_secured(
    service: Service,
    context: ssl.SSLContext,
    conn: HostSocket,
    peer: Any,
    serve: Callable[[ssl.SSLSocket], Any],
) -> None:
    """Serve a connection when its handshake is done, and close it; of one that fails the service is told."""
    try:
        conn.getpeername()  # a peer that has left by a reset: ssl would leave its own socket open
        # Wrapped and shaken in one, a peer that has left already would pass for a socket not connected yet.
        talk = context.wrap_socket(conn, server_side=True, do_handshake_on_connect=False)
    except (OSError, ValueError) as error:
        # Where the reset came in between, the new socket has the descriptor, and nobody else knows it.
        if (half_made := conn._owner.socket()) is not None:
            half_made.close()
        failed(service, error, peer)
        return
    with talk:
        try:
            talk.do_handshake()
        except (OSError, ValueError) as error:
            failed(service, error, peer)
            return
        serve(talk)
        with contextlib.suppress(OSError, ValueError):  # its handler has closed it, or the peer has left
            talk.setblocking(False)
            talk.unwrap()  # close_notify (RFC 8446, 6.1): nothing was cut off; no answer is waited for


def failed(service: Service, error: Exception, peer: Any) -> None:
    """A handshake failed: of a peer that only left, in the same words however it did."""
    if isinstance(error, _LEFT) or getattr(error, "errno", None) == errno.ENOTCONN:
        error = ConnectionResetError(say("it left before the handshake was done"))
    error.__cause__, error.__suppress_context__ = None, True  # how asyncio, or we, came to know
    service.handler_failed(error, peer, say("in the TLS handshake with"))


class Handshakes:
    """In place of asyncio's server for TLS, which drops a failed handshake (base_events.py: _accept_connection2).

    make(conn, turn): the protocol of a connection.
    """

    def __init__(
        self,
        service: Service,
        make: Callable[[HostSocket, Callable[[], Turn]], Any],
        context: ssl.SSLContext,
        listener: HostSocket,
    ) -> None:
        import asyncio

        self._service, self._make, self._context = service, make, context
        self.sockets = (listener,)
        self._loop = asyncio.get_running_loop()
        self._under_way: set[Any] = set()  # asyncio itself holds tasks only weakly
        listener.setblocking(False)
        self._begin()

    def _begin(self) -> None:
        if self._service.listening:
            self._loop.add_reader(self.sockets[0].fileno(), self._accept)

    def _accept(self) -> None:
        try:
            conn, peer = self.sockets[0].accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            self._service.failed(error, "to accept a connection (it goes on when some are closed)")
            self._loop.remove_reader(self.sockets[0].fileno())
            self._loop.call_later(1.0, self._begin)
            return
        conn.setblocking(False)
        self._service.opened(conn, peer)
        task = self._loop.create_task(self._connect(conn, peer, self._service.turn(peer)))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _connect(self, conn: HostSocket, peer: Any, turn: Callable[[], Turn]) -> None:
        done = False
        try:
            protocol = self._make(conn, turn)
            try:
                await self._loop.connect_accepted_socket(lambda: protocol, conn, ssl=self._context)
                done = True
            except (OSError, ValueError) as error:
                failed(self._service, error, peer)
        except Exception as error:  # kept for the learner
            self._service.handler_failed(error, peer)
        finally:
            if not done:
                conn.close()
                self._service.closed(conn)

    def close(self) -> None:
        """Take no more connections."""
        self.sockets[0].close()
