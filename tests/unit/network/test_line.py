"""The line to the helper: answers of any length, and nothing of them that stays behind."""

from __future__ import annotations

import errno
import os
import resource
import socket

import pytest

from labkit.network.line import Line
from labkit.wire import channel as messages

FULL = [
    ("udp", [(bytes([10, 0, 1, 1]), 40_000), (bytes([10, 0, 2, 2]), n)], "UNREPLIED", n / 7)
    for n in range(65_536)
]
"""A table that is as full as a firewall's can be."""


@pytest.fixture
def ends():
    """A line, and the helper's end of it, which the wire waits for in no case."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.setblocking(False)
    line = Line(ours)
    yield line, theirs
    line.close()
    theirs.close()


def descriptors():
    return set(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("rows", [0, 500, 600, 3_600, 65_536])
def test_an_answer_comes_whole_however_long_it_is(ends, rows):
    line, helper = ends
    before = descriptors()
    messages.send(helper, (1, "ok", FULL[:rows]))
    assert line.ask("box", (), []) == ("ok", FULL[:rows], [])
    assert descriptors() == before


def test_what_is_handed_over_beside_a_long_answer_comes_too(ends):
    line, helper = ends
    with open(os.devnull) as given:
        messages.send(helper, (1, "ok", FULL), [given.fileno()])
        outcome, value, (received,) = line.ask("visit", (), [])
        assert (outcome, value) == ("ok", FULL)
        assert os.path.sameopenfile(received, given.fileno())
        os.close(received)


def test_an_error_may_be_long_too(ends):
    line, helper = ends
    told = ("Bug", 0, "a frame of a traceback\n" * 20_000, None)
    messages.send(helper, (1, "error", told))
    assert line.ask("table", (), []) == ("error", told, [])


def test_long_answers_that_nobody_reads_keep_the_wire_from_nothing(ends):
    line, helper = ends
    before = descriptors()
    line._number = 20  # questions that an interrupt ended
    for number in range(1, 22):
        messages.send(helper, (number, "ok", FULL[: 60 * number]))
    assert line.ask("box", (), []) == ("ok", FULL[: 60 * 21], [])
    assert descriptors() == before


def test_without_room_for_a_long_answer_there_is_an_error_that_says_so(ends):
    line, helper = ends
    messages.send(helper, (1, "ok", FULL))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = descriptors()
    os.close(free := os.dup(helper.fileno()))  # the lowest number that is free
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        with pytest.raises(OSError, match="no room for another open file") as raised:
            line.ask("box", (), [])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert raised.value.errno == errno.EMFILE
    assert descriptors() == before
