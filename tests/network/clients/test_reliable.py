"""The reliable client on the wire, against servers that fail by script, and against its own."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import struct
import sys

import pytest
from waiting import wait_for

from labkit import Drop
from labkit.clients.reliable import Client, GaveUp, Pauses, Refused

PORT = 4100
SECONDS = 60


def abort(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


class Script:
    """A server whose n-th connection is served by the n-th of these functions, the last one by all later ones.

    heard: the lines that each connection was told, PING left out.
    """

    def __init__(self, *handlers):
        self.handlers, self.heard = handlers, []

    def __call__(self, conn):
        mine = []
        self.heard.append(mine)
        handler = self.handlers[min(len(self.heard), len(self.handlers)) - 1]
        # A client that takes its connection for dead aborts it.
        with contextlib.suppress(OSError), conn, conn.makefile("r", encoding="utf-8", newline="\n") as lines:
            handler(conn, self._orders(lines, conn, mine))

    @staticmethod
    def _orders(lines, conn, mine):
        for line in lines:
            if line == "PING\n":
                conn.sendall(b"PONG\n")
            else:
                mine.append(line.rstrip("\n"))
                yield mine[-1].split(" ")[1]


def booking():
    """A handler that answers each order, and goes on; with one book for all connections that it serves.

    Where this server stands still, its client takes it for dead, and asks again on another connection.
    """
    book = {}

    def books(conn, keys):
        for key in keys:
            number = book.setdefault(key, len(book) + 1)
            conn.sendall(f"BOOKED {key} {number}\n".encode())

    return books


@pytest.fixture
def net(network):
    return network("client", "server", delay_ms=1)


@pytest.fixture
def run():
    """`run(net, story)`: story(client) on the host client, to its end; how: of the Client."""

    def begin(net, story, **how):
        how = {"beat_s": 5.0, "pauses": Pauses(0.01, 0.05, tries=50)} | how

        async def connect():
            return await asyncio.open_connection("server", PORT)

        async def all_of_it():
            with net.client:
                async with Client(connect, **how) as client:
                    return await asyncio.wait_for(story(client), SECONDS), client.counts

        return net.client.background(all_of_it).result(SECONDS + 5)

    return begin


def refuses(conn, keys):
    conn.sendall(f"NO {next(keys)} sold out\n".encode())
    booking()(conn, keys)


def resets(conn, keys):
    next(keys)
    abort(conn)


def closes_early(conn, keys):
    pass


def cuts_the_answer(conn, keys):
    conn.sendall(f"BOOKED {next(keys)} 1".encode())


def is_silent(conn, keys):
    conn.recv(1)
    while conn.recv(1000):  # not even PONG
        pass


def answers_twice(conn, keys):
    for number, key in enumerate(keys, 1):
        conn.sendall(f"BOOKED {key} {number}\nBOOKED {key} {number}\nBOOKED other 7\n".encode())


def talks_nonsense(conn, keys):
    conn.sendall(b"HTTP/1.1 400 Bad Request\n")
    for _ in keys:
        pass


def talks_no_end(conn, keys):
    conn.sendall(b"x" * 10_000)
    for _ in keys:
        pass


async def three(client):
    return [await client.book(text) for text in ("one", "two", "three")]


async def together(client):
    return await asyncio.gather(*(client.book(f"order {number}") for number in range(20)))


FAILURES = (
    resets,
    closes_early,
    cuts_the_answer,
    is_silent,
    talks_nonsense,
    talks_no_end,
)


@pytest.mark.parametrize("failure", FAILURES)
def test_an_order_is_said_again_under_its_key(net, run, failure):
    script = Script(failure, booking())
    with net.server.start(script, port=PORT):
        # Two beats of silence are noticed.  A living server that stands still for so long is called again.
        (numbers, counts) = run(net, three, beat_s=0.3 if failure is is_silent else 5.0, misses=1)
    assert numbers == [1, 2, 3]
    assert counts["booked"] == 3 and counts["gave_up"] == 0
    told = [line for lines in script.heard for line in lines]
    assert {line.split(" ")[2] for line in told} == {"one", "two", "three"}
    assert len({line.split(" ")[1] for line in told}) == 3, "a key for each order, in all tries"
    assert counts["said"] >= len(told)


def test_an_answer_that_comes_twice_is_taken_once(net, run):
    with net.server.start(Script(answers_twice), port=PORT):
        assert run(net, three)[0] == [1, 2, 3]


def test_all_that_have_no_answer_are_said_again_in_order(net, run):
    def some(conn, keys):
        for number in range(1, 6):
            conn.sendall(f"BOOKED {next(keys)} {number}\n".encode())
        abort(conn)

    def rest(conn, keys):
        for number, key in enumerate(keys, 6):
            conn.sendall(f"BOOKED {key} {number}\n".encode())

    script = Script(some, rest)
    with net.server.start(script, port=PORT):
        numbers, counts = run(net, together)
    # of the five answers some may be lost with the reset
    assert sorted(set(numbers)) == sorted(numbers) and counts["booked"] == 20
    assert [line.split(" ")[-1] for line in script.heard[1]] == [
        str(number) for number in range(20 - len(script.heard[1]), 20)
    ]


def test_what_the_server_refuses_is_not_asked_again(net, run):
    async def story(client):
        with pytest.raises(Refused, match="sold out"):
            await client.book("one")
        return await client.book("two")

    script = Script(refuses)
    with net.server.start(script, port=PORT):
        number, counts = run(net, story)
    assert number == 1 and counts["refused"] == 1 and len(script.heard) == 1 and len(script.heard[0]) == 2


def test_where_nobody_listens_it_gives_up_and_nothing_is_booked(net, run):
    async def story(client):
        with pytest.raises(GaveUp, match="4 tries failed, the last with ConnectionRefusedError") as error:
            await client.book("one")
        assert not error.value.said
        return client.pauses.failures

    failures, counts = run(net, story, pauses=Pauses(0.01, 0.02, tries=4))
    assert failures == 0 and counts["tries"] == 4 and counts["gave_up"] == 1


def test_a_server_that_accepts_and_hangs_up_is_no_success(net, run):
    """Were the pauses to begin anew at each connect(), this would go on for ever, nearly without a pause."""

    async def story(client):
        with pytest.raises(GaveUp, match="nobody knows") as error:
            await client.book("one")
        return error.value.said

    with net.server.start(Script(closes_early), port=PORT):
        said, counts = run(net, story, pauses=Pauses(0.01, 0.02, tries=6))
    assert said and counts["tries"] == 6


def test_the_deadline_is_for_the_whole(net, run):
    async def story(client):
        await client.book("zero")  # it is connected now: what is asked next is said at once
        with pytest.raises(GaveUp, match=r"no answer in .* s: nobody knows") as error:
            await client.book("one", within_s=0.4)
        return error.value.key

    def hangs(conn, keys):
        conn.sendall(f"BOOKED {next(keys)} 1\n".encode())
        for _ in keys:  # a PONG to each PING, and no answer
            pass

    script = Script(hangs)
    with net.server.start(script, port=PORT):
        key, counts = run(net, story, beat_s=0.1, misses=300)
        wait_for(lambda: len(script.heard[0]) == 2)
    assert script.heard[0][1] == f"BOOK {key} one" and counts["gave_up"] == 1 and counts["connected"] == 1


def test_who_asks_again_with_the_key_books_once(net, run):
    async def story(client):
        with pytest.raises(GaveUp) as error:
            await client.book("one", within_s=0.3)
        return await client.book("one", key=error.value.key), await client.book("one")

    script = Script(is_silent, booking())
    with net.server.start(script, port=PORT):
        (numbers, counts) = run(net, story, beat_s=0.5, misses=0)
    assert numbers == (1, 2) and counts["gave_up"] == 1
    keys = [line.split(" ")[1] for lines in script.heard for line in lines]
    assert len(set(keys)) == 2


def test_an_idle_connection_has_a_heartbeat(net, run):
    async def story(client):
        await client.book("one")
        while client.counts["pings"] < 3:
            await asyncio.sleep(0.01)
        return await client.book("two")

    script = Script(booking())
    with net.server.start(script, port=PORT), net.capture() as trace:
        number, counts = run(net, story, beat_s=0.2, misses=300)
    assert number == 2 and counts["connected"] == 1
    # Of the stream, as a server that was late says several in one segment.
    assert trace.stream("server").count(b"PONG\n") >= 3


def test_a_cut_cable_is_noticed_and_survived(net, run):
    async def story(client):
        await client.book("one")
        net.link.cut()
        waiting = asyncio.create_task(client.book("two"))
        while client.counts["tries"] < 3:
            await asyncio.sleep(0.01)
        net.link.mend()
        return await waiting

    script = Script(booking())
    with net.server.start(script, port=PORT):
        _, counts = run(net, story, beat_s=0.1)
    assert counts["booked"] == 2 and counts["connected"] >= 2


def test_lost_answers_change_nothing(net, run):
    with net.server.start(Script(booking()), port=PORT):
        net.link.faults = [Drop(sender="server", data=(1, 3, 4))]
        assert run(net, three)[0] == [1, 2, 3]


def test_a_bug_of_connect_reaches_whoever_asks(network, run):
    async def connect():
        raise ValueError("no such city")

    async def story():
        async with Client(connect) as client:
            with pytest.raises(ValueError, match="no such city"):
                await client.book("one")

    asyncio.run(story())


def test_who_closes_the_client_ends_what_waits(net, run):
    async def story(client):
        waiting = asyncio.create_task(client.book("one"))
        while not client.counts["said"]:
            await asyncio.sleep(0.01)
        await client.__aexit__(None, None, None)
        with pytest.raises(GaveUp, match="the client was closed: nobody knows"):
            await waiting
        with pytest.raises(RuntimeError, match="is closed"):
            await client.book("two")

    with net.server.start(Script(is_silent), port=PORT):
        run(net, story)


def test_one_that_is_cancelled_is_forgotten(net, run):
    async def story(client):
        waiting = asyncio.create_task(client.book("one", key="k"))
        while not client.counts["said"]:
            await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.wait({waiting})
        return await client.book("one", key="k")

    script = Script(lambda conn, keys: (next(keys), booking()(conn, keys)))
    with net.server.start(script, port=PORT):
        number, counts = run(net, story)
    assert number == 1 and counts["gave_up"] == 1 and script.heard[0] == ["BOOK k one"] * 2


def spawn(net, path):
    program = net.server.spawn(
        [
            sys.executable,
            "-m",
            "labkit.servers.bookings",
            str(path),
            "--host",
            "10.0.0.2",
            "--port",
            str(PORT),
        ]
    )
    program.wait_for("bookings at", timeout=SECONDS)
    return program


def test_a_server_that_is_killed_and_started_again_loses_nothing_and_books_nothing_twice(net, run, tmp_path):
    path = tmp_path / "orders.txt"
    program = spawn(net, path)

    async def story(client):
        nonlocal program
        numbers = []
        for text in range(60):
            if text % 20 == 10:
                program.kill()
                waiting = asyncio.create_task(client.book(f"order {text}"))
                await asyncio.to_thread(
                    program.wait, SECONDS
                )  # until it is dead it has its port and its book
                program = await asyncio.to_thread(spawn, net, path)
                numbers.append(await waiting)
            else:
                numbers.append(await client.book(f"order {text}"))
        return numbers

    numbers, counts = run(
        net, story, pauses=Pauses(0.01, 0.05, tries=100_000)
    )  # until it runs again, however late
    assert numbers == list(range(1, 61)) and counts["connected"] >= 4
    booked = path.read_text().splitlines()
    assert [line.split(" ", 1)[1] for line in booked] == [f"order {text}" for text in range(60)]
    program.send_signal(signal.SIGTERM)
    program.wait(timeout=SECONDS)
    told = {
        part.split(" ")[0]: int(part.split(" ")[1]) for part in program.output.splitlines()[-1].split(", ")
    }
    assert told["orders"] == told["booked"] + told["again"] + told["refused"]
