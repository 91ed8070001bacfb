"""What explain() does not say where the programs' calls, which are in the trace, show that it was otherwise."""

from __future__ import annotations

import socket
from struct import pack

import pytest
from wire_samples import Talk

from labkit.explain import explain
from labkit.explain.sockopts import Options
from labkit.explain.writes import Writes
from labkit.sockets.options import option
from labkit.traces.calls import Call

MS = 1_000_000
ENDS = {
    "client": (("10.0.0.1", 40000), ("10.0.0.2", 8080)),
    "server": (("10.0.0.2", 8080), ("10.0.0.1", 40000)),
}
IDS = {"client": 1, "server": 2}
LISTENER = 3


def called(host, name, at, size=None, moved=None, **more):
    local, peer = ENDS[host]
    told = {"local": local, "peer": peer, "socket_id": IDS[host], **more}
    return Call(host, name, int(at * MS), int(at * MS) + 1000, size, moved, **told)


def asked(host, at, *args, **more):
    """setsockopt() with these arguments."""
    return called(host, "setsockopt", at, said=option(args), **more)


def nodelay(host, at, value=1, **more):
    return asked(host, at, socket.IPPROTO_TCP, socket.TCP_NODELAY, value, **more)


def kinds(talk, calls):
    return explain(talk.trace(calls=calls)).kinds


# -- Nagle's algorithm


def late(sender="client"):
    """Two small writes, and the second leaves when the ACK of the first comes: its program stood still in the call.

    For who does not know better Nagle's algorithm held it.
    """
    talk = Talk().open()
    say, hear = (talk.c, talk.s) if sender == "client" else (talk.s, talk.c)
    say("P.", 1, 1, b"head", at=40)
    hear(".", 1, 5, at=50)
    say("P.", 5, 1, b"body", at=60)
    return talk, [called(sender, "sendall", 39, 4), called(sender, "sendall", 45, 4)]


BEFORE = {"local": None, "peer": None}  # what a socket knows before it is connected


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ([], ["nagle"]),
        ([nodelay("client", -5, **BEFORE)], []),
        ([nodelay("client", 35, True)], []),
        ([nodelay("client", 35, pack("i", 1))], []),
        ([nodelay("client", 55)], []),  # which lets go what is held
        ([asked("client", 35, socket.IPPROTO_TCP, socket.TCP_CORK, 1)], []),  # it holds it back itself
        ([nodelay("client", 65)], ["nagle"]),  # too late
        ([nodelay("client", 35, 0)], ["nagle"]),
        ([nodelay("client", -5), nodelay("client", 35, 0)], ["nagle"]),
        ([nodelay("client", 35, error="OSError")], ["nagle"]),
        ([nodelay("server", 35)], ["nagle"]),  # the other end's
        ([nodelay("client", -5, socket_id=9, **BEFORE)], ["nagle"]),  # another socket's
        ([asked("client", 35, socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)], ["nagle"]),
    ],
    ids="not before true bytes within cork after off off-again failed peer another-socket another-option".split(),
)
def test_nagle_holds_nothing_where_the_program_switched_it_off(setting, expected):
    talk, calls = late()
    assert kinds(talk, [*setting, *calls]) == expected


@pytest.mark.parametrize(("at", "expected"), [(-5, []), (15, ["nagle"])], ids=["before", "too-late"])
def test_what_is_accepted_has_the_options_that_its_listener_had(at, expected):
    talk, calls = late("server")
    listener = [
        nodelay("server", at, socket_id=LISTENER, local=("10.0.0.2", 8080), peer=None),
        called("server", "accept", 35, socket_id=LISTENER),
    ]
    assert kinds(talk, [*listener, *calls]) == expected


def test_options_of_a_socket_that_had_the_same_addresses_before_are_not_this_ones():
    talk, calls = late()
    old = [nodelay("client", -9, socket_id=7), called("client", "close", -8, socket_id=7)]
    assert kinds(talk, [*old, *calls]) == ["nagle"]


