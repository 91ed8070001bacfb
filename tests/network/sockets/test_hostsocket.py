"""The socket of a host works wherever a socket works, and notes its calls on the timeline."""

from __future__ import annotations

import asyncio
import errno
import selectors
import signal
import socket
import socketserver
import threading
import time
import warnings

import pytest
from waiting import signalled_when

from labkit.sockets.hostsocket import HostSocket

SECONDS = 20  # the longest that any wait here may take


def calls(host, name=None):
    return [c for c in host.core.timeline.calls() if c.host == host.name and name in (None, c.name)]


def test_the_life_of_a_connection_is_on_the_timeline(client, server):
    begin = time.monotonic_ns()
    with server.socket() as listener, client.socket() as near:
        listener.bind((server.address, 8080))
        listener.listen()
        near.connect((server.address, 8080))
        far, peer = listener.accept()
        with far:
            near.sendall(b"hello")
            assert far.recv(100) == b"hello"
            near.close()
            assert far.recv(100) == b""
    assert [str(c) for c in calls(client)] == [
        "client connect(10.0.0.2:8080)",
        "client sendall(5 bytes)",
        "client close()",
    ]
    assert [str(c) for c in calls(server)] == [
        "server bind(10.0.0.2:8080)",
        "server listen()",
        f"server accept() → {peer[0]}:{peer[1]}",
        "server recv(100) → 5",
        "server recv(100) → 0",
        "server close()",
        "server close()",
    ]
    states = [(c.name, c.before, c.after) for c in client.core.timeline.calls()]
    assert states[:4] == [
        ("bind", "CLOSED", ""),
        ("listen", "CLOSED", "LISTEN"),
        ("connect", "CLOSED", "ESTABLISHED"),
        ("accept", "LISTEN", "ESTABLISHED"),
    ]
    assert ("recv", "", "CLOSE-WAIT") in states, "the end of the stream is a change of state"
    connect, accept = calls(client, "connect")[0], calls(server, "accept")[0]
    assert (connect.local, connect.peer) == (accept.peer, accept.local) == (peer, ("10.0.0.2", 8080))
    for call in client.core.timeline.calls():
        assert begin <= call.begin_ns <= call.end_ns <= time.monotonic_ns()


def test_a_blocked_call_shows_until_it_returns(client, listener):
    accepted = []
    thread = threading.Thread(target=lambda: accepted.append(listener.accept()))
    thread.start()
    try:
        deadline = time.monotonic() + SECONDS
        while not calls(listener._at, "accept"):
            assert time.monotonic() < deadline
        (waiting,) = calls(listener._at, "accept")
        assert waiting.blocked and waiting.before == "LISTEN"
    finally:
        with client.socket() as near:
            near.connect(listener.getsockname())
            thread.join(SECONDS)
            near_address = near.getsockname()
    (returned,) = calls(listener._at, "accept")
    assert not returned.blocked and returned.peer == near_address
    accepted[0][0].close()


def test_refused_is_an_error_on_the_timeline(client, server):
    with client.socket() as sock, pytest.raises(ConnectionRefusedError):
        sock.connect((server.address, 9))
    (call,) = calls(client, "connect")
    assert (call.error, call.before, call.after) == ("ConnectionRefusedError", "CLOSED", "CLOSED")


def test_connect_ex_gives_the_number_and_its_name(client, server):
    with client.socket() as sock:
        assert sock.connect_ex((server.address, 9)) == errno.ECONNREFUSED
    assert calls(client, "connect_ex")[0].result == "ECONNREFUSED"


def test_a_timeout_is_noted(pair):
    near, _ = pair
    near.settimeout(0.01)
    with pytest.raises(TimeoutError):
        near.recv(1)
    assert calls(near._at, "recv")[0].error == "TimeoutError"


