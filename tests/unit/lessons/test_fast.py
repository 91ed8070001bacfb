"""What the lesson on what a message costs stands on: copies that are counted, work that is counted, pictures."""

from __future__ import annotations

import math
import struct
import sys
import time
from itertools import pairwise
from typing import NamedTuple

import pytest
from stills import Stopped

from labkit.lessons.fast import waiting
from labkit.lessons.fast.broker import Brokered, against_nats, gained, program
from labkit.lessons.fast.climb import Climbed, Cost, climb
from labkit.lessons.fast.copies import Counted, Kernel, Tally, copied
from labkit.lessons.fast.figures import plot_clients, plot_climb, plot_shipped, plot_waits
from labkit.lessons.fast.quick_ticks import TICK, TIMES, Plain, instructions
from labkit.lessons.fast.shipping import LOCAL, compared
from labkit.lessons.fast.waiting import Waits, closed_loop, how_long, message, open_loop, waits
from labkit.modes.mode import NAMESPACES


def counted(size):
    return Counted(bytes(size), Tally())


def test_what_is_copied_is_counted():
    data = counted(100)
    assert type(data[10:30]) is Counted and data.tally.copied == 20
    assert b"" + data == bytes(100) and data.tally.copied == 120
    assert data + data == bytes(200) and data.tally.copied == 320, "and only once, though both count"
    assert data[3] == 0 and data.tally.copied == 320, "a number is no copy"


def test_what_copies_nothing_is_not_counted():
    data, held = counted(100), bytearray()
    held += data
    assert bytes(memoryview(data)[50:]) == bytes(50) and held == bytes(100)
    assert data.tally.copied == 0


def test_a_kernel_takes_so_much_a_call_and_no_more_than_its_room():
    kernel = Kernel(takes=3, room=4)
    assert (kernel.send(b"hello"), kernel.send(b"lo")) == (3, 1)
    with pytest.raises(BlockingIOError):
        kernel.send(b"o")
    assert kernel.came == b"hell" and kernel.calls == 3


def test_what_a_kernel_is_handed_anew_was_made_by_somebody():
    kernel, held = Kernel(takes=10), bytearray(100)
    for _ in range(5):
        kernel.send(held), kernel.send(memoryview(held)[50:])
    assert kernel.tally.copied == 100, "it is the same"
    kernel.send(bytes(held))
    assert kernel.tally.copied == 200
    message = counted(30)
    kernel.send(message)
    assert kernel.tally.copied == 200 and message.tally.copied == 0, "a message itself is no copy"


class Joined:
    def __init__(self, sock):
        self.sock, self.waiting = sock, []

    def put(self, message):
        self.waiting.append(message)

    def flush(self):
        view = memoryview(b"".join(self.waiting))
        while view:
            view = view[self.sock.send(view) :]


def test_an_outbox_that_joins_once_copies_once():
    assert copied(Joined, messages=50, size=20, takes=100) == 1000


class AtOnce(Plain):
    """Another right answer: without a copy of what came, and with a turn of a loop for each tick."""

    def feed(self, data):
        self.held += data
        whole = len(self.held) // 16 * 16
        with memoryview(self.held) as view:
            ticks = [tick for tick in struct.iter_unpack("!IdI", view[:whole])]  # noqa: C416
        del self.held[:whole]
        return ticks


def test_instructions_are_the_same_number_each_time():
    stream = TICK.pack(1, 2.0, 3) * 500
    plain, other = (
        {instructions(lambda kind=kind: kind().feed, stream) for _ in range(5)} for kind in (Plain, AtOnce)
    )
    (few,), (many,) = other, plain
    assert 40 < many / 500 < 200 and TIMES < many / few < 40


def test_instructions_leave_the_trace_function_as_it_was():
    before = sys.gettrace()
    with pytest.raises(ZeroDivisionError):
        instructions(lambda: lambda: 1 / 0)
    assert sys.gettrace() is before


