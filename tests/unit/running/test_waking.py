"""Who waits in a call of a socket goes on when it is woken, whatever the socket and however it waits."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest

from labkit.running.waking import wake_all

WITHIN = 60.0  # seconds; who is not woken waits ten times as long


def listener():
    return [socket.create_server(("127.0.0.1", 0))]


def bound():
    sock = socket.socket(type=socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    return [sock]


def connected():
    sock = socket.socket(type=socket.SOCK_DGRAM)
    sock.connect(("127.0.0.1", 9))
    return [sock]


def stream():
    return socket.socketpair()


def datagrams():
    return socket.socketpair(type=socket.SOCK_DGRAM)


@pytest.mark.parametrize("timeout", [None, 10 * WITHIN], ids=["without end", "with a timeout"])
@pytest.mark.parametrize("make", [listener, bound, connected, stream, datagrams])
def test_who_waits_in_a_socket_goes_on(make, timeout):
    came: list[object] = []
    begins = threading.Event()

    def wait():
        begins.set()
        try:
            came.append(sock.accept() if make is listener else sock.recv(1))
        except OSError as error:
            came.append(type(error))

    with contextlib.ExitStack() as closing:
        sock, *_ = map(closing.enter_context, make())
        sock.settimeout(timeout)
        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        assert begins.wait(WITHIN)
        wake_all(sock)
        thread.join(WITHIN)
        assert came == [OSError if make is listener else b""]


def test_one_that_is_closed_or_cannot_be_shut_down_is_left_as_it_is():
    with socket.socket() as sock:
        pass
    wake_all(sock)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) as sock:
        sock.setblocking(False)
        wake_all(sock)
        with pytest.raises(BlockingIOError):
            sock.recv(1)
