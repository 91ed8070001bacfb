"""How a service serves: by threads, by one thread with a datagram socket, by asyncio, by socketserver."""

from __future__ import annotations

import contextlib
import errno
import functools
import inspect
import socket
import sys
import time
import weakref

from labkit.running.threads import Stopped, name_of
from labkit.sockets.timeline import format_address


def serving(handler, kind: int, server_class=None):
    """The way in which a handler is served; raises TypeError for what is no handler."""
    name = name_of(handler, "handler")
    if kind not in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        raise ValueError(f"type is SOCK_STREAM or SOCK_DGRAM (got {kind!r})")
    socketserver = sys.modules.get("socketserver")
    if socketserver is not None:
        if isinstance(handler, socketserver.BaseServer):
            return SocketServer(name, lambda: handler)
        if isinstance(handler, type) and issubclass(handler, socketserver.BaseServer):
            raise TypeError(
                f"{name} is a server; give its request handler class, and the server as server_class={name}"
            )
        if isinstance(handler, type) and issubclass(handler, socketserver.BaseRequestHandler):
            if server_class is None:
                datagrams = kind == socket.SOCK_DGRAM or issubclass(
                    handler, socketserver.DatagramRequestHandler
                )
                server_class = (
                    socketserver.ThreadingUDPServer if datagrams else socketserver.ThreadingTCPServer
                )
            return SocketServer(name, lambda: server_class(("", 0), handler, bind_and_activate=False))
    if server_class is not None:
        raise TypeError("server_class is for a socketserver request handler class")
    if not callable(handler):
        raise TypeError(f"handler is a function with one argument, the connection (got {handler!r})")
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None and isinstance(handler, type) and issubclass(handler, asyncio.BaseProtocol):
        datagrams = issubclass(handler, asyncio.DatagramProtocol)
        return Protocols(name, handler, socket.SOCK_DGRAM if datagrams else kind)
    if _is_async(handler):
        if kind == socket.SOCK_DGRAM:
            raise TypeError(
                "asyncio has no streams of datagrams: give a plain handler(sock), or a DatagramProtocol class"
            )
        _must_accept(handler, 2, f"async def {name}(reader, writer)")
        return Streams(name, handler)
    if asyncio is not None and _accepts(handler, 0) and not _accepts(handler, 1):
        return Protocols(name, handler, kind)
    if kind == socket.SOCK_DGRAM:
        _must_accept(handler, 1, f"def {name}(sock)")
        return Datagrams(name, handler)
    _must_accept(handler, 1, f"def {name}(conn)")
    return Threads(name, handler)


def _is_async(handler) -> bool:
    while isinstance(handler, functools.partial):
        handler = handler.func
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(type(handler).__call__)


def _accepts(handler, number: int) -> bool:
    try:
        signature = inspect.signature(handler)
    except (TypeError, ValueError):  # a function in C says nothing: let it try
        return True
    try:
        signature.bind(*range(number))
    except TypeError:
        return False
    return True


def _must_accept(handler, number: int, example: str) -> None:
    if not _accepts(handler, number):
        hint = (
            "; a handler of two arguments is written `async def`"
            if number == 1 and _accepts(handler, 2)
            else ""
        )
        raise TypeError(
            f"a handler is called as {example}, but this one is {name_of(handler, 'handler')}"
            f"{inspect.signature(handler)}{hint}"
        )


class Threads:
    """handler(conn), a thread for each connection."""

    type = socket.SOCK_STREAM

    def __init__(self, name, handler):
        self.name, self.handler = name, handler

    def begin(self, service):
        """Accept in the background."""
        service.thread(lambda: self._accept(service))

    def _accept(self, service):
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

    def _start(self, service, conn, peer):
        service.opened(conn, peer)
        try:
            service.thread(lambda: self._serve(service, conn, peer), format_address(peer))
        except RuntimeError as error:  # no more threads
            conn.close()
            service.closed(conn)
            service.failed(error, f"to serve {format_address(peer)}")

    def _serve(self, service, conn, peer):
        try:
            self.handler(conn)
        except BaseException as error:  # kept for the learner; SystemExit too ends only this thread
            service.handler_failed(error, peer)
        finally:
            with contextlib.suppress(OSError):
                conn.close()
            service.closed(conn)

    def end(self, service, deadline):
        """Nothing more to end than sockets and threads."""
        return ()