def test_trying_again_and_again_is_one_call(pair):
    near, far = pair
    near.setblocking(False)
    for _ in range(100):
        with pytest.raises(BlockingIOError):
            near.recv(10)
    (call,) = calls(near._at, "recv")
    assert (call.error, call.result) == ("BlockingIOError", "100 times")
    far.sendall(b"x")
    with selectors.DefaultSelector() as selector:
        selector.register(near, selectors.EVENT_READ)
        assert selector.select(SECONDS)
    assert near.recv(10) == b"x"
    assert [c.result for c in calls(near._at, "recv")] == ["100 times", "1"]


def test_a_connect_that_does_not_block_tells_its_end_by_so_error(client, listener):
    with client.socket() as sock, selectors.DefaultSelector() as selector:
        sock.setblocking(False)
        with pytest.raises(BlockingIOError):
            sock.connect(listener.getsockname())
        selector.register(sock, selectors.EVENT_WRITE)
        assert selector.select(SECONDS)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    connect, answer = calls(client)[:2]
    assert (connect.error, connect.before) == ("BlockingIOError", "CLOSED")
    assert (answer.name, answer.args, answer.after) == ("getsockopt", "SO_ERROR", "ESTABLISHED")
    listener.accept()[0].close()


def test_every_way_to_send_and_receive(pair):
    near, far = pair
    buffer = bytearray(10)
    assert near.send(b"abc") == 3 and far.recv_into(buffer, 3) == 3
    assert near.send(memoryview(b"abcdefgh").cast("I")) == 8 and far.recv(8) == b"abcdefgh"
    assert near.sendmsg([b"ab", b"cd"]) == 4 and far.recvmsg(10)[0] == b"abcd"
    assert near.sendmsg(iter([b"xy"])) == 2 and far.recvmsg_into([buffer])[0] == 2
    with near.makefile("w") as out, far.makefile() as lines:
        out.write("line\n")
        out.flush()
        assert lines.readline() == "line\n"
    assert [(c.name, c.args, c.result) for c in calls(near._at) if c.name.startswith("send")] == [
        ("send", "3 bytes", "3"),
        ("send", "8 bytes", "8"),
        ("sendmsg", "4 bytes", "4"),
        ("sendmsg", "", "2"),
        ("send", "5 bytes", "5"),
    ]


def test_bytes_that_are_only_looked_at_are_told_from_those_that_are_taken(pair):
    near, far = pair
    near.sendall(b"abc")
    wait, peek = socket.MSG_WAITALL, socket.MSG_PEEK
    assert far.recv(3, peek | wait) == b"abc" and far.recv_into(bytearray(9), flags=peek) == 3
    assert far.recv_into(bytearray(2), 2, peek) == 2 and far.recvmsg(3, 0, peek)[0] == b"abc"
    assert far.recv_into(bytearray(1), 1, 0) == 1 and far.recv(2, wait) == b"bc"
    assert [(c.name, c.args) for c in calls(far._at) if c.name.startswith("recv")] == [
        ("recv", "3, MSG_PEEK"),
        ("recv_into", "9, MSG_PEEK"),
        ("recv_into", "2, MSG_PEEK"),
        ("recvmsg", "3, MSG_PEEK"),
        ("recv_into", "1"),
        ("recv", "2"),
    ]


def test_wrong_arguments_get_the_standard_answers(pair):
    near, _ = pair
    for call in (near.send, near.recv, near.sendto, near.recv_into, near.connect):
        with pytest.raises(TypeError):
            call()
    with pytest.raises(TypeError, match="bytes-like"):
        near.send("text")
    with pytest.raises(TypeError):
        near.sendto(b"x")
    with pytest.raises(TypeError):
        near.recv(1, "no flags")
    near.sendall(b"still usable")


