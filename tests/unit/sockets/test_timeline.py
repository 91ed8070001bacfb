"""The timeline keeps calls in order, shows those that have not returned, and says what it forgot."""

from __future__ import annotations

import pytest
from call_samples import call as said

from labkit.packets.addresses import format_address
from labkit.sockets.timeline import END, RESULT, Timeline


def call(name="send", begin=0, end=None, **fields):
    return said("client", name, "", begin, end, **fields)


def test_calls_come_in_the_order_in_which_they_began():
    timeline = Timeline()
    for begin in (30, 10, 20):
        timeline.note(call(begin=begin, end=begin + 1))
    assert [c.begin_ns for c in timeline.calls()] == [10, 20, 30]


@pytest.mark.parametrize(
    "since, until, found",
    [
        (0, None, ["before", "across", "inside", "blocked", "after"]),
        (100, 200, ["across", "inside", "blocked"]),
        (100, None, ["across", "inside", "blocked", "after"]),
        (50, 50, ["before", "across"]),  # both ends belong to the window
        (1000, 2000, ["blocked"]),
        (0, 9, []),
    ],
)
def test_a_window_holds_every_call_that_was_going_on_in_it(since, until, found):
    timeline = Timeline()
    timeline.note(call("before", 10, 50))
    timeline.note(call("across", 20, 150))
    timeline.note(call("inside", 110, 120))
    timeline.note(call("blocked", 130, None))
    timeline.note(call("after", 300, 400))
    assert [c.name for c in timeline.calls(since, until)] == found


def test_a_call_that_is_filled_in_later_is_blocked_until_then():
    timeline = Timeline()
    entry = ["server", "accept", None, 5, None, None, "", "LISTEN", "", ("10.0.0.2", 80), None, 1]
    timeline.note(entry)
    (waiting,) = timeline.calls()
    assert waiting.blocked and waiting.before == "LISTEN"
    entry[END], entry[RESULT] = 9, (None, ("10.0.0.1", 40000), "", 0)
    (returned,) = timeline.calls()
    assert returned == said(
        "server", "accept", "", 5, 9, "10.0.0.1:40000", "", "LISTEN", "", ("10.0.0.2", 80), None, 1
    )
    assert waiting.blocked, "what was asked earlier is a value and does not change"


def test_the_oldest_are_forgotten_and_counted():
    timeline = Timeline(limit=3)
    for begin in range(10):
        timeline.note(call(begin=begin, end=begin))
    assert [c.begin_ns for c in timeline.calls()] == [7, 8, 9]
    assert timeline.forgotten == 7
    assert "7 earlier calls were forgotten" in str(timeline)
    assert repr(timeline) == "<Timeline: 3 calls, 7 older ones forgotten>"


def test_clearing_also_forgets_the_count():
    timeline = Timeline(limit=2)
    for begin in range(5):
        timeline.note(call(begin=begin))
    timeline.clear()
    assert (len(timeline), timeline.forgotten, timeline.calls()) == (0, 0, ())
    timeline.note(call())
    assert timeline.forgotten == 0


@pytest.mark.parametrize("limit", [0, -1, 1.5, "many", None])
def test_an_absurd_limit_is_refused(limit):
    with pytest.raises(ValueError, match="limit is a number of calls"):
        Timeline(limit=limit)


@pytest.mark.parametrize(
    "made, text",
    [
        (call("connect", 1, 2, error="ConnectionRefusedError"), "client connect() → ConnectionRefusedError"),
        (said("client", "send", "5 bytes", 1, 2, "5"), "client send(5 bytes) → 5"),
        (said("server", "accept", "", 1), "server accept() → has not returned"),
        (said("server", "close", "", 1, 2), "server close()"),
    ],
)
def test_a_call_reads_as_one_line(made, text):
    assert str(made) == text


@pytest.mark.parametrize(
    "address, text",
    [
        (("10.0.0.2", 8080), "10.0.0.2:8080"),
        (("fd00::2", 8080, 0, 0), "[fd00::2]:8080"),
        ((5, "bytes to", ("10.0.0.2", 9)), "5 bytes to 10.0.0.2:9"),
        (("eth0", 3), "eth0:3"),
        ("/tmp/socket", "/tmp/socket"),
        (None, ""),
    ],
)
def test_addresses_in_words(address, text):
    assert format_address(address) == text
