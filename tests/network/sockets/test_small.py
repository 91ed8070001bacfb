"""Small buffers, asked for before a listener listens, are those of what it accepts."""

from __future__ import annotations

import socket

import pytest

from labkit.sockets.small import limit, listening


def given(sock):
    return [sock.getsockopt(socket.SOL_SOCKET, each) for each in (socket.SO_SNDBUF, socket.SO_RCVBUF)]


def test_what_is_accepted_has_the_listeners_buffers(client, server):
    with listening(server, 8080, send=20_000, receive=10_000) as listener, client.socket() as caller:
        limit(caller, receive=30_000)
        caller.connect(("server", 8080))
        with listener.accept()[0] as conn:
            assert given(conn) == [40_000, 20_000]  # Linux gives twice what is asked: socket(7)
        assert given(caller)[1] == 60_000


def test_what_is_not_asked_for_is_the_kernels(server):
    with server.socket() as plain, server.socket() as asked:
        limit(asked)
        assert given(asked) == given(plain)


def test_who_cannot_listen_leaves_no_socket(server):
    with listening(server, 8080), pytest.raises(OSError, match="8080"):
        listening(server, 8080)
    assert not server.sockets().find(port=8080)
