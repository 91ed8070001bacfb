"""What the lesson on failure stands on: servers that are lost, heartbeats, crowds, leaks, a shop."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from labkit.clients.reliable import Client
from labkit.lessons.failure import beats, partings
from labkit.lessons.failure.beats import Ponger, given_up, noticed
from labkit.lessons.failure.crowd import come_back
from labkit.lessons.failure.ending import last_words
from labkit.lessons.failure.leaking import left_open
from labkit.lessons.failure.partings import felt, servers, settled
from labkit.lessons.failure.shop import Shop, trouble
from labkit.lessons.failure.uploads import Upload, upload

WITHIN = 60  # seconds


@pytest.fixture
def net(network, port):
    return network("client", "server", delay_ms=1, port=port)


def listen(sock, interval, misses=3):
    import time

    sock.settimeout(interval)
    silent = 0
    while silent < misses:
        try:
            if not sock.recv(100):
                return "the end"
            silent = 0
        except TimeoutError:
            silent += 1
            sock.send(b"PING\n")
    return time.monotonic()


def test_an_upload_whose_cable_is_cut(network, port):
    net = network("client", "server", delay_ms=5, port=port)
    assert upload(net, 1_000_000, mended=True) == Upload("fine", "all", 1)
    assert upload(net, 1_000_000, mended=False) == Upload("ETIMEDOUT", "the beginning, without a gap", 1)
    assert upload(net, 1_000_000, mended=True).came == "all", "the cable is whole again"


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("kill", ["the end", "fine", "the end", "BrokenPipeError"]),
        ("hang", ["nothing", "fine", "nothing", "fine"]),
        ("cut", ["nothing", "fine", "nothing", "fine"]),
        ("restart", ["nothing", "fine", "ConnectionResetError", "BrokenPipeError"]),
    ],
)
def test_what_a_client_is_told_of_each_loss(net, way, told, monkeypatch):
    if "BrokenPipeError" in told:  # it is over, however long the wire takes to bring that
        monkeypatch.setattr(partings, "SETTLES_S", WITHIN)
    with servers(net) as lost:
        server = lost["server"]
        getattr(server, way)()
        row = [felt(server.sock.recv, 100), felt(server.sock.send, b"still there?")]
        settled(server.sock)
        assert [*row, felt(server.sock.recv, 100), felt(server.sock.send, b"hello?")] == told


def test_one_that_is_killed_with_unread_bytes_resets(net):
    with servers(net, unread="server") as lost:
        lost["server"].kill()
        assert felt(lost["server"].sock.recv, 100) == "ConnectionResetError"


def test_the_programs_of_lost_servers_end(net):
    with servers(net) as lost:
        lost["server"].hang()
        program = lost["server"].program
    assert program.returncode is not None and not os.path.exists(f"/proc/{program.pid}")


def test_heartbeats_notice_a_cut_cable(net):
    found = noticed(net, listen, 0.1, 0.3)
    assert list(found) == [0.1, 0.3] and 0.6 - 0.05 < found[0.3] < 10  # 0.9, and what a busy machine adds
    with net.server.start(Ponger(), port=7, replace=True), net.client.socket() as sock:  # mended
        sock.settimeout(5)
        sock.connect(("server", 7))
        sock.sendall(b"PING\n")
        assert sock.recv(100) == b"PONG\n"


def test_the_cable_is_cut_again_where_the_machine_was_late(net, monkeypatch):
    naps = []

    def stands_still(seconds):
        naps.append(seconds)
        if len(naps) == 1:  # so that one has heard nothing for two of its intervals when the cable is cut
            with standing.standing_still():
                time.sleep(0.25)
                net.link.cut()

    standing = Ponger()
    monkeypatch.setattr(beats, "Ponger", lambda: standing)
    monkeypatch.setattr(beats, "sleep", stands_still)
    monkeypatch.setattr(beats, "CUTS", 100)  # it may be late by itself, and again
    found = noticed(net, listen, 0.1, 0.3)
    assert len(naps) >= 2 and min(after / interval for interval, after in found.items()) >= 1.9


def test_a_pause_costs_those_with_short_intervals(net):
    assert given_up(net, listen, 0.1, 0.2, 1.5, until=2) == [0.1, 0.2]


def test_a_crowd_is_served_whole(net):
    calls = come_back(net, lambda client, failures: 0.1, clients=20, away_s=0.2)
    assert len(calls) > 20 and min(calls) >= 0


def test_connections_that_are_left_open_are_counted(net):
    async def careless(connect, question):
        while True:
            _, writer = await connect()
            writer.write(question)

    async def careful(connect, question):
        while True:
            _, writer = await connect()
            writer.close()

    assert left_open(net, careless, 5) == 5
    assert left_open(net, careful, 5) == 0


@pytest.mark.parametrize(
    ("way", "said"), [("SIGINT", ["hi", "bye"]), ("SIGTERM", ["hi"]), ("SIGKILL", ["hi"])]
)
def test_what_a_program_still_says(net, way, said):
    program = (
        "import socket\n"
        "sock = socket.create_connection(('server', 9))\n"
        "try:\n"
        "    sock.sendall(b'hi\\n')\n"
        "    sock.recv(1)\n"
        "finally:\n"
        "    sock.sendall(b'bye\\n')\n"
    )
    assert last_words(net, program, way) == said


def test_a_shop_outlives_its_troubles_and_leaves_no_file(net):
    async def story(shop):
        numbers = []
        with net.client:
            async with Client(lambda: asyncio.open_connection("server", 4100), beat_s=0.1) as client:
                for number in (0, 15, 30, 45, 46):
                    booking = asyncio.create_task(client.book(f"order {number}"))
                    await trouble(number, net, shop, client)
                    numbers.append(await booking)
        return numbers

    with Shop(net.server) as shop:
        assert net.client.background(story, shop).result(30) == [1, 2, 3, 4, 5]
        assert shop.texts() == [f"order {number}" for number in (0, 15, 30, 45, 46)]
        book = shop._book
    assert not book.parent.exists()
