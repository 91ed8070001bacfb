"""Connections of the lesson on flow control: their buffers are as asked, and each byte is somewhere."""

from __future__ import annotations

import socket
import threading

import pytest

from labkit.lessons.flow.connecting import connected, ended_within, held

BUFFERS = 20_000


@pytest.fixture
def ends(client, server):
    caller, conn = connected(client, server, 8080, BUFFERS)
    with caller, conn:
        yield caller, conn


def test_both_ends_have_their_buffers(ends):
    for sock in ends:
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            assert sock.getsockopt(socket.SOL_SOCKET, option) == 2 * BUFFERS


def test_the_port_can_be_taken_again_at_once(client, server):
    for _ in range(2):
        for sock in connected(client, server, 8080, BUFFERS):
            sock.close()


def test_each_byte_is_somewhere(net, ends):
    caller, conn = ends
    with net.capture() as trace:
        sending = net.client.background(caller.sendall, bytes(300_000))
        trace.wait_for(trace.zero_windows)
        read = len(conn.recv(1))
        trace.wait_for(trace.window_probes)  # nothing moves
        found = held(300_000, read, caller, conn)
        assert found.read == 1 and sum(found) == 300_000 and min(found) > 0
        assert not ended_within(0.01, sending)
    assert len(conn.recv(299_999, socket.MSG_WAITALL)) == 299_999
    assert ended_within(5, sending)
    assert held(300_000, 300_000, caller, conn) == (300_000, 0, 0, 0)


def test_what_a_task_raised_is_raised(client):
    done = threading.Event()

    def fail():
        done.wait(5)
        raise KeyError("its own")

    task = client.background(fail)
    assert not ended_within(0.01, task)
    done.set()
    with pytest.raises(KeyError, match="its own"):
        ended_within(5, task)