def test_datagrams(client, server):
    with server.socket(type=socket.SOCK_DGRAM) as inbox, client.socket(type=socket.SOCK_DGRAM) as sock:
        inbox.settimeout(SECONDS)
        inbox.bind((server.address, 9))
        assert sock.sendto(b"hello", ("server", 9)) == 5
        data, sender = inbox.recvfrom(100)
        assert (data, sender[0]) == (b"hello", client.address)
    sent, received = calls(client, "sendto")[0], calls(server, "recvfrom")[0]
    assert (sent.args, sent.result) == ("5 bytes to server:9", "5")
    assert received.result == f"5 from {sender[0]}:{sender[1]}"
    assert (sent.before, sent.after, received.before) == ("", "", "")


def test_hosts_may_be_named(client, server, listener):
    with client.socket() as sock:
        sock.connect(("server", 8080))
        assert sock.getpeername() == (server.address, 8080)
    listener.accept()[0].close()


def test_an_unknown_host_is_said_to_be_unknown(client):
    with client.socket() as sock, pytest.raises(socket.gaierror) as caught:
        sock.connect(("sevrer", 80))
    assert "no host 'sevrer'" in caught.value.__notes__[0] and "client, server" in caught.value.__notes__[0]


def test_binding_to_another_hosts_address_is_explained(client, server):
    with client.socket() as sock, pytest.raises(OSError) as caught:
        sock.bind((server.address, 80))
    assert caught.value.errno == errno.EADDRNOTAVAIL
    assert caught.value.__notes__ == [
        "10.0.0.2 is the address of server; this socket is on client: bind it to 10.0.0.1"
    ]


def test_a_bound_port_names_its_holder(server, listener):
    with server.socket() as sock, pytest.raises(OSError) as caught:
        sock.bind((server.address, 8080))
    assert caught.value.errno == errno.EADDRINUSE
    assert (
        "port 8080 on server is held by a listening socket of the notebook (listen())"
        in caught.value.__notes__
    )


def test_a_port_to_call_from_names_the_connection_that_holds_it(client, listener):
    with client.socket() as first, client.socket() as second:
        first.bind(("client", 5000))
        first.connect(("server", 8080))
        with pytest.raises(OSError) as caught:
            second.bind(("client", 5000))
    assert caught.value.__notes__ == [
        "port 5000 on client is held by a connected socket of the notebook (connect())"
    ]


def test_how_it_looks(client, server, listener, pair):
    near, _ = pair
    port = near.getsockname()[1]
    assert repr(near) == (
        f"<HostSocket fd={near.fileno()} client TCP 10.0.0.1:{port} → 10.0.0.2:8080 ESTABLISHED>"
    )
    assert repr(listener) == f"<HostSocket fd={listener.fileno()} server TCP 10.0.0.2:8080 LISTEN>"
    near.close()
    assert repr(near) == f"<HostSocket client TCP 10.0.0.1:{port} → 10.0.0.2:8080 closed>"
    with client.socket() as tcp, client.socket(type=socket.SOCK_DGRAM) as udp:
        assert repr(tcp) == f"<HostSocket fd={tcp.fileno()} client TCP CLOSED>"
        assert repr(udp) == f"<HostSocket fd={udp.fileno()} client UDP>"
    assert [c.args for c in calls(client, "close")] == ["", "", ""]


def test_accepted_and_duplicated_sockets_are_host_sockets(pair):
    near, far = pair
    assert type(far) is HostSocket and far._host == "server"
    with near.dup() as twin:
        assert type(twin) is HostSocket
        twin.sendall(b"x")
        assert twin.gettimeout() == near.gettimeout()
    assert far.recv(1) == b"x"


def test_an_unclosed_socket_warns_as_in_the_standard_library(client):
    sock = client.socket()
    with pytest.warns(ResourceWarning, match=r"unclosed <HostSocket fd=\d+ client TCP"):
        del sock


def test_closing_is_noted_once_and_when_it_happens(pair):
    near, _ = pair
    file = near.makefile("rb")
    near.close()
    assert calls(near._at, "close") == [], "the file keeps the connection open"
    file.close()
    near.close()
    (call,) = calls(near._at, "close")
    assert call.before == "ESTABLISHED"