def test_who_sent_small_ones_together_before_had_switched_it_off_before_the_capture():
    talk = Talk().open().c("P.", 1, 1, b"one", at=40).c("P.", 4, 1, b"two", at=41).s(".", 1, 7, at=51)
    talk.c("P.", 7, 1, b"head", at=80).s(".", 1, 11, at=90).c("P.", 11, 1, b"body", at=100)
    wrote = [called("client", "sendall", at, size) for at, size in ((39, 3), (40.5, 3), (79, 4), (85, 4))]
    assert kinds(talk, wrote) == []
    assert kinds(talk, [nodelay("client", 39), *wrote, nodelay("client", 70, 0)]) == ["nagle"], "and on again"
    together = [called("client", "sendall", 39, 6), *wrote[2:]]  # one write in two segments proves nothing
    assert kinds(talk, together) == ["nagle"]


# -- resets


def given_up(*calls):
    """The client sends 5 bytes, the server reads 2 and resets."""
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s("R.", 1, 6, at=60)
    return kinds(talk, [called("server", "recv", 52, 2, 2), *calls])


def linger(at, on, seconds):
    return asked("server", at, socket.SOL_SOCKET, socket.SO_LINGER, pack("ii", on, seconds))


def test_a_reset_because_of_what_was_not_read():
    assert given_up() == given_up(called("server", "close", 59)) == ["reset-unread"]


def test_a_reset_that_the_program_asked_for_is_not_because_of_what_was_not_read():
    close = called("server", "close", 59)
    assert given_up(linger(55, 1, 0), close) == ["reset"]
    assert given_up(linger(55, 1, 3), close) == given_up(linger(55, 0, 0), close) == ["reset-unread"]
    assert given_up(linger(55, 1, 0), linger(56, 0, 0), close) == ["reset-unread"]
    assert given_up(linger(65, 1, 0), close) == ["reset-unread"], "too late"


def test_a_reset_before_the_program_closed_is_its_kernels():
    """As after TCP_USER_TIMEOUT, or keep-alives without an answer."""
    assert given_up(called("server", "close", 70)) == ["reset"]
    assert given_up(called("server", "close", 59), called("server", "close", 70)) == ["reset-unread"], (
        "a dup()"
    )


# -- which call wrote a byte


def wrote(*calls):
    found = Writes(list(calls))
    return [call and calls.index(call) for call in map(found.of, range(1, 8))]


def test_a_call_that_failed_wrote_nothing():
    again = called("client", "send", 1, 3, error="BlockingIOError", tries=2)
    empty = called("client", "sendall", 2, 0)
    assert wrote(called("client", "send", 0, 3, 2), again, empty, called("client", "send", 3, 3, 3)) == (
        [0, 0, 3, 3, 3, None, None]
    )


@pytest.mark.parametrize(
    "vague",
    [
        called("client", "sendall", 1, 9, error="TimeoutError"),
        called("client", "sendmsg", 1),
        called("client", "send", 1, 9, 9, tls=True),
    ],
    ids=["a-part", "an-iterator", "tls"],
)
def test_after_a_call_that_does_not_say_how_much_nothing_is_known(vague):
    known = called("client", "send", 0, 2, 2)
    assert wrote(known, vague, called("client", "send", 2, 3, 3)) == [0, 0, *[None] * 5]


def test_a_write_that_is_one_segment():
    first, second = called("client", "send", 0, 4, 4), called("client", "send", 1, 3, 2)
    found = Writes([first, second])
    assert (found.whole(1, 4), found.whole(5, 2)) == (first, second)
    assert [found.whole(*bounds) for bounds in ((1, 3), (2, 3), (1, 6), (5, 3), (7, 1))] == [None] * 5


def test_an_option_whose_value_is_not_told_is_not_known():
    setting = nodelay("client", 0, memoryview(pack("i", 1)))
    assert not Options({setting.socket_id: [setting]}, [setting], 0, 100 * MS).on("TCP_NODELAY", 50 * MS)


def test_where_calls_are_missing_none_is_known():
    """The first is not in the trace: a full timeline forgets the oldest."""
    talk, calls = late()
    talk.s(".", 1, 9, at=70).c("P.", 9, 1, b"more", at=100)
    calls.append(called("client", "sendall", 99, 4))
    (finding,) = explain(talk.trace(calls=calls)).of("nagle")
    assert finding.values["wait_ns"] == 15 * MS
    (finding,) = explain(talk.trace(calls=calls[1:])).of("nagle")
    assert finding.values["wait_most_ns"] == 20 * MS and "wait_ns" not in finding.values