class Datagrams:
    """handler(sock), one thread with the bound datagram socket."""

    type = socket.SOCK_DGRAM

    def __init__(self, name, handler):
        self.name, self.handler = name, handler

    def begin(self, service):
        """Hand the socket over."""

        def work():
            try:
                self.handler(service._listener)
            except BaseException as error:  # kept for the learner
                service.handler_failed(error)

        service.thread(work)

    def end(self, service, deadline):
        """Nothing more to end than the socket and the thread."""
        return ()


class _OnLoop:
    def begin(self, service):
        from labkit.background.loops import Loop

        self._server = None
        self._transports = weakref.WeakSet()
        self._loop = Loop(service)
        self._loop.at_end.append(self._close_connections)
        try:
            self._loop.call(lambda: self._listen(service), 5)
        except BaseException:
            self._loop.stop(time.monotonic() + 1)
            raise

    def end(self, service, deadline):
        """Close the server, cancel the handlers, end the loop."""
        if not hasattr(self, "_loop"):
            return ()
        held = []  # asyncio forgets to close what it has accepted when its task is cancelled early

        def accept_no_more():  # close() comes last: under a connection that is just being set up, it fails
            for sock in getattr(self._server, "sockets", ()):
                self._loop.loop.remove_reader(sock.fileno())
            held.extend(service.made_sockets())

        if self._server is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.loop.call_soon_threadsafe(accept_no_more)
        late = self._loop.stop(deadline)
        for sock in held:
            sock.close()
        return late

    def _close_connections(self):
        # Only when no handler runs any more: asyncio fails in strange ways under those who still write.
        if self._server is not None:
            self._server.close()
        for transport in list(self._transports):
            if transport.get_extra_info("socket").fileno() >= 0:
                transport.abort() if transport.get_write_buffer_size() else transport.close()


class Streams(_OnLoop):
    """async def handler(reader, writer)."""

    type = socket.SOCK_STREAM

    def __init__(self, name, handler):
        self.name, self.handler = name, handler

    async def _listen(self, service):
        import asyncio

        from labkit.background.workers import enter

        async def serve(reader, writer):
            peer = writer.get_extra_info("peername")
            record = enter(service, format_address(peer))
            service.opened(writer, peer)
            try:
                await self.handler(reader, writer)
            except asyncio.CancelledError:  # by stop()
                raise
            except BaseException as error:  # kept for the learner
                service.handler_failed(error, peer)
            finally:
                record.end()
                writer.close()
                service.closed(writer)

        transports, loop = self._transports, asyncio.get_running_loop()

        class Noted(asyncio.StreamReaderProtocol):
            def connection_made(self, transport):
                transports.add(transport)  # a handler that is cancelled before its first line closes nothing
                super().connection_made(transport)

        def make():  # as asyncio.start_server does
            return Noted(asyncio.StreamReader(loop=loop), serve, loop=loop)

        self._server = await loop.create_server(make, sock=_for_asyncio(service))


class Protocols(_OnLoop):
    """An asyncio protocol class, or a factory of protocols."""

    def __init__(self, name, factory, type):
        self.name, self.factory, self.type = name, factory, type

    async def _listen(self, service):
        import asyncio

        loop = asyncio.get_running_loop()

        def make():
            protocol = self.factory()
            if not isinstance(protocol, asyncio.BaseProtocol):
                raise TypeError(
                    f"{self.name}() is to make an asyncio protocol, but made {protocol!r}; "
                    f"a handler takes one argument, the connection: def {self.name}(conn)"
                )
            return _watched(protocol, service, self._transports)

        make()  # now, so that a factory that fails fails here
        if self.type == socket.SOCK_DGRAM:
            self._server, _ = await loop.create_datagram_endpoint(make, sock=_for_asyncio(service))
        else:
            self._server = await loop.create_server(make, sock=_for_asyncio(service))


def _for_asyncio(service):
    """asyncio closes the socket that it is given by itself: the service keeps its own object."""
    copy = service._listener.dup()
    copy._owner.by = service.name
    return copy


def _watched(protocol, service, transports):
    """Count a protocol's connections, by wrapping the two calls that tell of them."""
    made, lost = getattr(protocol, "connection_made", None), getattr(protocol, "connection_lost", None)
    if service.type == socket.SOCK_DGRAM or made is None or lost is None:
        return protocol

    def connection_made(transport):
        transports.add(transport)
        service.opened(protocol, transport.get_extra_info("peername"))
        made(transport)

    def connection_lost(error):
        try:
            lost(error)
        finally:
            service.closed(protocol)

    with contextlib.suppress(AttributeError):  # __slots__: then nobody counts
        protocol.connection_made, protocol.connection_lost = connection_made, connection_lost
    return protocol


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
