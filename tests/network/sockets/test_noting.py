"""What a call's entry on the timeline says: how long it took, also when it failed, and at which socket it was made."""

from __future__ import annotations

import errno
import selectors
import socket
import struct
import threading
import time

import pytest

from labkit.sockets.timeline import END, NAME

SECONDS = 20  # the longest that any wait here may take
MS = 1_000_000
DELAY_MS = 30
STREAM, DATAGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM


@pytest.fixture
def listener(server):
    """One that listens on all addresses: a connection's own address is not its listener's."""
    with server.socket() as sock:
        sock.settimeout(SECONDS)
        sock.bind(("", 8080))
        sock.listen()
        yield sock


@pytest.fixture
def hosts(network):
    return network(delay_ms=DELAY_MS).hosts


def calls(host, name=None):
    return [c for c in host.core.timeline.calls() if c.host == host.name and name in (None, c.name)]


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def ready(sock, what):
    with selectors.DefaultSelector() as selector:
        selector.register(sock, what)
        assert selector.select(SECONDS)


def eventually(condition):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


# -- how long it took ----------------------------------------------------------------------------------


def refused(sock):
    with pytest.raises(ConnectionRefusedError):
        sock.connect(("server", 9))


def in_vain(name, *arguments):
    def ask(sock):
        if name == "accept":
            sock.bind(("", 81))
            sock.listen()
        else:
            sock.bind(("", 81))
        sock.settimeout(DELAY_MS / 1000)
        with pytest.raises(TimeoutError):
            getattr(sock, name)(*arguments)

    return ask


@pytest.mark.parametrize(
    ("kind", "name", "fails", "least_ms", "error"),
    [
        (STREAM, "connect", refused, 2 * DELAY_MS, "ConnectionRefusedError"),
        (STREAM, "connect_ex", lambda sock: sock.connect_ex(("server", 9)), 2 * DELAY_MS, ""),
        (STREAM, "accept", in_vain("accept"), DELAY_MS, "TimeoutError"),
        (DATAGRAM, "recv", in_vain("recv", 9), DELAY_MS, "TimeoutError"),
        (DATAGRAM, "recvfrom", in_vain("recvfrom", 9), DELAY_MS, "TimeoutError"),
        (DATAGRAM, "recv_into", in_vain("recv_into", bytearray(9)), DELAY_MS, "TimeoutError"),
        (DATAGRAM, "recvmsg", in_vain("recvmsg", 9), DELAY_MS, "TimeoutError"),
    ],
)
def test_a_call_that_fails_lasts_until_it_does(hosts, kind, name, fails, least_ms, error):
    client, _ = hosts
    with client.socket(type=kind) as sock:
        begin = time.monotonic_ns()
        fails(sock)
        end = time.monotonic_ns()
        (call,) = calls(client, name)
        assert call.error == error
        assert begin <= call.begin_ns and call.end_ns <= end
        assert call.end_ns - call.begin_ns >= least_ms * MS
        assert call.local == sock.local is not None, "where it stands is known after a failure, too"


def test_a_call_that_succeeds_lasts_until_what_it_waits_for_is_there(hosts):
    client, server = hosts
    with server.socket() as listener, client.socket() as near:
        listener.bind(("", 8080))
        listener.listen()
        near.connect(("server", 8080))
        far, _ = listener.accept()
        with far:
            near.sendall(b"x")
            assert far.recv(1) == b"x"
    (connect,), (accept,), (send,), (recv,) = (
        calls(client, "connect"),
        calls(server, "accept"),
        calls(client, "sendall"),
        calls(server, "recv"),
    )
    assert connect.end_ns - connect.begin_ns >= 2 * DELAY_MS * MS
    assert accept.end_ns - connect.begin_ns >= 3 * DELAY_MS * MS
    assert recv.end_ns - send.begin_ns >= DELAY_MS * MS


def test_tries_in_vain_last_until_the_last_of_them(pair):
    near, _ = pair
    near.setblocking(False)
    for tries in (1, 2, 3):
        begin = time.monotonic_ns()
        with pytest.raises(BlockingIOError):
            near.recv(10)
        (call,) = calls(near._at, "recv")
        assert call.end_ns >= begin and call.tries == (tries if tries > 1 else 0)


def test_a_failure_says_the_state_that_it_left(pair):
    near, far = pair
    near.settimeout(0.01)
    with pytest.raises(TimeoutError):
        near.recv(1)
    near.settimeout(SECONDS)
    reset(far)
    with pytest.raises(ConnectionResetError):
        near.recv(1)
    assert [(call.error, call.after) for call in calls(near._at, "recv")] == [
        ("TimeoutError", "ESTABLISHED"),
        ("ConnectionResetError", "CLOSED"),
    ]


# -- one row of tries is one call, and nothing else is ---------------------------------------------------


def test_tries_of_another_call_are_another_row(pair):
    near, _ = pair
    near.setblocking(False)
    for name, tries in (("recv", 2), ("recv_into", 3), ("recv", 4)):
        for _ in range(tries):
            with pytest.raises(BlockingIOError):
                getattr(near, name)(bytearray(9) if name == "recv_into" else 9)
    rows = [(call.name, call.tries) for call in calls(near._at) if call.name.startswith("recv")]
    assert rows == [("recv", 2), ("recv_into", 3), ("recv", 4)]


