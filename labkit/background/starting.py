"""start: a server in the background; returns when it listens."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from labkit.background.services import Service, services
from labkit.running.uninterrupted import uninterrupted
from labkit.sockets.holders import holder, holding_socket
from labkit.sockets.strays import let_go

if TYPE_CHECKING:
    from ssl import SSLContext

    from labkit.network.host import Host
    from labkit.sockets.hostsocket import HostSocket

FIRST_PORT = 8000  # start(port=None) takes the first free port from here on


def start(
    host: Host,
    handler: Callable[..., Any],
    port: int | None = None,
    *,
    backlog: int = 128,
    name: str | None = None,
    address: str | None = None,
    type: int = socket.SOCK_STREAM,
    replace: bool = False,
    server_class: Callable[..., Any] | None = None,
    ssl: SSLContext | None = None,
    limit: int | None = None,
    reuse_port: bool = False,
) -> Service:
    """Run a server on a host in the background; returns when it listens.

    handler: one of
      ``handler(conn)``, which gets a thread for each connection (closed when it returns);
      ``async def handler(reader, writer)``, on an event loop (asyncio streams);
      an asyncio protocol class or a factory without arguments;
      a ``socketserver`` request handler class, run by ``server_class`` (ThreadingTCPServer or UDP),
      or a socketserver server made with ``bind_and_activate=False``;
      with ``type=SOCK_DGRAM``, ``handler(sock)``: one thread with the bound socket, until it returns.
    port: None takes the first free one from 8000 on.
    backlog: connections that may wait for accept().
    address: where to listen, if not at the host's own address, or at all of a host that has several ("" = all).
    replace: first stop the service, or close the socket of the notebook, that holds the port (to run a cell again).
    ssl: a server's context: each connection is in TLS, and its handler begins when the handshake is done.  A
      handshake that fails is a failure of the service, as what a handler raises.
    limit: bytes that the reader of an ``async def`` handler keeps, as of asyncio.StreamReader (64 KiB).
    reuse_port: share the port with other services that do: the kernel deals out the connections (SO_REUSEPORT,
      socket(7)).

    Raises OSError (EADDRINUSE, naming who holds the port), and what the handler's own set-up raises.
    """
    if port is not None and (isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535):
        raise ValueError(f"port is a number from 1 to 65535, or None for any (got {port!r}); write port=8080")
    from labkit.background.serving.kinds import (
        serving,  # which kind of handler needs asyncio or socketserver is known there
    )

    if reuse_port and not hasattr(socket, "SO_REUSEPORT"):
        raise ValueError("reuse_port: this system has no SO_REUSEPORT; start one service for the port")
    server = serving(handler, type, server_class, ssl, limit)
    if replace and port is not None:
        for other in services(host):
            if other.port == port and other.type == server.type:
                other.stop()
        let_go()
        held = holding_socket(host, port, _protocol(server.type))
        if held is not None:
            held.close()
    with uninterrupted():
        several = len(host.interfaces) > 1  # whoever calls calls the one that is nearest
        at = ("" if several else host.address) if address is None else address
        sock = _listening_socket(host, server.type, at, port, backlog, reuse_port)
        service = Service(host, server, sock, name or server.name)
        try:
            server.begin(service)
        except BaseException:
            service.end(1.0)
            service.forget()
            raise
    return service


def _listening_socket(
    host: Host, type: int, address: str, port: int | None, backlog: int, shared: bool
) -> HostSocket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    tried: Sequence[int] = (port,) if port is not None else _free(host, type)
    for number in tried:
        sock = host.socket(family, type)
        try:
            if type == socket.SOCK_STREAM:  # a port in TIME-WAIT would make a cell run only once
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            sock.bind((address, number))
            if type == socket.SOCK_STREAM:
                sock.listen(backlog)
        except OSError as error:
            sock.close()
            if error.errno != errno.EADDRINUSE:
                raise
            if port is None:
                continue
            raise _taken(host, port, type, shared) from None
        except BaseException:
            sock.close()
            raise
        return sock
    raise OSError(
        errno.EADDRINUSE, f"all ports from {FIRST_PORT} to {FIRST_PORT + 99} on {host.name} are taken"
    )


def _free(host: Host, type: int) -> list[int]:
    """The ports that no service has."""
    taken = {service.port for service in services(host) if service.type == type}
    return [number for number in range(FIRST_PORT, FIRST_PORT + 100) if number not in taken]


def _protocol(type: int) -> str:
    return "tcp" if type == socket.SOCK_STREAM else "udp"


def _taken(host: Host, port: int, type: int, shared: bool) -> OSError:
    for service in services(host):
        if service.port == port and service.type == type:
            held = f"the service {service.name!r}; stop it, or write start(..., port={port}, replace=True)"
            break
    else:
        held = holder(host, port, _protocol(type)) or "a connection of an earlier socket"
        held += f"; close it, take another port, or write start(..., port={port}, replace=True)"
    if shared:
        held += "; to share the port, everybody who listens there is started with reuse_port=True"
    return OSError(errno.EADDRINUSE, f"port {port} on {host.name} is taken by {held}")
