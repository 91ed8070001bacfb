"""Who hears what in the chat, without a socket: outboxes that nobody empties."""

from __future__ import annotations

import pytest

from labkit.servers.chat.commands import Refused
from labkit.servers.chat.outbox import Outbox
from labkit.servers.chat.room import Room


def lines(outbox):
    return list(outbox._lines)


@pytest.fixture
def room():
    return Room()


def come(room, *names, limit=100, policy="disconnect"):
    """So many members, in this order, who have heard of each other's coming and read it."""
    members = []
    for name in names:
        members.append(room.join(name, Outbox(limit, policy)))
        for member in members:
            member.outbox._lines.clear()
    return members


def test_who_comes_is_welcomed_and_the_others_are_told(room):
    ada, bob = Outbox(), Outbox()
    room.join("ada", ada)
    room.join("bob", bob)
    assert (lines(ada), lines(bob)) == (["WELCOME ada", "JOINED bob"], ["WELCOME bob"])
    assert room.names == ["ada", "bob"]
    assert room.waiting == {"ada": 2, "bob": 1}


def test_a_name_is_taken_until_its_owner_leaves(room):
    ada, bob = come(room, "Ada", "bob")
    with pytest.raises(Refused, match="Ada is here already"):
        room.join("ADA", Outbox())
    room.leave(ada)
    assert lines(bob.outbox) == ["LEFT Ada"]
    room.join("ADA", Outbox())
    assert room.names == ["bob", "ADA"]


def test_who_has_left_takes_nobody_along(room):
    (old,) = come(room, "ada")
    room.leave(old)
    (new,) = come(room, "ada")
    room.leave(old)
    assert room.names == ["ada"] and lines(new.outbox) == []


def test_all_hear_what_is_said_in_the_same_order(room):
    members = come(room, "ada", "bob", "eve")
    room.say(members[0], "one")
    room.say(members[1], "two")
    assert [lines(member.outbox) for member in members] == [["SAID ada one", "SAID bob two"]] * 3


def test_two_hear_what_is_told(room):
    ada, bob, eve = come(room, "ada", "bob", "eve")
    room.tell(ada, "BOB", "psst")
    room.tell(ada, "ada", "remember")
    assert lines(ada.outbox) == ["TOLD ada bob psst", "TOLD ada ada remember"]
    assert (lines(bob.outbox), lines(eve.outbox)) == (["TOLD ada bob psst"], [])
    with pytest.raises(Refused, match="nobody here is called dan"):
        room.tell(ada, "dan", "psst")


def test_one_who_is_put_out_in_a_broadcast_harms_nobody(room):
    ada, bob, eve, dan = come(room, "ada", "bob", "eve", "dan", limit=1)
    for member in (bob, dan):
        member.outbox.put("unread")
    room.say(ada, "hi")  # too much for bob and dan, and eve stands between them
    assert lines(ada.outbox) == lines(eve.outbox) == ["SAID ada hi"]
    assert [member.outbox.is_ended for member in (ada, bob, eve, dan)] == [False, True, False, True]
    assert lines(bob.outbox) == ["BYE you do not read what you are sent"]
    assert room.names == ["ada", "bob", "eve", "dan"], "each leaves in their own turn"


def test_with_drop_nobody_is_put_out(room):
    ada, bob = come(room, "ada", "bob", limit=2, policy="drop")
    for number in range(5):
        ada.outbox._lines.clear()
        room.say(ada, str(number))
    assert lines(bob.outbox) == ["SAID ada 3", "SAID ada 4"] and room.names == ["ada", "bob"]


def test_a_closed_room_tells_nobody(room):
    ada, bob = come(room, "ada", "bob")
    room.close()
    room.leave(ada)
    assert lines(bob.outbox) == [] and room.names == []
    assert room.counts == {"joined": 2, "left": 2}
