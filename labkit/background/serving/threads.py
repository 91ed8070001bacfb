"""A thread for each connection, and one for all datagrams."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from labkit.background.serving.server import serve
from labkit.background.workers import leave
from labkit.packets.addresses import format_address
from labkit.running.callables import refuse_coroutine
from labkit.running.threads import Stopped

if TYPE_CHECKING:
    import ssl

    from labkit.background.services import Service
    from labkit.background.workers import Worker
    from labkit.sockets.hostsocket import HostSocket


class Threads:
    """handler(conn), a thread for each connection."""

    type = socket.SOCK_STREAM

    def __init__(self, name: str, handler: Callable[..., Any], context: ssl.SSLContext | None = None) -> None:
        self.name, self.handler, self.context = name, handler, context

    def begin(self, service: Service) -> None:
        """Accept in the background."""
        service.thread(lambda: self._accept(service))

    def _accept(self, service: Service) -> None:
        full = False  # told once for each time that it happens
        while service.listening:
            try:
                conn, peer = service._listener.accept()
            except Stopped:
                return
            except OSError as error:
                if not service.listening:
                    return
                if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                    if not full:
                        service.failed(error, "to accept a connection (it goes on when some are closed)")
                    full = True
                    with service.changed:  # descriptors are freed by anybody: ask again soon
                        service.changed.wait(0.05)
                    continue
                if error.errno in (errno.EBADF, errno.EINVAL):
                    service.failed(error, "to accept: its listening socket was closed")
                    return
                continue  # a connection that was reset before it was accepted
            full = False
            with service.changed:  # stop() sees all of this connection, or nothing
                if not service.listening:
                    conn.close()
                    return
                self._start(service, conn, peer)

    def _start(self, service: Service, conn: HostSocket, peer: Any) -> None:
        service.opened(conn, peer)
        try:
            service.thread(lambda: self._serve(service, conn, peer), format_address(peer), service.turn(peer))
        except RuntimeError as error:  # no more threads
            conn.close()
            service.closed(conn)
            service.failed(error, f"to serve {format_address(peer)}")

    def _serve(self, service: Service, conn: HostSocket, peer: Any) -> None:
        try:
            serve(service, self.context, conn, peer, self._handle)
        except BaseException as error:  # kept for the learner; SystemExit too ends only this thread
            service.handler_failed(error, peer)
        finally:
            leave()
            with contextlib.suppress(OSError):
                conn.close()
            service.closed(conn)

    def _handle(self, conn: socket.socket) -> None:
        refuse_coroutine(self.handler(conn), self.name, "start()")

    def end(self, service: Service, deadline: float) -> Iterable[tuple[Worker, str]]:
        """Nothing more to end than sockets and threads."""
        return ()


class Datagrams:
    """handler(sock), one thread with the bound datagram socket."""

    type = socket.SOCK_DGRAM

    def __init__(self, name: str, handler: Callable[..., Any]) -> None:
        self.name, self.handler = name, handler

    def begin(self, service: Service) -> None:
        """Hand the socket over."""

        def work() -> None:
            try:
                refuse_coroutine(self.handler(service._listener), self.name, "start()")
            except BaseException as error:  # kept for the learner
                service.handler_failed(error)

        service.thread(work)

    def end(self, service: Service, deadline: float) -> Iterable[tuple[Worker, str]]:
        """Nothing more to end than the socket and the thread."""
        return ()