def test_without_a_server_there_are_figures_of_an_earlier_run_and_the_picture_says_so(monkeypatch):
    monkeypatch.setattr("labkit.lessons.fast.broker.program", lambda: None)
    found = against_nats(None, None, None)
    assert found.recorded and found.gain > 3 and gained(found) == "a sixth"
    figure = plot_clients(found)
    told, recorded, on = figure.get_suptitle().splitlines()
    assert told == "Nothing of yours was run: that takes nats-server and nats-py, on a host."
    assert recorded == "These are figures of an earlier run, on" and on == f"{found.recorded}."
    figure.draw_without_rendering()
    assert figure._suptitle.get_window_extent().width < figure.bbox.width, "all of it is seen"
    rates, works = figure.axes
    assert [label.get_text() for label in rates.get_yticklabels()] == ["nats-py", "the lesson's"]
    assert [bar.get_width() for bar in works.patches] == [each.cpu_us for each in found.costs.values()]


def test_what_is_measured_is_not_said_to_be_recorded():
    found = Brokered(Climbed({"nats-py": cost(6.0), "the lesson's": cost(2.0)}), "")
    assert plot_clients(found).get_suptitle() == "" and found.gain == pytest.approx(3)


class Mode(NamedTuple):
    name: str


def test_a_server_without_its_client_is_none(monkeypatch, tmp_path):
    server = tmp_path / "nats-server"
    server.write_text("#!/bin/sh\n")
    server.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert program() is None
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    monkeypatch.setattr("labkit.lessons.fast.broker.current", lambda: Mode(NAMESPACES))
    assert program() == str(server)
    monkeypatch.setattr("labkit.lessons.fast.broker.current", lambda: Mode("loopback"))
    assert program() is None


def cost(cpu_us, sends=1.0, receives=2.0):
    return Cost((1e6 / cpu_us, 2e6 / cpu_us, 3e6 / cpu_us), cpu_us, sends, receives)


CLIMBED = Climbed(
    {"two writes": cost(4.0, 2.0), "batched": cost(0.4, 1 / 256, 0.016), "uv": cost(0.2, 1 / 256, 0.0)}
)


def test_a_gain_is_of_work():
    assert CLIMBED.gain("batched") == pytest.approx(10) and CLIMBED.gain("uv", "batched") == pytest.approx(2)
    assert CLIMBED["batched"].rate == pytest.approx(5e6)


@pytest.mark.parametrize(("cpu_us", "said"), [(2.0, 2), (1.5, 2), (1.2, 4), (0.7, 4), (0.6, 10), (0.01, 10)])
def test_a_gain_is_said_by_the_nearest_number(cpu_us, said):
    climbed = Climbed({"first": cost(4.0), "then": cost(cpu_us)})
    assert climbed.nearest("then", (2, 4, 10)) == said


def test_its_text_has_no_times():
    assert repr(CLIMBED).splitlines() == [
        "step        calls of send, for 1,000 messages",
        "two writes                              2,000",
        "batched                                     4",
        "uv                                          4",
    ]


def test_who_climbs_nothing_is_told():
    with pytest.raises(ValueError, match="one step at least"):
        climb({})


def test_the_ladder_is_drawn_step_by_step():
    rates, works, calls = plot_climb(CLIMBED).axes
    assert [label.get_text() for label in rates.get_yticklabels()] == list(CLIMBED)
    assert list(works.get_lines()[0].get_xdata()) == [4.0, 0.4, 0.2]
    sends, receives = calls.get_lines()
    assert list(sends.get_xdata()) == [2.0, 1 / 256, 1 / 256]
    assert list(receives.get_ydata()) == [0, 1], "those that could not be counted are not drawn"
    assert all(ax.get_xscale() == "log" for ax in (rates, works, calls))
    low, high = works.get_xlim()
    assert (low, high) == pytest.approx((0.1, 10))


def test_a_row_more_makes_no_other_figure():
    ladders = [Climbed({str(number): cost(1.0 + number) for number in range(rows)}) for rows in (10, 11)]
    assert len({str(plot_climb(ladder)) for ladder in ladders}) == 1


