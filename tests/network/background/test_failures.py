"""What a handler raises is told, whatever it is and whichever way it is served; and who holds a port is named."""

from __future__ import annotations

import asyncio
import socket
import socketserver
import struct
import threading

import pytest

from labkit.background.failures import ServiceError

SECONDS = 20
DATAGRAMS = socket.SOCK_DGRAM


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def in_thread(error):
    def handler(conn):
        conn.recv(1)
        raise error

    return handler


def on_loop(error):
    async def handler(reader, writer):
        await reader.read(1)
        raise error

    return handler


def by_socketserver(error):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(1)
            raise error

    return Handler


ERRORS = [
    ConnectionResetError("by the handler"),
    BrokenPipeError("by the handler"),
    ConnectionAbortedError("by the handler"),
    TimeoutError("by the handler"),
    EOFError("by the handler"),
    OSError("by the handler"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("kind", [in_thread, on_loop, by_socketserver])
def test_an_error_of_the_network_is_a_failure_like_any_other(client, server, kind, error):
    with pytest.raises(ServiceError, match=f"{type(error).__name__}: by the handler") as caught:
        with server.start(kind(error), port=7) as service:
            with client.socket() as sock:
                sock.connect(("server", 7))
                sock.sendall(b"x")
            service.wait_for(errors=1)
            assert service.errors == (error,)
    assert caught.value.errors == (error,)


@pytest.mark.parametrize(
    "error", [*ERRORS, ValueError("by the handler")], ids=lambda error: type(error).__name__
)
def test_so_it_is_where_one_thread_serves_all_datagrams(client, server, error):
    with pytest.raises(ServiceError, match="by the handler"):
        with server.start(in_thread(error), port=7, type=DATAGRAMS) as service:
            with client.socket(type=DATAGRAMS) as sock:
                sock.sendto(b"x", ("server", 7))
            service.wait_for(errors=1)


def test_a_peer_that_resets_is_told_of_the_handler_that_did_not_expect_it(client, server):
    def reads(conn):
        while conn.recv(100):
            pass

    with pytest.raises(ServiceError, match="ConnectionResetError"):
        with server.start(reads, port=7) as service, client.socket() as sock:
            sock.connect(("server", 7))
            service.wait_for(connections=1)
            reset(sock)
            service.wait_for(errors=1)
            assert [type(error) for error in service.errors] == [ConnectionResetError]


@pytest.mark.parametrize("error", [EOFError("too short"), OSError("too short"), ValueError("too short")])
def test_of_what_a_stop_breaks_only_errors_of_the_connection_are_no_fault(client, server, error):
    waiting = threading.Event()

    def reads(conn):
        waiting.set()
        if not conn.recv(4):
            raise error

    service = server.start(reads, port=7)
    with client.socket() as sock:
        sock.connect(("server", 7))
        assert waiting.wait(SECONDS)
        if isinstance(error, ValueError):
            with pytest.raises(ServiceError, match="ValueError: too short"):
                service.finish(20, raising=True)
        else:
            service.finish(20, raising=True)
    assert service.errors == ((error,) if isinstance(error, ValueError) else ())


# -- who holds a port ------------------------------------------------------------------------------------


class Silent(asyncio.DatagramProtocol):
    pass


class Request(socketserver.BaseRequestHandler):
    def handle(self):
        pass


def silent(sock):
    sock.recvfrom(100)


def note_of_bind(host, kind):
    with host.socket(type=kind) as sock, pytest.raises(OSError) as caught:
        sock.bind(("", 9))
    (note,) = caught.value.__notes__
    return note


def stream(conn):
    conn.recv(1)


@pytest.mark.parametrize("handler", [silent, Silent, Request], ids=["a function", "asyncio", "socketserver"])
def test_a_port_of_a_service_of_datagrams_names_that_service(server, handler):
    with server.start(stream, port=9, name="streams"):
        with server.start(handler, port=9, type=DATAGRAMS, name="inbox", **_class(handler)):
            assert note_of_bind(server, DATAGRAMS) == "port 9 on server is held by the service 'inbox'"
            assert (
                note_of_bind(server, socket.SOCK_STREAM)
                == "port 9 on server is held by the service 'streams'"
            )
            with pytest.raises(
                OSError, match=r"port 9 on server is taken by the service 'inbox'; stop it, or write"
            ):
                server.start(silent, port=9, type=DATAGRAMS)
            with pytest.raises(OSError, match=r"port 9 on server is taken by the service 'streams'; stop it"):
                server.start(stream, port=9)


def _class(handler):
    return {"server_class": socketserver.UDPServer} if handler is Request else {}


def test_a_port_of_a_datagram_socket_names_the_call_and_not_who_holds_the_tcp_port(server):
    with server.socket() as listener, server.socket(type=DATAGRAMS) as inbox:
        listener.bind(("", 9))
        listener.listen()
        inbox.bind(("", 9))
        assert note_of_bind(server, DATAGRAMS) == (
            "port 9 on server is held by a bound socket of the notebook (bind())"
        )
        assert note_of_bind(server, socket.SOCK_STREAM) == (
            "port 9 on server is held by a listening socket of the notebook (listen())"
        )
        with pytest.raises(OSError, match=r"taken by a bound socket of the notebook \(bind\(\)\)"):
            server.start(silent, port=9, type=DATAGRAMS)


def test_a_listener_comes_before_the_connections_that_it_accepted(client, server):
    with server.socket() as listener, client.socket() as near:
        listener.bind(("", 9))
        listener.listen()
        near.connect(("server", 9))
        with listener.accept()[0]:
            assert "held by a listening socket" in note_of_bind(server, socket.SOCK_STREAM)
