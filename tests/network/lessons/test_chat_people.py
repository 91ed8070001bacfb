"""What the lesson on the chat has beside its cells: people, a directory that is slow, a crowd, evenings, a terminal."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from labkit import Network
from labkit.lessons.chat.crowd import crowd
from labkit.lessons.chat.directory import Directory
from labkit.lessons.chat.evenings import Talk, serving
from labkit.lessons.chat.people import Person, come, overhear
from labkit.lessons.chat.terminal import NC, in_a_terminal, number_of, spawn_anew
from labkit.lessons.chat.waiting import kept_for, small
from labkit.servers import chat

PEOPLE = ("ada", "bob", "eve", "server")


@pytest.fixture
def net(network):
    return network(*PEOPLE)


@pytest.fixture
def room(net):
    """A chat server on the host server, port 4000."""
    host = chat.Server(limit=50)
    with serving(net.server, 4000, host):
        yield host


def test_people_come_one_after_another_and_leave(net, room):
    with come(net, 4000, "ada", "bob") as (ada, bob):
        assert room.room.names == ["ada", "bob"]
        ada.says("SAY one\nSAY two")
        assert bob.until("SAID ada two") == ["SAID ada one", "SAID ada two"]
        ada.ends()
        assert ada.rest() == ["SAID ada one", "SAID ada two", "BYE"] and ada.error is None
        assert bob.hears() == "LEFT ada"


def test_who_leaves_with_unread_lines_resets_nothing(net):
    async def talkative(reader, writer):
        writer.write(b"SAID nobody hello\n")
        await reader.readline()
        writer.close()

    with net.server.start(talkative, port=4000) as service:
        Person(net.ada, 4000).leaves()
        service.wait_for(served=1)
    assert service.errors == ()


def test_a_connection_that_breaks_is_the_end_and_kept(net):
    def abrupt(conn):
        conn.recv(1, 0x2)  # MSG_PEEK: what is closed with it unread is reset

    with net.server.start(abrupt, port=4000):
        person = Person(net.ada, 4000)
        person.says("hello")
        assert person.rest() == [] and isinstance(person.error, ConnectionResetError)
        for _ in range(3):
            person.says("nobody hears this, and no error says so")
        person.leaves()


def test_a_directory_answers_all_together():
    async def story():
        directory, order = Directory(together=2), []

        async def ask(name):
            await directory.ask(name)
            order.append(name)

        first = asyncio.create_task(ask("ada"))
        await asyncio.sleep(0)
        assert order == []
        await ask("eve")
        await first
        assert sorted(order) == ["ada", "eve"]

    asyncio.run(story())


def test_a_directory_that_waits_for_nobody_answers():
    asyncio.run(Directory().ask("ada"))


def test_a_conversation_is_heard_again_where_the_kernel_answered_by_itself(net):
    heard = []

    def say():
        heard.append(person.says("hello") or person.hears())

    async def late(reader, writer):
        while line := await reader.readline():
            # Later than Linux delays an ACK (200 ms at most), once.
            await asyncio.sleep(0.3 if len(heard) == 0 else 0)
            writer.write(line)
        writer.close()

    with net.server.start(late, port=4000):
        person = Person(net.ada, 4000)
        trace = overhear(net, say)
        person.leaves()
    assert 2 <= len(heard) <= 5
    assert len(trace.select(data=True)) == 2, "of the last time alone"


@pytest.mark.parametrize(("policy", "held_up"), [("wait", True), ("drop", False), ("disconnect", False)])
def test_an_evening(net, policy, held_up):
    host = chat.Server(policy, limit=10, grace=60)
    with (
        serving(net.server, 4000, host),
        come(net, 4000, "ada", "bob", "eve", small="eve") as (ada, bob, eve),
    ):
        talk = Talk(host, ada, bob, "eve", lines=120, size=900)
        assert talk.held_up() is held_up
        eve.until("SAID ada 119", "BYE")
        talk.task.result()
    assert len(talk.waiting) == 120 and max(talk.waiting) == 10
    assert sum(line.startswith("SAID") for line in talk.heard) == 120


def test_whom_a_broadcast_waits_for(net):
    members = []

    async def pour(reader, writer):
        members.append(small(writer))
        while True:
            writer.write(bytes(1000))
            await writer.drain()

    with net.server.start(pour, port=4000) as service:
        person = Person(net.eve, 4000, small=True)
        service.wait_until(lambda: kept_for(members, net.eve), 10, "a full buffer")
        assert kept_for(members, net.bob) == 0
    person.leaves()


def test_a_crowd_hears_one_order(net, room):
    heard = net.ada.background(crowd, net.ada, 4000, 30).result(20)
    assert len(heard) == 30 and all(lines == heard[0] for lines in heard)
    assert sorted(heard[0]) == sorted(f"SAID c{number} {number}" for number in range(30))


def test_a_terminal(net, room):
    typed = "NAME zoe\nSAY hello\nBYE\n"
    assert in_a_terminal(net, "eve", 4000, typed) == "WELCOME zoe\nSAID zoe hello\nBYE\n"


def test_without_nc_python_is_one(net, room, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert in_a_terminal(net, "eve", 4000, "NAME zoe\nBYE\n") == "WELCOME zoe\nBYE\n"
    assert "sock.sendall" in NC


def test_the_number_is_that_of_labkit_hosts(net):
    line = [sys.executable, "-m", "labkit", "hosts"]
    listed = subprocess.run(line, capture_output=True, text=True, timeout=20, check=True).stdout
    assert number_of(net) == str(net.number) and number_of(net) in listed
    with Network.join(number_of(net)) as joined:
        assert [host.name for host in joined.hosts] == list(PEOPLE)


def test_a_program_is_spawned_anew(net):
    first = spawn_anew(net.server, ["sleep", "1000"])
    second = spawn_anew(net.server, ["sleep", "1000"])
    assert first.returncode is not None and second.returncode is None
    second.stop()
