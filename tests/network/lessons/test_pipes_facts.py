"""What the lesson on pipes tells of the job that hangs: with how many bytes it ends, and with how many it does not."""

from __future__ import annotations

import os

import pytest

from labkit.background.processes import Process
from labkit.lessons.pipes.waiting import attempt, held, put, room, stuck

LUCKY = 135_168  # two pipes, and a page in the filter's hand


def upper(take, give):
    while data := os.read(take, 4096):
        os.write(give, data.upper())


@pytest.mark.parametrize(("length", "hangs"), [(LUCKY, False), (LUCKY + 1, True)])
def test_the_job_hangs_from_one_byte_more(length, hangs):
    (take, write_end), (read_end, give) = os.pipe(), os.pipe()
    child = Process(upper, take, give, pass_fds=[take, give])
    os.close(take)
    os.close(give)
    sent = 0
    while sent < length and not stuck(child, write_end, read_end):
        sent += put(write_end, bytes(length - sent))
    assert (sent, length - sent) == (LUCKY, int(hangs))
    os.close(write_end)
    came = 0
    while data := os.read(read_end, 65_536):
        came += len(data)
    assert came == LUCKY
    os.close(read_end)
    assert child.wait() == 0
    child.close()


def test_a_pipe_tells_what_it_holds():
    read_end, write_end = os.pipe()
    assert (held(read_end), held(write_end), room(read_end)) == (0, 0, 65_536)
    assert put(write_end, bytes(70_000)) == 65_536
    assert (held(read_end), held(write_end), put(write_end, b"x")) == (65_536, 65_536, 0)
    os.close(write_end)
    assert attempt(os.write, write_end, b"") == "Bad file descriptor"
    assert attempt(os.close, read_end) == "success"


def test_who_reads_in_vain_is_not_stuck():
    (take, write_end), (read_end, give) = os.pipe(), os.pipe()
    child = Process(upper, take, give, pass_fds=[take, give])
    assert not stuck(child, write_end, read_end)
    for end in (take, give, write_end):
        os.close(end)
    assert child.wait() == 0
    assert not stuck(child, read_end, read_end)  # it has ended
    os.close(read_end)
    child.close()
