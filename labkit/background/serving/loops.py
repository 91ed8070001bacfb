"""Connections on an event loop: coroutines that are given streams, and asyncio's own protocols."""

from __future__ import annotations

import contextlib
import socket
import time
import weakref
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from labkit.packets.addresses import format_address

if TYPE_CHECKING:
    from labkit.background.services import Service
    from labkit.background.workers import Worker
    from labkit.sockets.hostsocket import HostSocket


class _OnLoop:
    if TYPE_CHECKING:  # a subclass listens

        async def _listen(self, service: Service) -> None: ...

    def begin(self, service: Service) -> None:
        from labkit.background.loops import Loop

        self._server: Any = None  # asyncio's server, or its transport of datagrams
        self._transports: weakref.WeakSet[Any] = weakref.WeakSet()
        self._loop = Loop(service)
        self._loop.at_end.append(self._close_connections)
        try:
            self._loop.call(lambda: self._listen(service), 5)
        except BaseException:
            self._loop.stop(time.monotonic() + 1)
            raise

    def end(self, service: Service, deadline: float) -> Iterable[tuple[Worker, str]]:
        """Close the server, cancel the handlers, end the loop."""
        if not hasattr(self, "_loop"):
            return ()
        held: list[
            HostSocket
        ] = []  # asyncio forgets to close what it has accepted when its task is cancelled early

        def accept_no_more() -> (
            None
        ):  # close() comes last: under a connection that is just being set up, it fails
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

    def _close_connections(self) -> None:
        # Only when no handler runs any more: asyncio fails in strange ways under those who still write.
        if self._server is not None:
            self._server.close()
        for transport in list(self._transports):
            if transport.get_extra_info("socket").fileno() >= 0:
                transport.abort() if transport.get_write_buffer_size() else transport.close()


class Streams(_OnLoop):
    """async def handler(reader, writer)."""

    type = socket.SOCK_STREAM

    def __init__(self, name: str, handler: Callable[..., Any]) -> None:
        self.name, self.handler = name, handler

    async def _listen(self, service: Service) -> None:
        import asyncio

        from labkit.background.workers import enter

        async def serve(reader: Any, writer: Any) -> None:
            peer = writer.get_extra_info("peername")
            record = enter(service, format_address(peer), service.turn(peer))
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
            def connection_made(self, transport: Any) -> None:
                transports.add(transport)  # a handler that is cancelled before its first line closes nothing
                super().connection_made(transport)

        def make() -> Any:  # as asyncio.start_server does
            return Noted(asyncio.StreamReader(loop=loop), serve, loop=loop)

        self._server = await loop.create_server(make, sock=_for_asyncio(service))


class Protocols(_OnLoop):
    """An asyncio protocol class, or a factory of protocols."""

    def __init__(self, name: str, factory: Callable[[], Any], type: int) -> None:
        self.name, self.factory, self.type = name, factory, type

    async def _listen(self, service: Service) -> None:
        import asyncio

        loop = asyncio.get_running_loop()

        def make() -> Any:
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


def _for_asyncio(service: Service) -> HostSocket:
    """asyncio closes the socket that it is given by itself: the service keeps its own object."""
    copy = service._listener.dup()
    copy._owner.by = service.name
    return copy


def _watched(protocol: Any, service: Service, transports: Any) -> Any:
    """Count a protocol's connections, by wrapping the two calls that tell of them."""
    made, lost = getattr(protocol, "connection_made", None), getattr(protocol, "connection_lost", None)
    if service.type == socket.SOCK_DGRAM or made is None or lost is None:
        return protocol

    def connection_made(transport: Any) -> None:
        transports.add(transport)
        service.opened(protocol, transport.get_extra_info("peername"))
        made(transport)

    def connection_lost(error: Any) -> None:
        try:
            lost(error)
        finally:
            service.closed(protocol)

    with contextlib.suppress(AttributeError):  # __slots__: then nobody counts
        protocol.connection_made, protocol.connection_lost = connection_made, connection_lost
    return protocol