def test_compression_has_a_panel_for_each_kind_of_body():
    panels = plot_shipped({"JSON": {2: (0.8, 0.1), LOCAL: (0.0001, 0.003)}, "random": {2: (0.8, 0.8)}}).axes
    assert [ax.get_title() for ax in panels] == ["JSON", "random"]
    assert [label.get_text() for label in panels[0].get_xticklabels()] == ["2\nMbit/s", "one\nmachine"]
    plain, packed = panels[0].get_lines()
    assert list(plain.get_ydata()) == pytest.approx([800, math.nan, 0.1], nan_ok=True), (
        "no line to what is no cable"
    )
    assert list(packed.get_ydata()) == pytest.approx([100, math.nan, 3], nan_ok=True)


def test_each_way_of_batching_has_a_panel():
    one, two = plot_waits({"by_count": Waits([0.1, 0.05], 1), "what_waits": Waits([0.001], 1)}).axes
    assert (one.get_title(), two.get_title()) == ("by_count", "what_waits")
    assert list(one.get_lines()[0].get_ydata()) == pytest.approx([100, 50])


@pytest.mark.parametrize(
    ("plain", "packed", "said"), [(8, 1, "it pays"), (1, 8, "it costs"), (1, 1.2, "no difference")]
)
def test_what_packing_is_good_for_in_words(plain, packed, said):
    assert compared(plain, packed) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0001, "less than 30 ms"),
        (0.017, "less than 30 ms"),
        (0.05, "about 50 ms"),
        (0.12, "about 50 ms"),
        (3, "more"),
    ],
)
def test_how_long_in_words(seconds, said):
    assert how_long(seconds) == said


def in_tens(conn, due):
    batch = []
    for when in due:
        batch.append(message(when))
        if len(batch) == 10:
            conn.sendall(b"".join(batch))
            batch.clear()


def test_waits_are_measured_for_each_message_that_came():
    found = waits(in_tens, open_loop(35, every_s=0))
    assert len(found.seconds) == 30 and found.writes == 3, "the last five still wait"
    assert waits(in_tens, closed_loop(20)).writes == 2


def late(conn, due):
    for when in due:
        conn.sendall(message(when))
        time.sleep(0.001)


def test_how_long_a_message_waits_does_not_depend_on_when_its_reader_gets_its_turn(monkeypatch):
    reads = waiting._read

    def much_later(sock, came):
        time.sleep(0.4)
        reads(sock, came)

    monkeypatch.setattr(waiting, "_read", much_later)
    found = waits(late, closed_loop(100))
    assert len(found.seconds) == 100 and found.typical < 0.2


def test_parts_of_messages_wait_for_their_last_byte():
    came = message(10.0) + message(11.0) + message(12.0)[:3]
    assert waiting._waited(came, [(3, 20.0), (8, 21.0), (9, 22.0), (19, 23.0)]) == [11.0, 12.0]


@pytest.mark.parametrize(
    ("stills", "writes"),
    [([0.0], 1), ([3.0, 0.05], 2), ([3.0, 2.0, 1.0, 9.0], 3)],
    ids=["no", "once", "always"],
)
def test_a_loop_in_which_the_machine_stood_still_begins_again(monkeypatch, stills, writes):
    monkeypatch.setattr(waiting, "Pulse", Stopped)
    monkeypatch.setattr(Stopped, "stills", stills.copy(), raising=False)
    tries = []

    def more_each_time(conn, due):
        tries.append(list(due))
        for when in tries[-1][: len(tries)]:
            conn.sendall(message(when))

    found = waits(more_each_time, open_loop(5, every_s=0))
    assert found.writes == writes, "the one in which it stood still for the shortest time"
    assert len(tries) == len(stills)
    assert all(early[-1] < later[0] for early, later in pairwise(tries)), "due at times of its own"


def test_times_of_ones_own_are_not_begun_again(monkeypatch):
    monkeypatch.setattr(waiting, "Pulse", Stopped)
    monkeypatch.setattr(Stopped, "stills", [3.0], raising=False)
    assert waits(in_tens, [0.0] * 20).writes == 2


def test_an_error_of_who_writes_is_raised_and_nothing_is_left(recwarn):
    def wrong(conn, due):
        raise ValueError("a fault of the learner's")

    with pytest.raises(ValueError, match="of the learner's"):
        waits(wrong, closed_loop(3))


def test_an_open_loop_is_due_when_it_is_due():
    due = list(open_loop(4, every_s=0.5))
    assert [late - early for early, late in pairwise(due)] == pytest.approx([0.5] * 3)
