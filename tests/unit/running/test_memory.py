"""The bounds of a check hold where the learner's code has used up all descriptors."""

from __future__ import annotations

import os
import resource
import sys
from contextlib import contextmanager

import pytest
from waiting import wait_for

from labkit.learn.checking.check import examine
from labkit.learn.kit.exercise import Case, Exercise, table
from labkit.running import memory
from labkit.running.bounds import Guard
from labkit.running.memory import MB, MEMORY_MB, DataBytes

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells how much memory a process has"
)

TWICE = Exercise("twice", "Double it", table((Case((2,), "twice(2)", 4, "two and two"),)), ("a", "b", "c"))


@pytest.fixture(params=[48, 400], ids=["few", "many"])
def hoard(request):
    """A function that takes all descriptors that this process may have, so many more; they are closed at the end."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = []

    def take():
        try:
            while True:
                held.append(os.dup(2))
        except OSError:
            return len(held)

    limit = max(map(int, os.listdir("/proc/self/fd"))) + request.param
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, before[1]))
    try:
        yield take
    finally:
        for number in held:
            os.close(number)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_memory_is_watched_although_no_descriptor_is_left(hoard):
    with Guard() as guard:
        assert hoard()
        taken = bytearray((MEMORY_MB + 50) * MB)
        wait_for(lambda: guard.excess)
        assert "500 MB of memory" in guard.excess
        del taken
        guard.tidy()
        assert guard._watcher.is_alive()
    assert not guard._watcher.is_alive()


def test_a_check_of_who_keeps_all_descriptors_shows_and_does_not_raise(hoard, capsys):
    def twice(number):
        hoard()
        return 2 * number

    for _ in range(2):  # none is left when the second begins: then nobody tells how much memory there is
        assert examine(TWICE, twice).status == "solved"
    assert capsys.readouterr().err == ""


def test_the_descriptor_is_none_of_the_first_and_is_closed():
    @contextmanager
    def lowest():
        number = os.dup(2)
        try:
            yield number
        finally:
            os.close(number)

    before = os.listdir("/proc/self/fd")
    with lowest() as free:
        pass
    told = DataBytes()
    with lowest() as number:
        assert number == free and told._number >= memory._FAR
    assert told() > MB
    told.close()
    assert os.listdir("/proc/self/fd") == before and told() == 0
    told.close()
