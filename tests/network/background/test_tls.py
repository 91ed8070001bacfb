"""start(…, ssl=…): every kind of handler in TLS, and a handshake that fails is a failure that the learner sees."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import re
import socket
import socketserver
import ssl
import struct
import threading

import pytest
from waiting import wait_for

from labkit.background.failures import ServiceError

SECONDS = 10


def with_a_thread(conn):
    while data := conn.recv(100):
        conn.sendall(data)


async def with_streams(reader, writer):
    while data := await reader.read(100):
        writer.write(data)
        await writer.drain()


class WithAProtocol(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


class WithSocketserver(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)


KINDS = with_a_thread, with_streams, WithAProtocol, WithSocketserver


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def kind(request):
    return request.param


def call(client):
    sock = client.socket()
    sock.settimeout(SECONDS)
    sock.connect(("server", 443))
    return sock


def ask(client, context, data=b"hello\n"):
    """Send and read back over TLS, and be told goodbye."""
    with context.wrap_socket(call(client), server_hostname="server", suppress_ragged_eofs=False) as talk:
        talk.sendall(data)
        assert talk.recv(100) == data
        talk.unwrap().close()


def test_every_kind_of_handler_speaks_tls(kind, client, server, contexts):
    ours, theirs = contexts
    with server.start(kind, port=443, ssl=ours) as service:
        for number in range(3):
            ask(client, theirs, b"%d\n" % number)
        service.wait_for(served=3)
        assert service.connections == () and service.errors == ()


@pytest.mark.parametrize("kind", [with_a_thread, with_streams], ids=lambda kind: kind.__name__)
def test_a_handler_that_returns_says_that_nothing_was_cut_off(kind, client, server, contexts):
    ours, theirs = contexts

    async def streams(reader, writer):
        writer.write(b"all of it")
        writer.close()

    def thread(conn):
        conn.sendall(b"all of it")

    with server.start(streams if kind is with_streams else thread, port=443, ssl=ours) as service:
        sock = call(client)
        with theirs.wrap_socket(sock, server_hostname="server", suppress_ragged_eofs=False) as talk:
            assert talk.recv(100) == b"all of it"
            assert talk.recv(100) == b""  # without close_notify: SSLEOFError
            talk.unwrap().close()
        service.wait_for(served=1)


def test_a_certificate_that_the_client_refuses_is_told(kind, client, server, contexts):
    service = server.start(kind, port=443, ssl=contexts[0])
    strict = ssl.create_default_context()
    with pytest.raises(ssl.SSLCertVerificationError), call(client) as sock:
        strict.wrap_socket(sock, server_hostname="server")
    service.wait_for(errors=1, served=1)
    (error,) = service.errors
    assert isinstance(error, ssl.SSLError) and "UNKNOWN_CA" in str(error)
    with (
        pytest.raises(ServiceError, match=r"failed in the TLS handshake with 10\.0\.0\.1:\d+: .*UNKNOWN_CA"),
        service,
    ):
        ask(client, contexts[1])  # the others are served as ever


def at_once(sock):
    sock.close()


def with_a_reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def in_the_midst(sock):
    hello = ssl.MemoryBIO()
    speaker = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), hello, server_hostname="server")
    with contextlib.suppress(ssl.SSLWantReadError):
        speaker.do_handshake()
    sock.sendall(hello.read()[:50])
    sock.close()


@pytest.mark.parametrize("leave", [at_once, with_a_reset, in_the_midst], ids=lambda leave: leave.__name__)
def test_a_peer_that_leaves_before_the_handshake_is_told_in_one_line(
    kind, leave, client, server, contexts, capsys
):
    service = server.start(kind, port=443, ssl=contexts[0])
    leave(call(client))
    service.wait_for(errors=1, served=1)
    assert service.connections == ()
    ask(client, contexts[1])
    service.stop()
    (line,) = capsys.readouterr().err.splitlines()
    assert re.fullmatch(
        rf"{kind.__name__} on server:443 failed in the TLS handshake with 10\.0\.0\.1:\d+: "
        r"ConnectionResetError: it left before the handshake was done",
        line,
    )


def test_a_peer_that_resets_while_its_connection_is_wrapped_is_told_and_leaves_no_socket(
    client, server, capsys
):
    """Late enough not to be seen before, and early enough to be met by ssl itself, half way."""
    left = threading.Event()

    class Slow(ssl.SSLContext):
        def wrap_socket(self, sock, **options):
            assert left.wait(SECONDS)
            wait_for(lambda: sock.state == "CLOSED")
            return super().wrap_socket(sock, **options)

    service = server.start(with_a_thread, port=443, ssl=Slow(ssl.PROTOCOL_TLS_SERVER))
    caller = call(client)
    service.wait_for(connections=1)
    with_a_reset(caller)
    left.set()
    service.wait_for(errors=1, served=1)
    gc.collect()
    assert not server.sockets().find(port=443, state="CLOSED")
    service.stop()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("ConnectionResetError: it left before the handshake was done")


def test_a_peer_that_speaks_no_tls_is_told_in_one_line(kind, client, server, contexts, capsys):
    service = server.start(kind, port=443, ssl=contexts[0])
    with call(client) as sock:
        sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
        service.wait_for(errors=1, served=1)
    service.stop()
    (line,) = capsys.readouterr().err.splitlines()
    assert "HTTP_REQUEST" in line


def test_what_a_handler_raises_after_the_handshake_is_its_own(client, server, contexts):
    async def streams(reader, writer):
        raise LookupError("not there")

    def thread(conn):
        raise LookupError("not there")

    for handler in (streams, thread):
        with pytest.raises(ServiceError, match=r"while serving .*LookupError"):
            with server.start(handler, port=443, ssl=contexts[0]) as service:
                contexts[1].wrap_socket(call(client), server_hostname="server").close()
                service.wait_for(errors=1)


def test_a_handshake_that_is_under_way_is_an_open_connection_and_ends_with_the_service(
    kind, client, server, contexts
):
    with call_before(client, server.start(kind, port=443, ssl=contexts[0])) as (silent, service):
        service.wait_for(connections=1)
        assert service.connections == (silent.getsockname(),)
        service.stop()
        service.wait_for(served=1)
        assert service.errors == () and service.connections == ()
        assert silent.recv(100) == b""


@contextlib.contextmanager
def call_before(client, service):
    with call(client) as silent:
        yield silent, service


def test_a_factory_that_fails_later_is_told(client, server, contexts):
    made = []

    def factory():
        made.append(1)
        if len(made) == 2:  # the first is made by start(), to see whether it can
            raise LookupError("no more")
        return WithAProtocol()

    for context in (contexts[0], None):
        made.clear()
        with pytest.raises(ServiceError, match="LookupError: no more"):
            with server.start(factory, port=443, ssl=context) as service, call(client) as sock:
                service.wait_for(errors=1)
                assert sock.recv(100) == b""


class InSlots(asyncio.Protocol):
    __slots__ = ("transport",)
    connection_made, data_received = WithAProtocol.connection_made, WithAProtocol.data_received


def test_a_protocol_that_cannot_be_watched_is_never_open(client, server, contexts):
    with server.start(InSlots, port=443, ssl=contexts[0]) as service:
        ask(client, contexts[1])
        assert service.connections == ()


def test_open_connections_end_with_the_service(kind, client, server, contexts):
    service = server.start(kind, port=443, ssl=contexts[0])
    talk = contexts[1].wrap_socket(call(client), server_hostname="server")
    talk.sendall(b"hello\n")
    assert talk.recv(100) == b"hello\n"
    service.stop()
    assert service.errors == ()
    assert talk.recv(100) == b""
    talk.close()


def test_what_is_no_servers_context_is_refused(server):
    with pytest.raises(TypeError, match="PROTOCOL_TLS_SERVER"):
        server.start(with_a_thread, ssl=True)
    with pytest.raises(ValueError, match="a client's"):
        server.start(with_a_thread, ssl=ssl.create_default_context())
    with pytest.raises(TypeError, match="TLS runs on a stream"):
        server.start(with_a_thread, type=socket.SOCK_DGRAM, ssl=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))


# -- limit, reuse_port -------------------------------------------------------------------------------------


def test_a_reader_keeps_as_much_as_its_limit(client, server):
    async def line(reader, writer):
        writer.write(await reader.readline())

    with server.start(line, port=8000, limit=100_000), client.socket() as sock:
        sock.settimeout(SECONDS)
        sock.connect(("server", 8000))
        sock.sendall(b"x" * 80_000 + b"\n")
        with sock.makefile("rb") as answer:
            assert len(answer.read()) == 80_001
    with pytest.raises(ServiceError, match="limit"), server.start(line, port=8000, limit=100) as service:
        with client.socket() as sock:
            sock.connect(("server", 8000))
            sock.sendall(b"x" * 200 + b"\n")
            service.wait_for(errors=1)
    with pytest.raises(TypeError, match="async def"):
        server.start(with_a_thread, limit=100)
    with pytest.raises(ValueError, match="limit=65536"):
        server.start(line, limit=0)


def test_two_services_share_a_port(client, server):
    def name(conn):
        conn.sendall(b"thread")

    async def streams(reader, writer):
        writer.write(b"streams")

    def asked():
        with client.socket() as sock:
            sock.settimeout(SECONDS)
            sock.connect(("server", 8000))
            return sock.recv(100)

    with server.start(name, port=8000, reuse_port=True), server.start(streams, port=8000, reuse_port=True):
        assert {asked() for _ in range(60)} == {b"thread", b"streams"}
    with server.start(name, port=8000):
        with pytest.raises(OSError, match="everybody who listens there is started with reuse_port=True"):
            server.start(streams, port=8000, reuse_port=True)
