"""Which way of serving a handler asks for: a thread each, an event loop, or a socketserver."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from typing import Any

from labkit.background.serving.loops import Protocols, Streams
from labkit.background.serving.server import Server
from labkit.background.serving.socketservers import SocketServer
from labkit.background.serving.threads import Datagrams, Threads
from labkit.running.callables import is_async, refuse_generators, takes
from labkit.running.threads import name_of


def serving(
    handler: Any,
    kind: int,
    server_class: Callable[..., Any] | None = None,
    context: Any = None,
    limit: int | None = None,
) -> Server:
    """The way in which a handler is served, in TLS if there is a context; raises TypeError for what is no handler."""
    if context is not None:
        from labkit.background.serving.tls import server_context

        context = server_context(context)
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit <= 0):
        raise ValueError(f"limit is a number of bytes, at least 1 (got {limit!r}); write limit=65536")
    server = _serving(handler, kind, server_class, context, limit)
    if context is not None and server.type != socket.SOCK_STREAM:
        raise TypeError("ssl is for connections: TLS runs on a stream, not on datagrams")
    if limit is not None and not isinstance(server, Streams):
        raise TypeError(
            "limit is what an asyncio reader keeps at most: it is for `async def handler(reader, writer)`"
        )
    return server


def _serving(
    handler: Any, kind: int, server_class: Callable[..., Any] | None, context: Any, limit: int | None
) -> Server:
    name = name_of(handler, "handler")
    refuse_generators(handler)
    if kind not in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        raise ValueError(f"type is SOCK_STREAM or SOCK_DGRAM (got {kind!r})")
    socketserver = sys.modules.get("socketserver")
    if socketserver is not None:
        if isinstance(handler, socketserver.BaseServer):
            return SocketServer(name, lambda: handler, context)
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
            return SocketServer(
                name, lambda: server_class(("", 0), handler, bind_and_activate=False), context
            )
    if server_class is not None:
        raise TypeError("server_class is for a socketserver request handler class")
    if not callable(handler):
        raise TypeError(f"handler is a function with one argument, the connection (got {handler!r})")
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None and isinstance(handler, type) and issubclass(handler, asyncio.BaseProtocol):
        datagrams = issubclass(handler, asyncio.DatagramProtocol)
        return Protocols(name, handler, socket.SOCK_DGRAM if datagrams else kind, context)
    if is_async(handler):
        if kind == socket.SOCK_DGRAM:
            raise TypeError(
                "asyncio has no streams of datagrams: give a plain handler(sock), or a DatagramProtocol class"
            )
        _must_accept(handler, 2, f"async def {name}(reader, writer)")
        return Streams(name, handler, context, limit)
    if asyncio is not None and takes(handler, 0) and not takes(handler, 1):
        return Protocols(name, handler, kind, context)
    if kind == socket.SOCK_DGRAM:
        _must_accept(handler, 1, f"def {name}(sock)")
        return Datagrams(name, handler)
    _must_accept(handler, 1, f"def {name}(conn)")
    return Threads(name, handler, context)


def _must_accept(handler: Any, number: int, example: str) -> None:
    if not takes(handler, number):
        import inspect

        hint = (
            "; a handler of two arguments is written `async def`" if number == 1 and takes(handler, 2) else ""
        )
        raise TypeError(
            f"a handler is called as {example}, but this one is {name_of(handler, 'handler')}"
            f"{inspect.signature(handler)}{hint}"
        )
