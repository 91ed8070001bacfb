"""wrap_socket() on a host's socket: what the program calls in TLS stands on the timeline, too."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading

import pytest

from labkit.sockets.tlssocket import noting_class

SECONDS = 20  # the longest that any wait here may take


@pytest.fixture
def listener(server):
    with server.socket() as sock:
        sock.settimeout(SECONDS)
        sock.bind(("", 443))
        sock.listen()
        yield sock


@pytest.fixture
def caller(client):
    with client.socket() as sock:
        sock.settimeout(SECONDS)
        yield sock


def calls(host, *names):
    return [c for c in host.core.timeline.calls() if c.host == host.name and c.name in (names or (c.name,))]


def names(host):
    return [c.name for c in calls(host)]


@contextlib.contextmanager
def meanwhile(function, *arguments):
    """Run a function beside the block, and raise what it raised."""
    found = []

    def run():
        try:
            found.append((function(*arguments), None))
        except BaseException as error:
            found.append((None, error))

    thread = threading.Thread(target=run)
    thread.start()
    yield found
    thread.join(SECONDS)
    assert not thread.is_alive()


@pytest.fixture
def pair(caller, listener, contexts):
    """Two TLS sockets that have shaken hands: (the client's, the server's)."""
    ours, theirs = contexts
    caller.connect(("server", 443))
    conn, _ = listener.accept()
    conn.settimeout(SECONDS)
    with meanwhile(lambda: ours.wrap_socket(conn, server_side=True)) as served:
        near = theirs.wrap_socket(caller, server_hostname="server")
    (far, error) = served[0]
    assert error is None
    with near, far:
        yield near, far


def test_a_wrapped_socket_is_an_sslsocket_and_says_whose_it_is(pair):
    near, far = pair
    assert isinstance(near, ssl.SSLSocket) and type(near).__name__ == "SSLSocket"
    assert repr(near).startswith("<SSLSocket fd=")
    assert "client TCP 10.0.0.1:" in repr(near) and "ESTABLISHED" in repr(near)
    assert near.state == far.state == "ESTABLISHED"
    assert near.info().state == "ESTABLISHED"


def test_the_handshake_is_a_call_at_both_ends(client, server, pair):
    for host in (client, server):
        (call,) = calls(host, "do_handshake")
        assert call.tls and call.before == "ESTABLISHED" and not call.error and call.end_ns > call.begin_ns


def test_calls_are_of_the_connection_that_the_plain_socket_had(client, server, pair):
    near, far = pair
    near.sendall(b"hello")
    assert far.recv(100) == b"hello"
    assert len({c.socket_id for c in calls(client)}) == 1
    (connect,) = calls(client, "connect")
    (sent,) = calls(client, "sendall")
    assert (sent.local, sent.peer) == (connect.local, connect.peer) and sent.peer == ("10.0.0.2", 443)
    assert not connect.tls and sent.tls


@pytest.mark.parametrize("name", ["send", "sendall", "write"])
def test_what_is_sent_is_one_call_with_the_bytes_inside(name, client, pair):
    near, far = pair
    getattr(near, name)(b"hello")
    assert far.recv(100) == b"hello"
    (call,) = calls(client, "send", "sendall", "write")
    assert (call.name, call.size, call.args) == (name, 5, "5 bytes")


@pytest.mark.parametrize(
    ("name", "receive", "asked"),
    [
        ("recv", lambda sock: sock.recv(100), 100),
        ("recv_into", lambda sock: sock.recv_into(bytearray(50)), 50),
        ("read", lambda sock: sock.read(70), 70),
        ("read", lambda sock: sock.read(0, bytearray(30)), 30),
        ("recv_into", lambda sock: sock.makefile("rb", buffering=0).read(20), 20),
    ],
)
def test_what_is_received_is_one_call_with_the_bytes_inside(name, receive, asked, client, pair):
    near, far = pair
    far.sendall(b"hello")
    receive(near)
    (call,) = calls(client, "recv", "recv_into", "read")
    assert (call.name, call.size, call.moved) == (name, asked, 5)


def test_the_goodbye_is_a_call_and_the_end_is_read(client, server, pair):
    near, far = pair

    def end():
        assert far.recv(100) == b""
        far.unwrap()

    with meanwhile(end):
        near.unwrap()
    near.close()
    assert names(client)[-2:] == ["unwrap", "close"]
    (read,) = calls(server, "recv")
    assert read.moved == 0 and read.after == "ESTABLISHED"
    assert calls(server, "unwrap")[0].tls


def test_after_the_goodbye_calls_are_plain_again(client, pair):
    near, far = pair
    with meanwhile(far.unwrap):
        plain = near.unwrap()
    plain.sendall(b"open")
    assert far.recv(100) == b"open"
    (call,) = calls(client, "sendall")
    assert not call.tls and call.size == 4


def test_a_refused_certificate_is_an_error_of_both_handshakes(client, server, caller, listener, contexts):
    caller.connect(("server", 443))
    conn, _ = listener.accept()
    conn.settimeout(SECONDS)
    with meanwhile(lambda: contexts[0].wrap_socket(conn, server_side=True)) as served:
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(caller, server_hostname="server")
    assert isinstance(served[0][1], ssl.SSLError)
    assert [c.error for c in calls(client, "do_handshake")] == ["SSLCertVerificationError"]
    assert [c.error for c in calls(server, "do_handshake")] == ["SSLError"]
    assert names(client)[-1] == names(server)[-1] == "close"


def test_a_socket_that_is_wrapped_first_connects_and_shakes_hands(client, server, caller, contexts):
    def greet(conn):
        conn.sendall(b"hello")
        conn.recv(1)  # the client ends first, so that its state says so

    with server.start(greet, port=443, ssl=contexts[0]):
        with contexts[1].wrap_socket(caller, server_hostname="server") as talk:
            talk.connect(("server", 443))
            assert talk.recv(100) == b"hello"
    assert names(client) == ["connect", "do_handshake", "recv", "close"]
    connect, handshake = calls(client, "connect", "do_handshake")
    assert connect.begin_ns <= handshake.begin_ns and handshake.end_ns <= connect.end_ns
    assert connect.address == ("10.0.0.2", 443) and connect.after == "ESTABLISHED"


def test_the_port_that_was_given_to_a_socket_stays_its_own_in_tls(client, server, contexts):
    with server.start(lambda conn: None, port=443, ssl=contexts[0]):
        for port in (40000, 40001):
            with contexts[1].wrap_socket(client.socket(), server_hostname="server") as talk:
                talk.settimeout(SECONDS)
                assert talk.connect_ex(("server", 443)) in (0, None)
                assert talk.getsockname()[1] == port


def test_a_refused_connection_is_told(client, caller, contexts):
    with contexts[1].wrap_socket(caller, server_hostname="server") as talk:
        with pytest.raises(ConnectionRefusedError):
            talk.connect(("server", 9))
    (connect,) = calls(client, "connect")
    assert connect.error == "ConnectionRefusedError"


def test_a_listener_in_tls_gives_sockets_in_tls(client, server, caller, listener, contexts):
    ours, theirs = contexts
    with ours.wrap_socket(listener, server_side=True) as secured:
        with meanwhile(secured.accept) as accepted:
            caller.connect(("server", 443))
            near = theirs.wrap_socket(caller, server_hostname="server")
        (far, address), error = accepted[0]
        assert error is None
        with near, far:
            assert isinstance(far, ssl.SSLSocket) and address == near.getsockname()
            near.sendall(b"hello")
            assert far.recv(100) == b"hello"
    assert names(server)[-5:] == ["accept", "do_handshake", "recv", "close", "close"]
    (accept,) = calls(server, "accept")
    assert accept.after == "ESTABLISHED" and accept.address == near_address(client)


def near_address(client):
    return calls(client, "connect")[0].local


def test_a_handshake_that_comes_later_is_noted_when_it_comes(client, server, caller, contexts):
    with server.start(lambda conn: None, port=443, ssl=contexts[0]):
        caller.connect(("server", 443))
        with contexts[1].wrap_socket(caller, server_hostname="server", do_handshake_on_connect=False) as talk:
            assert names(client) == ["connect"]
            talk.do_handshake()
            assert names(client) == ["connect", "do_handshake"]


def test_what_does_not_block_is_one_call_however_often_it_asks(client, listener, caller, contexts):
    import select

    def answer():
        talk, _ = listener.accept()
        with contexts[0].wrap_socket(talk, server_side=True) as talk:
            talk.sendall(b"hello")

    caller.connect(("server", 443))
    with contexts[1].wrap_socket(caller, server_hostname="server", do_handshake_on_connect=False) as talk:
        talk.setblocking(False)

        def until(call):
            while True:
                try:
                    return call()
                except ssl.SSLWantReadError:
                    assert select.select([talk], [], [], SECONDS)[0]

        with pytest.raises(ssl.SSLWantReadError):  # before there is anybody who could answer
            talk.do_handshake()
        with meanwhile(answer):
            until(talk.do_handshake)
            assert until(lambda: talk.recv(100)) == b"hello"
    vain, done = calls(client, "do_handshake")
    assert vain.error == "SSLWantReadError" and not done.error


def test_two_threads_may_read_and_write_one_socket(client, server, caller, contexts):
    reading, may_end = threading.Event(), threading.Event()

    class Waiting(ssl.SSLSocket):
        def recv(self, *_):  # waits outside OpenSSL, whose state is for one thread at a time
            reading.set()
            assert may_end.wait(SECONDS)
            return b"hello"

    theirs = ssl.create_default_context()
    theirs.check_hostname, theirs.verify_mode = False, ssl.CERT_NONE
    theirs.sslsocket_class = Waiting
    with server.start(lambda conn: conn.recv(100), port=443, ssl=contexts[0]):
        caller.connect(("server", 443))
        with theirs.wrap_socket(caller) as talk, meanwhile(lambda: talk.recv(100)):
            assert reading.wait(SECONDS)
            talk.sendall(b"hello!")
            may_end.set()
    assert [(c.name, c.size, c.moved) for c in calls(client, "recv", "sendall")] == [
        ("recv", 100, 5),
        ("sendall", 6, None),
    ]


def test_a_class_of_ones_own_stays_what_it_is(client, server, caller, contexts):
    class Mine(ssl.SSLSocket):
        def greet(self):
            self.sendall(b"hello")

    theirs = ssl.create_default_context()
    theirs.check_hostname, theirs.verify_mode = False, ssl.CERT_NONE
    theirs.sslsocket_class = Mine
    with server.start(lambda conn: conn.recv(100), port=443, ssl=contexts[0]):
        caller.connect(("server", 443))
        with theirs.wrap_socket(caller) as talk:
            assert isinstance(talk, Mine) and type(talk) is noting_class(Mine)
            talk.greet()
    assert [c.size for c in calls(client, "sendall")] == [5]


def test_a_plain_socket_of_the_machines_is_wrapped_as_ever(client, contexts):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with socket.create_connection(listener.getsockname()) as sock:
            with contexts[1].wrap_socket(
                sock, server_hostname="server", do_handshake_on_connect=False
            ) as talk:
                assert type(talk) is ssl.SSLSocket
    assert client.core.timeline.calls() == ()


def test_asyncio_shows_the_calls_below_tls(client, server, contexts):
    async def ask():
        sock = client.socket()
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, ("server", 443))
        reader, writer = await asyncio.open_connection(sock=sock, ssl=contexts[1], server_hostname="server")
        writer.write(b"hello")
        assert await reader.read(100) == b"hello"
        writer.close()
        await writer.wait_closed()

    def echo(conn):
        conn.sendall(conn.recv(100))

    with server.start(echo, port=443, ssl=contexts[0]):
        asyncio.run(asyncio.wait_for(ask(), SECONDS))
    sent = [c for c in calls(client, "send") if c.moved]
    assert sent and not any(c.tls for c in sent)
    assert all(c.count > 5 for c in sent)  # records, as the kernel gets them


def test_the_socket_table_knows_whose_a_tls_socket_is(client, server, pair):
    (row,) = server.sockets().find(port=443, state="ESTABLISHED")
    assert row.held_by.call == "accept()"
