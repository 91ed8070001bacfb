"""The chat server on the wire: who hears what, when readers are slow, cables are cut, and at the end."""

from __future__ import annotations

import socket
import struct

import pytest
from waiting import wait_for

from labkit import Drop

MANY = 2000
WORDS = "x" * 80


def names(caller, *present):
    caller.says("WHO")
    caller.hears(" ".join(["HERE", *present]))


def test_a_conversation(chatting):
    _, server, call = chatting()
    ada, bob, eve = call("ada"), call("bob"), call("eve")
    ada.hears("JOINED bob", "JOINED eve")
    bob.hears("JOINED eve")
    ada.says("SAY good morning", "TELL bob psst")
    ada.hears("SAID ada good morning", "TOLD ada bob psst")
    bob.hears("SAID ada good morning", "TOLD ada bob psst")
    bob.says("BYE")
    assert bob.rest() == ["BYE"]
    bob.close()
    eve.hears("SAID ada good morning", "LEFT bob")
    assert call.end(ada, eve) == [["LEFT bob", "BYE the server stops"], ["BYE the server stops"]]
    assert server.counts["queued"] == server.counts["sent"] == 16


def test_names_that_are_taken_and_taken_again(chatting):
    _, _, call = chatting()
    ada, other = call("Ada"), call()
    other.says("SAY hello", "NAME ada", "NAME ADA lovelace")
    other.hears(
        "NO say who you are first: NAME ada",
        "NO Ada is here already; take another name",
        "NO a name has 1 to 20 characters, and no space among them",
    )
    ada.close()
    names_of = call("bob")
    wait_for(lambda: (names_of.says("WHO"), names_of.line())[1] == "HERE bob")
    other.says("NAME ada")
    other.hears("WELCOME ada")


@pytest.mark.parametrize(
    "sent", [b"NAME ada\nSAY one\nSAY two\n" + b"x" * 2000, b"NAME ada\nSAY one\nSAY two\n\xff\n"]
)
def test_what_came_before_a_line_that_cannot_be_read_is_heard(chatting, sent):
    _, _, call = chatting()
    bob, caller = call("bob"), call()
    caller.sock.sendall(sent)
    *heard, last = caller.rest()
    assert heard == ["WELCOME ada", "SAID ada one", "SAID ada two"][: len(heard)]
    assert last.startswith(("BYE a line of more than 1,000 bytes", "BYE the line b'\\xff' is not utf-8"))
    bob.hears("JOINED ada", *(line for line in heard[1:]), "LEFT ada")
    assert len(heard) == 3


def test_half_a_line_is_not_heard(chatting):
    _, _, call = chatting()
    bob, ada = call("bob"), call("ada")
    ada.sock.sendall(b"SAY one\nSAY tw")
    ada.sock.shutdown(socket.SHUT_WR)
    assert ada.line() == "SAID ada one" and ada.line().startswith(
        "BYE the stream ended after 6 bytes of a line"
    )
    bob.hears("JOINED ada", "SAID ada one", "LEFT ada")


@pytest.mark.parametrize("policy", ["wait", "drop", "disconnect"])
def test_who_says_much_at_once_makes_nobody_a_slow_reader(chatting, policy):
    _, server, call = chatting(policy=policy, limit=5)
    ada, bob = call("ada"), call("bob")
    ada.hears("JOINED bob")
    ada.says(*(f"SAY {number}" for number in range(300)))
    wanted = [f"SAID ada {number}" for number in range(300)]
    ada.hears(*wanted)
    bob.hears(*wanted)
    assert not server.counts["missed"] and not server.counts["discarded"]


def in_step(speaker, *others, begin=0, end=MANY):
    """The speaker says so many lines, each when all have heard the one before; what each other heard."""
    heard = [[] for _ in others]
    for number in range(begin, end):
        speaker.says(f"SAY {number} {WORDS}")
        speaker.until(f"SAID {speaker.name} {number} {WORDS}")
        for other, lines in zip(others, heard, strict=True):
            lines += other.until(f"SAID {speaker.name} {number} {WORDS}")
    return heard


def said(*numbers):
    return [f"SAID ada {number} {WORDS}" for number in numbers]


@pytest.mark.parametrize("policy", ["drop", "disconnect"])
def test_a_slow_reader_holds_up_nobody(chatting, port, policy):
    _, server, call = chatting(port, policy=policy, limit=20)
    ada, bob, slow = call("ada"), call("bob"), call("slow", small=True)
    ada.hears("JOINED bob", "JOINED slow")
    bob.hears("JOINED slow")
    (beside,) = in_step(ada, bob)
    if policy == "disconnect":
        assert beside == ["LEFT slow"]
        got = slow.rest()
        assert got == [*said(*range(len(got) - 1)), "BYE you do not read what you are sent"]
        names(ada, "ada", "bob")
    else:
        assert beside == []
        got = slow.until(f"SAID ada {MANY - 1} {WORDS}")
        missed = sum(int(line.split()[1]) for line in got if line.startswith("MISSED"))
        assert missed == server.counts["missed"] > 0
        numbers = [int(line.split()[2]) for line in got if line.startswith("SAID")]
        assert len(numbers) + missed == MANY - 1 and numbers == sorted(numbers)


