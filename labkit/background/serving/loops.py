"""Connections on an event loop: coroutines that are given streams, and asyncio's own protocols."""

from __future__ import annotations

import contextlib
import socket
import time
import weakref

from labkit.packets.addresses import format_address


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
