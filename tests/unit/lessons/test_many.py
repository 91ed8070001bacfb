"""What the lesson on many clients draws, and how it tells what two writers did to a stream."""

from __future__ import annotations

import pytest

from labkit.lessons.many.crowd import Crowd, Crowds
from labkit.lessons.many.figures import plot_held, plot_stream
from labkit.lessons.many.holding import Held, Holding, hold
from labkit.lessons.many.two_writers import receive

HELD = {
    "thread_each": Held((0, 500, 1000), (0.0, 9.0, 18.0), (22, 522, 1022)),
    "coroutines": Held((0, 500, 1000), (0.0, 2.5, 5.0), (2, 2, 2)),
}


def test_memory_and_threads_have_a_panel_each_with_all_servers():
    figure = plot_held(HELD)
    memory, threads = figure.axes
    assert memory.get_ylabel() == "resident memory gained (MB)" and threads.get_ylabel() == "threads"
    for ax, of in ((memory, "megabytes"), (threads, "threads")):
        drawn = {line.get_label(): tuple(line.get_ydata()) for line in ax.get_lines()}
        assert drawn == {name: getattr(held, of) for name, held in HELD.items()}
    assert [text.get_text() for text in memory.get_legend().get_texts()] == list(HELD)


def test_the_alarm_is_drawn_where_it_lies_and_the_next_header_where_it_is_looked_for():
    report, alarm = b"\0\0\7\xd0" + b"." * 2000, b"\0\0\0\5fire!"
    stream = report[:500] + alarm + report[500:]
    (ax,) = plot_stream(stream, report, alarm).axes
    assert [line.get_xdata()[0] for line in ax.get_lines()] == [0.5, 2.004]
    assert {"the alarm", "first message"} <= {text.get_text() for text in ax.texts}


def test_a_stream_without_the_alarm_is_not_drawn():
    with pytest.raises(ValueError):
        plot_stream(b"....", b"....", b"fire!")


def test_the_crowds_are_a_table():
    crowds = Crowds(one_at_a_time=Crowd(5, 0, 5, 5, False), threads=Crowd(5, 5, 0, 5, True))
    assert repr(crowds).splitlines() == [
        "               connected  answered  queued  late",
        "one_at_a_time          5         0       5     5",
        "threads                5         5       0     5",
    ]


def test_what_is_held_is_a_table_with_the_least_memory_first():
    assert repr(Holding(HELD)).splitlines() == [
        "least memory first  connections  threads gained",
        "coroutines                 1000               0",
        "thread_each                1000            1000",
    ]


class Caller:
    """A socket from which pieces come."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def recv(self, size):
        return self.pieces.pop(0) if self.pieces else b""


def test_messages_before_a_fault_are_told_with_it():
    got = receive(Caller(b"\0\0\0\2ab", b"...."), 10)
    assert got.messages == [b"ab"] and "774,778,414" in got.error and got.stream == b"\0\0\0\2ab...."


def test_a_stream_that_ends_early_is_a_fault():
    got = receive(Caller(b"\0\0\0\2a"), 6)
    assert got.messages == [] and "was cut" in got.error


@pytest.mark.parametrize("number", [9, 1001])
def test_too_few_and_too_many_connections_are_refused(number):
    with pytest.raises(ValueError, match="from 10 to 1,000"):
        hold(print, number)
