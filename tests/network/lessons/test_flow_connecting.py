"""Connections of the lesson on flow control: their buffers are as asked, and each byte is somewhere."""

from __future__ import annotations

import socket

import pytest
from waiting import wait_for

from labkit.lessons.flow.connecting import connected, held, held_up

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
        assert held_up(sending, caller)
    assert len(conn.recv(299_999, socket.MSG_WAITALL)) == 299_999
    assert not held_up(sending, caller)
    # the last acknowledgement may be on its way
    wait_for(lambda: held(300_000, 300_000, caller, conn) == (300_000, 0, 0, 0))


def test_what_a_task_raised_is_raised(client, ends):
    def fail():
        raise KeyError("its own")

    with pytest.raises(KeyError, match="its own"):
        held_up(client.background(fail), ends[0])


def test_a_task_that_only_waits_is_told(client, ends):
    waiting = client.background(ends[0].recv, 1)
    with pytest.raises(TimeoutError, match=r"recv.*neither ended nor met a closed window in 0.1 s"):
        held_up(waiting, ends[0], seconds=0.1)
    ends[1].sendall(b"x")
    assert waiting.result(timeout=5) == b"x"
