"""Connections on an event loop: coroutines that are given streams, and asyncio's own protocols."""

from __future__ import annotations

import contextlib
import socket
import time
import weakref
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from labkit.packets.addresses import format_address

if TYPE_CHECKING:
    import ssl

    from labkit.background.services import Service
    from labkit.background.workers import Worker
    from labkit.sockets.callers import Turn
    from labkit.sockets.hostsocket import HostSocket


class _OnLoop:
    context: ssl.SSLContext | None = None

    if TYPE_CHECKING:  # a subclass listens

        async def _listen(self, service: Service) -> None: ...

    async def _serve(self, service: Service, make: Callable[..., Any]) -> Any:
        """asyncio's server of protocols that make() makes, or ours like it for TLS."""
        import asyncio

        sock = _for_asyncio(service)
        if self.context is None:

            def made() -> Any:
                try:
                    return make()
                except Exception as error:  # asyncio would drop it, and leave the peer waiting
                    service.handler_failed(error)
                    return _HangingUp()

            return await asyncio.get_running_loop().create_server(made, sock=sock)
        from labkit.background.serving.tls import Handshakes

        return Handshakes(service, make, self.context, sock)

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
            if transport.get_extra_info("socket").fileno() < 0:
                continue
            if self.context is not None or transport.get_write_buffer_size():
                transport.abort()
            else:
                transport.close()


class Streams(_OnLoop):
    """async def handler(reader, writer).

    limit    how many bytes a reader keeps at most, as of asyncio.StreamReader; None: asyncio's own
    """

    type = socket.SOCK_STREAM

    def __init__(
        self,
        name: str,
        handler: Callable[..., Any],
        context: ssl.SSLContext | None = None,
        limit: int | None = None,
    ) -> None:
        self.name, self.handler, self.context, self._limit = name, handler, context, limit

    async def _listen(self, service: Service) -> None:
        import asyncio

        from labkit.background.workers import enter

        async def serve(connection: Any, turn: Callable[[], Turn] | None, reader: Any, writer: Any) -> None:
            peer = writer.get_extra_info("peername")
            record = enter(service, format_address(peer), turn or service.turn(peer))
            service.opened(connection or writer, peer)
            try:
                await self.handler(reader, writer)
            except asyncio.CancelledError:  # by stop()
                raise
            except BaseException as error:  # kept for the learner
                service.handler_failed(error, peer)
            finally:
                record.end()
                writer.close()
                service.closed(connection or writer)

        transports, loop = self._transports, asyncio.get_running_loop()
        limit = {} if self._limit is None else {"limit": self._limit}

        class Noted(asyncio.StreamReaderProtocol):
            def connection_made(self, transport: Any) -> None:
                transports.add(
                    _lowest(transport)
                )  # a handler that is cancelled before its first line closes nothing
                super().connection_made(transport)

        def make(connection: Any = None, turn: Any = None) -> Any:  # as asyncio.start_server does
            return Noted(
                asyncio.StreamReader(loop=loop, **limit), partial(serve, connection, turn), loop=loop
            )

        self._server = await self._serve(service, make)


class Protocols(_OnLoop):
    """An asyncio protocol class, or a factory of protocols."""

    def __init__(
        self, name: str, factory: Callable[[], Any], type: int, context: ssl.SSLContext | None = None
    ) -> None:
        self.name, self.factory, self.type, self.context = name, factory, type, context

    async def _listen(self, service: Service) -> None:
        import asyncio

        def make(connection: Any = None, _: Any = None) -> Any:
            protocol = self.factory()
            if not isinstance(protocol, asyncio.BaseProtocol):
                raise TypeError(
                    f"{self.name}() is to make an asyncio protocol, but made {protocol!r}; "
                    f"a handler takes one argument, the connection: def {self.name}(conn)"
                )
            return _watched(protocol, service, self._transports, connection or protocol)

        make()  # now, so that a factory that fails fails here
        if self.type == socket.SOCK_DGRAM:
            self._server, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                make, sock=_for_asyncio(service)
            )
        else:
            self._server = await self._serve(service, make)


def _lowest(transport: Any) -> Any:
    """The transport on the socket itself: that of TLS forgets it when it is closed twice, and can end nothing more."""
    return getattr(getattr(transport, "_ssl_protocol", None), "_transport", None) or transport


class _HangingUp:
    """The protocol of a connection for which there is none."""

    def connection_made(self, transport: Any) -> None:
        transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        pass


def _for_asyncio(service: Service) -> HostSocket:
    """asyncio closes the socket that it is given by itself: the service keeps its own object."""
    copy = service._listener.dup()
    copy._owner.by = service.name
    return copy


def _watched(protocol: Any, service: Service, transports: Any, connection: Any) -> Any:
    """Count a protocol's connections, by wrapping the two calls that tell of them."""
    made, lost = getattr(protocol, "connection_made", None), getattr(protocol, "connection_lost", None)
    if service.type == socket.SOCK_DGRAM or made is None or lost is None:
        return protocol

    def connection_made(transport: Any) -> None:
        transports.add(_lowest(transport))
        service.opened(connection, transport.get_extra_info("peername"))
        made(transport)

    def connection_lost(error: Any) -> None:
        try:
            lost(error)
        finally:
            service.closed(connection)

    try:
        protocol.connection_made, protocol.connection_lost = connection_made, connection_lost
    except AttributeError:  # __slots__: nobody can tell its end, so it is not open either
        service.closed(connection)
    return protocol
