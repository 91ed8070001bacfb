"""The pool of connections: who is lent what, who waits, and what is closed."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest

from labkit.clients.pooled import Pool, PoolClosed, PoolFull


class Server:
    """What connects: each call gives one end of a pair, and keeps the other."""

    def __init__(self):
        self.ends, self.error = [], None

    def __call__(self):
        if self.error is not None:
            raise self.error
        near, far = socket.socketpair()
        near.settimeout(60)
        self.ends.append(far)
        return near


@pytest.fixture
def server():
    made = Server()
    yield made
    for end in made.ends:
        end.close()


def test_a_connection_is_used_again(server):
    with Pool(server) as pool:
        with pool.connection() as one:
            pass
        with pool.connection() as two:
            assert two is one
        assert pool.counts == {"made": 1, "reused": 1}
    assert one.fileno() == -1


def test_of_a_thousand_askers_so_many_have_one_at_the_same_time(server):
    most, here, seen = 3, [], []

    def ask():
        for _ in range(40):
            with pool.connection(60) as sock:
                here.append(sock)
                now = here.copy()  # once: others come and go meanwhile
                seen.append(len(now))
                assert len(set(now)) == len(now), "two have the same one"
                here.remove(sock)

    with Pool(server, most) as pool:
        threads = [threading.Thread(target=ask) for _ in range(25)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert max(seen) <= most and len(seen) == 1000
        assert pool.counts["made"] <= most and pool.counts["made"] + pool.counts["reused"] == 1000


def test_who_waits_gets_the_one_that_is_given_back_or_an_error_in_time(server):
    with Pool(server, most=1) as pool:
        with pool.connection() as one:
            with (
                pytest.raises(PoolFull, match=r"all 1 connections were in use for 0\.01 s"),
                pool.connection(0.01),
            ):
                pass
            got = []
            waiting = threading.Thread(
                target=lambda: got.append(contextlib.ExitStack().enter_context(pool.connection(60)))
            )
            waiting.start()
        waiting.join(60)
        assert got == [one]
        one.close()


def test_what_raised_is_not_lent_again(server):
    with Pool(server) as pool:
        with pytest.raises(ZeroDivisionError), pool.connection() as one:
            raise ZeroDivisionError
        assert one.fileno() == -1
        with pool.connection() as two:
            assert two is not one
        assert pool.counts == {"made": 2, "broken": 1}


@pytest.mark.parametrize("what", ["its end", "bytes that nobody asked for", "nothing, for too long"])
def test_what_is_no_good_any_more_is_closed_and_not_lent(server, what):
    now = [0.0]
    with Pool(server, idle_s=30, clock=lambda: now[0]) as pool:
        with pool.connection() as one:
            pass
        if what == "its end":
            server.ends[0].close()
        elif what == "bytes that nobody asked for":
            server.ends[0].sendall(b"BYE")
        else:
            now[0] = 30.1
        with pool.connection() as two:
            assert two is not one and one.fileno() == -1
        assert pool.counts == {"made": 2, "stale": 1}


def test_who_cannot_connect_takes_nobodys_place(server):
    with Pool(server, most=1) as pool:
        server.error = ConnectionRefusedError("nobody there")
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError), pool.connection(0.01):
                pass
        server.error = None
        with pool.connection(0.01):
            pass


def test_one_that_its_user_closed_is_replaced(server):
    with Pool(server, most=1) as pool:
        with pool.connection() as one:
            one.close()
        with pool.connection() as two:
            assert two.fileno() >= 0


def test_a_closed_pool_lends_no_more_and_closes_what_comes_back(server):
    pool = Pool(server, most=1)
    with pool.connection() as lent:
        failed = []

        def wait():
            try:
                with pool.connection(60):
                    pass
            except PoolClosed as error:
                failed.append(error)

        waiting = threading.Thread(target=wait)
        waiting.start()
        pool.close()
        waiting.join(60)
        assert len(failed) == 1 and lent.fileno() >= 0
    assert lent.fileno() == -1
    with pytest.raises(PoolClosed, match="make a new one"), pool.connection():
        pass


def test_a_pool_of_none_is_refused(server):
    with pytest.raises(ValueError, match="one connection at least"):
        Pool(server, most=0)