def test_an_error_after_tries_in_vain_is_a_call_of_its_own(pair):
    near, far = pair
    near.setblocking(False)
    for _ in range(2):
        with pytest.raises(BlockingIOError):
            near.recv(9)
    reset(far)
    ready(near, selectors.EVENT_READ)
    with pytest.raises(ConnectionResetError):
        near.recv(9)
    assert near.recv(9) == b""
    assert [(call.error, call.result) for call in calls(near._at, "recv")] == [
        ("BlockingIOError", "2 times"),
        ("ConnectionResetError", ""),
        ("", "0"),
    ]


def test_a_call_is_noted_before_it_is_made_unless_it_is_one_more_try(pair):
    near, far = pair
    seen = []
    timeline = near._at.core.timeline
    timeline.watchers += (lambda entry: seen.append((entry[NAME], entry[END] is None)),)
    near.setblocking(False)
    for _ in range(2):
        with pytest.raises(BlockingIOError):
            near.recv(9)
    far.sendall(b"ab")
    ready(near, selectors.EVENT_READ)
    assert near.recv(1) == b"a"  # this ended the tries, and is known for no try only now
    assert near.recv(1) == b"b"
    with pytest.raises(BlockingIOError):
        near.recv(9)
    reset(far)
    ready(near, selectors.EVENT_READ)
    with pytest.raises(ConnectionResetError):
        near.recv(9)
    assert near.recv(9) == b""
    assert [noted for name, noted in seen if name == "recv"] == [True, False, True, True, False, True]


@pytest.mark.parametrize(
    "waits", [lambda sock: sock.settimeout(SECONDS), lambda sock: sock.setblocking(True)]
)
def test_who_waits_after_tries_in_vain_is_seen_waiting(pair, waits):
    near, far = pair
    near.setblocking(False)
    with pytest.raises(BlockingIOError):
        near.recv(9)
    waits(near)
    thread = threading.Thread(target=near.recv, args=(9,))
    thread.start()
    try:
        eventually(lambda: [call.blocked for call in calls(near._at, "recv")] == [False, True])
    finally:
        far.sendall(b"x")
        thread.join(SECONDS)
    assert [call.blocked for call in calls(near._at, "recv")] == [False, False]


# -- at which socket, between which ends -----------------------------------------------------------------


def test_accept_is_a_call_of_the_listener_and_tells_the_ends_of_the_connection(pair, server):
    near, far = pair
    far.sendall(b"x")
    (listen,), (accept,), (send,) = (calls(server, name) for name in ("listen", "accept", "sendall"))
    assert listen.socket_id == accept.socket_id != send.socket_id
    assert listen.local == ("0.0.0.0", 8080) and listen.peer is None
    ends = (("10.0.0.2", 8080), near.getsockname())
    assert (accept.local, accept.peer) == (send.local, send.peer) == ends


def test_an_accept_that_failed_tells_the_listeners_end(server, listener):
    listener.settimeout(0.01)
    with pytest.raises(TimeoutError):
        listener.accept()
    (accept,) = calls(server, "accept")
    assert (accept.local, accept.peer, accept.after) == (("0.0.0.0", 8080), None, "LISTEN")


def test_the_first_datagram_tells_where_it_was_sent_from(client):
    with client.socket(type=DATAGRAM) as sock:
        sock.sendto(b"x", ("server", 9))
        (call,) = calls(client, "sendto")
        assert call.local == ("0.0.0.0", sock.getsockname()[1])


def test_closing_tells_the_ends_even_of_a_connection_that_nobody_asked_after(client, listener):
    sock = client.socket()
    sock.setblocking(False)
    with pytest.raises(BlockingIOError):
        sock.connect(("server", 8080))
    ready(sock, selectors.EVENT_WRITE)
    local = sock.getsockname()
    sock.close()
    (close,) = calls(client, "close")
    assert (close.local, close.peer) == (local, ("10.0.0.2", 8080))
    listener.accept()[0].close()


def test_a_copy_of_a_socket_has_its_ends(pair):
    near, _ = pair
    with near.dup() as copy:
        copy.sendall(b"x")
        (call,) = calls(near._at, "sendall")
    assert (call.local, call.peer) == (near.getsockname(), ("10.0.0.2", 8080))
    assert call.socket_id != calls(near._at, "connect")[0].socket_id


def test_what_became_of_a_connect_is_noted_each_time_that_it_is_asked_until_it_is_known(hosts):
    client, _ = hosts
    with client.socket() as sock:
        sock.setblocking(False)
        client.link.cut()  # no answer comes before it was asked
        assert sock.connect_ex(("server", 9)) == errno.EINPROGRESS
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
        client.link.mend()  # the kernel tries again after a second
        ready(sock, selectors.EVENT_WRITE)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNREFUSED
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    asked = [(call.name, call.result, call.before, call.after) for call in calls(client)]
    assert asked == [
        ("connect_ex", "EINPROGRESS", "CLOSED", "SYN-SENT"),
        ("getsockopt", "0", "SYN-SENT", "SYN-SENT"),
        ("getsockopt", "ECONNREFUSED", "CLOSED", "CLOSED"),
        ("close", "", "CLOSED", ""),
    ]