def test_with_wait_all_wait_for_the_slowest_and_nothing_is_lost(chatting, port):
    net, server, call = chatting(port, policy="wait", limit=20)
    ada, bob, slow = call("ada"), call("bob"), call("slow", small=True)
    ada.hears("JOINED bob", "JOINED slow")
    bob.hears("JOINED slow")
    talking = net.client.background(ada.says, *(f"SAY {number} {WORDS}" for number in range(MANY)), "BYE")
    listening = net.client.background(bob.until, "LEFT ada")
    reading = net.client.background(ada.rest)
    wait_for(lambda: server.room.full)
    assert not listening.done
    wanted = said(*range(MANY))
    assert slow.until("LEFT ada") == wanted
    assert listening.result() == wanted and reading.result() == [*wanted, "BYE"]
    talking.result()
    assert server.counts["queued"] == server.counts["sent"]


def test_who_waits_for_nobody_waits_no_longer_when_the_slow_one_dies(chatting):
    net, server, call = chatting(policy="wait", limit=5)
    ada, slow = call("ada"), call("slow", small=True)
    ada.hears("JOINED slow")
    talking = net.client.background(ada.says, *(f"SAY {number} {WORDS}" for number in range(MANY)), "BYE")
    wait_for(lambda: server.room.full)
    slow.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    slow.close()  # with a RST, as of a program that was killed with bytes unread
    heard = ada.rest()
    talking.result()
    heard.remove("LEFT slow")
    assert heard == [*said(*range(MANY)), "BYE"]


def test_one_who_is_cut_off_in_mid_broadcast_harms_nobody(chatting, network):
    net = network("ada", "bob", "gone", "server")
    _, _, call = chatting(net=net, limit=20, grace=0.5)
    ada, bob, gone = (call(name, host=net[name]) for name in ("ada", "bob", "gone"))
    ada.hears("JOINED bob", "JOINED gone")
    bob.hears("JOINED gone")
    in_step(ada, bob, gone, end=100)
    net.gone.link.cut()
    assert in_step(ada, bob, begin=100) == [["LEFT gone"]]
    names(bob, "ada", "bob")
    net.gone.link.mend()
    gone.close()


def test_loss_changes_nothing(chatting):
    net, _, call = chatting(policy="wait")
    ada, bob = call("ada"), call("bob")
    ada.hears("JOINED bob")
    net.link.faults = [Drop(data=number) for number in range(1, 41, 3)]
    assert in_step(ada, bob, end=20) == [[]]
    ada.says("BYE")
    ada.hears("BYE")
    bob.hears("LEFT ada")


def test_the_end_loses_nothing_that_has_a_receipt(chatting, port):
    """The server stops while both speak and have not read; what is in its sockets unread makes no RST."""
    net, server, call = chatting(port, limit=5000)
    ada, bob, slow = call("ada"), call("bob"), call("slow", small=True)
    ada.hears("JOINED bob", "JOINED slow")
    bob.hears("JOINED slow")
    talking = [
        net.client.background(caller.says, *(f"SAY {number} {WORDS}" for number in range(MANY)))
        for caller in (ada, bob)
    ]
    reading = [net.client.background(caller.rest) for caller in (ada, bob)]
    wait_for(lambda: server.counts["said"] > 500)
    server.stop()
    heard = [*(task.result() for task in reading), slow.rest()]
    for task in talking:
        task.stop()
    for lines in heard:
        assert lines[-1] == "BYE the server stops"
    assert heard[0] == heard[1] == heard[2]
    assert len(heard[0]) == server.counts["said"] + 1
    for caller in (ada, bob, slow):
        caller.close()
    call.end()
    assert server.counts["queued"] == server.counts["sent"] and not server.room.names


def test_at_the_end_who_does_not_read_has_so_many_seconds(chatting):
    _, server, call = chatting(limit=5000)
    ada, slow = call("ada"), call("slow", small=True)
    ada.hears("JOINED slow")
    ada.says(*(f"SAY {number} {WORDS}" for number in range(MANY)), "BYE")
    assert len(ada.rest()) == MANY + 1
    ada.close()
    server.grace = 0.1  # now: she, who reads, has had all the time that she took
    call.end()
    counts = server.counts
    assert counts["discarded"] > 0 and counts["queued"] == counts["sent"] + counts["discarded"]
    slow.close()


def test_nobody_new_comes_while_it_ends(chatting):
    net, server, call = chatting()
    ada = call("ada")
    server.stop()
    ada.hears("BYE the server stops")
    with net.client.socket() as late, pytest.raises(ConnectionRefusedError):
        late.connect(("server", 4000))
    ada.close()


def test_a_hundred_who_speak_at_once(chatting):
    _, server, call = chatting(limit=50)
    callers = [call(f"c{number}") for number in range(100)]
    for number, caller in enumerate(callers):
        caller.hears(*(f"JOINED c{later}" for later in range(number + 1, 100)))
    for number, caller in enumerate(callers):
        caller.says(f"SAY {number}")
    heard = [[caller.line() for _ in callers] for caller in callers]
    assert all(lines == heard[0] for lines in heard)
    assert sorted(heard[0]) == sorted(f"SAID c{number} {number}" for number in range(100))
    assert server.counts["discarded"] == 0
