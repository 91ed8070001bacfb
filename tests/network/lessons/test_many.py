"""What the lesson on many clients stands on: who is held up, who is counted, what is held."""

from __future__ import annotations

import pytest

from labkit import Network
from labkit.lessons.many.crowd import Crowd, crowd, held_up
from labkit.lessons.many.holding import hold
from labkit.lessons.many.two_writers import receive, subscriber


@pytest.fixture
def net():
    with Network("client", "server") as network:
        yield network


def one_at_a_time(listener):
    while True:
        conn, _ = listener.accept()
        with conn:
            while data := conn.recv(1000):
                conn.sendall(data)


def failing(listener):
    with listener.accept()[0]:
        raise ValueError("a fault of the server's")


def test_one_who_says_nothing_keeps_five_in_the_queue_of_a_server_for_one(net):
    counted = []
    found = crowd(net, one_at_a_time, lambda caller: None, then=lambda: counted.append(1))
    assert found == Crowd(connected=5, answered=0, queued=5, late=5, held_up=False) and counted == [1]


def test_what_a_server_raises_is_raised(net):
    with pytest.raises(ValueError, match="a fault of the server's"):
        crowd(net, failing, lambda caller: caller.sendall(bytes(600_000)))


def test_who_fills_a_closed_window_is_held_up_and_who_has_sent_all_is_not(net):
    conn, caller = subscriber(net)
    with conn, caller:
        assert not held_up(net.server.background(conn.sendall, b"little"), conn)
        sending = net.server.background(conn.sendall, bytes(300_000))
        assert held_up(sending, conn) and not sending.done
        assert len(receive(caller, 300_006).stream) == 300_006
        sending.result()


def test_a_server_holds_connections_in_a_process_of_its_own():
    held = hold(one_for_each, 20)
    assert held.connections == tuple(range(0, 21, 2))
    assert held.threads[-1] - held.threads[0] == 20
    assert held.megabytes[0] == 0 and held.megabytes[-1] > 0


def one_for_each(listener):
    import threading

    def serve(conn):
        while data := conn.recv(1000):
            conn.sendall(data)

    while True:
        threading.Thread(target=serve, args=[listener.accept()[0]]).start()
