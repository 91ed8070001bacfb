"""Ways between two processes: every byte comes, in order, whatever the sizes; nothing stays open."""

from __future__ import annotations

import os
import threading

import pytest

from labkit.background.completed import ProgramError
from labkit.background.processes import Process
from labkit.lessons.pipes import channels
from labkit.lessons.pipes.channels import ALL, joined
from labkit.lessons.pipes.figures import compare

SIZES = (1, 64, 4096, 65_536, 100_000)


def echo(end, total):
    read, write = end.open()
    left = total
    while left:
        data = bytes(read(200_000))
        left -= len(data)
        sent = 0
        while sent < len(data):
            sent += write(data[sent:])


@pytest.mark.parametrize("name", ALL)
def test_every_byte_comes_back(name):
    before = set(os.listdir("/proc/self/fd"))
    ours, theirs = ALL[name]()
    child = Process(echo, theirs, sum(SIZES), pass_fds=theirs.descriptors)
    theirs.close()
    read, write = ours.open()
    for size in SIZES:
        message = os.urandom(size)
        view = memoryview(message)
        got = b""
        while len(got) < size:
            if view:
                view = view[write(view[:50_000]) :]
            got += read(200_000)
        assert got == message
    assert child.wait() == 0
    child.stop()
    child._reader.join()
    ours.close()
    del read, write
    for thread in threading.enumerate():
        if thread.name == "labkit reaper":  # it tells of the end, and then closes
            thread.join()
    assert set(os.listdir("/proc/self/fd")) <= before


@pytest.mark.parametrize("made", [channels.shared_memory, channels.watched_memory])
def test_shared_memory_goes_round(made, monkeypatch):
    monkeypatch.setattr(channels, "AREA", 4096)
    one, other = made()
    (_, write), (read, _) = one.open(), other.open()
    for number in range(20):
        message = bytes([number]) * 1000
        assert write(message) == 1000
        got = b""
        while len(got) < 1000:
            got += bytes(read(5000))
        assert got == message
    del write, read
    one.close()
    other.close()


def test_who_never_sleeps_gives_up(monkeypatch):
    monkeypatch.setattr(channels, "AWAKE_S", 0.0)  # it looks once, at least: who sleeps may wake later
    one, other = channels.watched_memory()
    (read, _), (_, write) = one.open(), other.open()
    assert write(b"hello") == 5
    assert bytes(read(100)) == b"hello"
    with pytest.raises(TimeoutError, match="has the other end ended"):
        read(100)
    del read, write
    one.close()
    other.close()


def twice(read, write, core):
    assert os.sched_getaffinity(0) == {core}
    write(2 * bytes(read(100)))


def fail(read, write):
    read(100)
    raise ValueError("no more")


def test_two_are_joined_each_on_its_core():
    cores = os.sched_getaffinity(0)
    for pair in ((min(cores), max(cores)), (min(cores), min(cores))):
        with joined("pipe", twice, pair[1], cores=pair) as (read, write):
            assert os.sched_getaffinity(0) == {pair[0]}
            write(b"hello")
            assert read(100) == b"hellohello"
        assert os.sched_getaffinity(0) == cores


def test_what_fails_at_either_end_is_told_and_the_cores_are_free_again():
    cores, before = os.sched_getaffinity(0), set(os.listdir("/proc/self/fd"))
    core = min(cores)
    with pytest.raises(ProgramError, match="no more"), joined("pipe", fail, cores=(core, core)) as (_, write):
        write(b"hello")
    with pytest.raises(KeyError), joined("Unix stream", fail, cores=(core, core)):
        raise KeyError
    with pytest.raises(OSError), joined("pipe", fail, cores=(100_000, core)):
        pass
    assert os.sched_getaffinity(0) == cores
    for thread in threading.enumerate():
        if thread.name.startswith(("labkit reaper", "labkit fail")):
            thread.join()
    assert set(os.listdir("/proc/self/fd")) <= before


def test_every_measurement_is_drawn():
    import matplotlib.pyplot as plt

    one = {"pipe": ([3.0, 4.0], {64: 100.0, 4096: 200.0}), "TCP": ([5.0, 6.0], {64: 50.0})}
    figure = compare({"one core": one, "two cores": one})
    assert len(figure.axes) == 4
    right = figure.axes[1]
    assert [list(line.get_xdata()) for line in right.lines] == [[64, 4096], [64]]
    assert [list(line.get_ydata()) for line in right.lines] == [[100.0, 200.0], [50.0]]
    assert [label.get_text() for label in figure.axes[3].get_xticklabels()] == ["64", "4,096"]
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["pipe", "TCP"]
    plt.close(figure)
    with pytest.raises(ValueError, match="nothing to draw"):
        compare({})
