"""Writes that are to come one right after the other: seen in tables of segments made by hand."""

from __future__ import annotations

import pytest
from call_samples import call
from ladder_samples import MS, Talk

from labkit.lessons.nagle.writing import TRIES, at_once, came_late


def written(*begun_ms):
    """The trace of a client that began to write then; the first ACK arrives after 20 ms."""
    talk = Talk("client", "server")
    talk.tcp(0, 1, 2, "P.", 1, 1, b"1")
    talk.tcp(10, 2, 1, ".", 1, 2)
    talk.calls += [call("client", "sendall", "1 bytes", ms * MS, ms * MS + 1) for ms in begun_ms]
    return talk.trace()


@pytest.mark.parametrize(("begun_ms", "late"), [((0, 1, 2), False), ((0, 1, 500), True), ((), False)])
def test_who_writes_after_the_first_ack_came_late(begun_ms, late):
    assert came_late(written(*begun_ms)) is late


def test_a_write_that_came_late_is_done_again():
    tries = [written(0, 500), written(0, 300), written(0, 1), written(0, 1)]
    write = at_once(lambda: tries.pop(0))
    assert [one.begin_ns / MS for one in write().calls] == [0, 1] and len(tries) == 1


def test_what_is_late_each_time_counts_in_the_end():
    tries = [written(0, 300 + n) for n in range(TRIES)]
    write = at_once(lambda: tries.pop(0))
    assert [one.begin_ns / MS for one in write().calls] == [0, 300 + TRIES - 1] and tries == []