def test_shutdown_is_half_a_close(pair):
    near, far = pair
    near.shutdown(socket.SHUT_WR)
    (call,) = calls(near._at, "shutdown")
    assert (call.args, call.before) == ("SHUT_WR", "ESTABLISHED")
    assert call.after.startswith("FIN-WAIT")
    assert far.recv(1) == b""


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1), "TCP_NODELAY, 1"),
        ((socket.SOL_SOCKET, socket.SO_REUSEADDR, 1), "SO_REUSEADDR, 1"),
        ((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 0), "SO_KEEPALIVE, 0"),
    ],
)
def test_options_are_named(client, option, words):
    with client.socket() as sock:
        sock.setsockopt(*option)
    assert calls(client, "setsockopt")[0].args == words


def test_an_interrupt_leaves_the_socket_usable(pair):
    near, far = pair

    class Buffer(bytearray):
        pass

    def interrupt(*_):
        raise KeyboardInterrupt

    def waits():
        return any(call.blocked for call in calls(near._at, "recv"))

    old = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt), signalled_when(waits, signal.SIGALRM):
            near.recv(1)
    finally:
        signal.signal(signal.SIGALRM, old)
    (call,) = calls(near._at, "recv")
    assert call.error == "KeyboardInterrupt" and not call.blocked
    far.sendall(b"x")
    assert near.recv(1) == b"x"


def test_asyncio_sockets_streams_and_protocols(client, server, listener):
    listener.setblocking(False)

    class Upper(asyncio.Protocol):
        def __init__(self, lost):
            self.lost = lost

        def connection_made(self, transport):
            self.transport = transport

        def connection_lost(self, error):
            self.lost.set()

        def data_received(self, data):
            self.transport.write(data.upper())

    async def streams():
        served = asyncio.Event()

        async def echo(reader, writer):
            writer.write(await reader.readline())
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            served.set()

        async with await asyncio.start_server(echo, sock=listener):
            sock = client.socket()
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, (server.address, 8080))
            reader, writer = await asyncio.open_connection(sock=sock)
            writer.write(b"hello\n")
            line = await reader.readline()
            writer.close()
            await writer.wait_closed()
            await served.wait()
            return line

    async def protocols():
        loop = asyncio.get_running_loop()
        lost = asyncio.Event()
        own = server.socket()
        own.bind((server.address, 8081))
        async with await loop.create_server(lambda: Upper(lost), sock=own):
            sock = client.socket()
            sock.setblocking(False)
            await loop.sock_connect(sock, (server.address, 8081))
            await loop.sock_sendall(sock, b"abc")
            answer = await loop.sock_recv(sock, 10)
            sock.close()
            await lost.wait()
            return answer

    assert asyncio.run(asyncio.wait_for(streams(), SECONDS)) == b"hello\n"
    assert asyncio.run(asyncio.wait_for(protocols(), SECONDS)) == b"ABC"
    assert [c.name for c in calls(client) if c.error == ""][:2] == ["getsockopt", "send"]


def test_socketserver(client, server):
    class Echo(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(self.rfile.readline())

    with socketserver.TCPServer((server.address, 8082), Echo, bind_and_activate=False) as served:
        served.socket.close()
        served.socket = server.socket()
        served.server_bind()
        served.server_activate()
        thread = threading.Thread(target=served.handle_request)
        thread.start()
        with client.socket() as sock:
            sock.settimeout(SECONDS)
            sock.connect((server.address, 8082))
            sock.sendall(b"hello\n")
            assert sock.recv(10) == b"hello\n"
        thread.join(SECONDS)


def test_a_socket_is_made_by_its_host():
    with pytest.raises(TypeError, match=r"write host.socket\(\)"):
        HostSocket(socket.AF_INET, socket.SOCK_STREAM, host=None)


def test_warnings_are_errors_here():
    with pytest.raises(ResourceWarning):
        warnings.warn("x", ResourceWarning, stacklevel=1)
