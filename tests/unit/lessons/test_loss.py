"""What the lesson on loss brings along: how a loss was repaired, its pictures, and algorithms that a kernel lacks."""

from __future__ import annotations

import struct
from itertools import permutations

import matplotlib.pyplot as plt
import pytest
from wire_samples import Talk, stamped

from labkit.lessons.loss import busy
from labkit.lessons.loss.figures import NO_THRESHOLD, bars, waits, window
from labkit.lessons.loss.pausing import Pauses
from labkit.lessons.loss.repairs import (
    TRIES,
    Repair,
    acknowledged,
    needless,
    repair,
    undisturbed,
    usual,
)
from labkit.lessons.loss.storm import Storm
from labkit.sockets.samples import Samples


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def gap(duplicates: int, again_at: int = 200) -> Talk:
    """Segment 2 is lost; so many come behind it, each brings a duplicate ACK; the lost one is sent again at that ms."""
    talk = Talk().open().c(".", 1, 1, b"z", at=50).s(".", 1, 2, at=60).c(".", 2, 1, b"a", at=100, lost=True)
    for number in range(duplicates):
        talk.c(".", 3 + number, 1, b"b", at=101 + number)
    for number in range(duplicates):
        talk.s(".", 1, 2, at=112 + number)
    return talk.c(".", 2, 1, b"a", at=again_at)


def test_a_repair_tells_what_was_lost_how_long_it_took_and_how_the_sender_knew():
    found = repair(gap(3).trace())
    assert found == Repair(2, (100.0,), 3)
    assert repr(found) == "seq      2: sent again 1x, by duplicate ACKs"
    assert repr(repair(gap(0).trace())) == "seq      2: sent again 1x, by the timer"


def test_duplicates_that_came_after_it_was_sent_again_do_not_count():
    assert repair(gap(3, again_at=123).trace()).duplicates == 2


def test_the_timestamp_that_it_echoes_says_which_acks_a_sender_knew():
    """The fourth has arrived before the repetition was captured, and the kernel had not seen it when it made that."""
    talk = Talk().open().c(".", 1, 1, b"z", at=50).s(".", 1, 2, at=60, options=stamped(60, 50))
    talk.c(".", 2, 1, b"a", at=100, lost=True)
    for number in range(4):
        talk.c(".", 3 + number, 1, b"b", at=101 + number)
    for number in range(4):
        talk.s(".", 1, 2, at=112 + number, options=stamped(112 + number, 101))
    assert repair(talk.c(".", 2, 1, b"a", at=200, options=stamped(125, 114)).trace()).duplicates == 3


def test_an_ack_that_is_the_first_of_its_number_and_tells_of_the_gap_counts_too():
    """RFC 6675, section 2: the server took two segments at once, that before the gap and that behind it."""
    talk = (
        Talk().open().c(".", 1, 1, b"z", at=50).c(".", 2, 1, b"a", at=51, lost=True).c(".", 3, 1, b"b", at=52)
    )
    talk.s(".", 1, 2, at=62, options=bytes([5, 10]) + struct.pack("!II", 1_003, 1_004) + bytes([1, 1]))
    found = repair(talk.c(".", 2, 1, b"a", at=80).trace())
    assert found == Repair(2, (29.0,), 1)
    assert repr(found) == "seq      2: sent again 1x, by duplicate ACKs"


def test_of_three_repairs_the_middle_one_counts():
    """A wire that stood still let the duplicates come later than the timer; a sender that did was told early."""
    as_ever, held_up, early = (repair(gap(3, again_at=at).trace()) for at in (130, 400, 110))
    for others in ((held_up, early), (held_up, as_ever), (early, as_ever)):
        assert {usual(*order) for order in permutations((as_ever, *others))} == {as_ever}


def test_what_had_arrived_and_is_sent_again_is_needless():
    assert not needless(gap(3).trace())  # lost, and sent again
    late = Talk().open().c(".", 1, 1, b"z", at=50).c(".", 1, 1, b"z", at=260).trace()
    assert needless(late)
    twice_lost = Talk().open().c(".", 1, 1, b"z", at=50, lost=True).c(".", 1, 1, b"z", at=260, lost=True)
    assert not needless(twice_lost.c(".", 1, 1, b"z", at=700).trace())


def test_who_sent_needlessly_sends_once_more_but_not_for_ever():
    late = Talk().open().c(".", 1, 1, b"z", at=50).c(".", 1, 1, b"z", at=260).trace()
    traces = [late, late, gap(3).trace(), late]
    assert undisturbed(lambda size: (traces.pop(0), size))(7) == (gap(3).trace(), 7)
    assert traces == [late]
    traces = [late] * (TRIES + 1)
    undisturbed(lambda: (traces.pop(), None))()
    assert traces == [late]


def test_each_repetition_has_its_wait():
    talk = gap(3)
    talk.frames[-1] = talk.frames[-1]._replace(arrivals=(), fate="dropped")
    found = repair(talk.c(".", 2, 1, b"a", at=600).trace())
    assert found.waits_ms == (100.0, 500.0)
    assert repr(found) == "seq      2: sent again 2x, the first time by duplicate ACKs"


def test_without_a_loss_or_its_repair_it_says_what_to_do():
    with pytest.raises(ValueError, match=r"set net\.link\.faults"):
        repair(Talk().open().c("P.", 1, 1, b"a").trace())
    with pytest.raises(ValueError, match="wait for its ACK"):
        repair(Talk().open().c("P.", 1, 1, b"a", lost=True).trace())


def test_so_many_bytes_are_acknowledged_when_the_ack_has_arrived():
    talk = Talk().open().c("P.", 1, 1, b"hello").s(".", 1, 6)
    assert acknowledged(talk.trace(), 5) and not acknowledged(talk.trace(), 6)
    talk = Talk().open().c("P.", 1, 1, b"hello").s(".", 1, 6, lost=True)
    assert not acknowledged(talk.trace(), 5)


def told(cwnd: int, threshold: int) -> bytes:
    """The bytes of `struct tcp_info` of which two fields count here."""
    data = bytearray(248)
    struct.pack_into("=II", data, 76, threshold, cwnd)
    return bytes(data)


def test_a_window_is_drawn_and_the_threshold_only_once_there_is_one():
    samples = Samples()
    samples.add(0, told(10, NO_THRESHOLD))
    samples.add(1_000_000, told(20, NO_THRESHOLD))
    assert [line.get_label() for line in window(samples).axes[0].lines] == ["congestion window"]
    samples.add(2_000_000, told(11, 10))
    cwnd, threshold = window(samples).axes[0].lines
    assert list(cwnd.get_ydata()) == [10, 20, 11]
    assert (list(threshold.get_xdata()), list(threshold.get_ydata())) == ([2], [10])
    with pytest.raises(ValueError, match="there are no samples"):
        window(Samples())


def test_waits_tell_acks_from_the_timer_by_more_than_colour():
    axes = waits({"third": Repair(1, (20, 250), 3), "last": Repair(9, (240,), 0)}).axes[0]
    legs = [line for line in axes.lines if len(line.get_xdata()) == 2 and line.get_linestyle() != "None"]
    assert [list(leg.get_xdata()) for leg in legs] == [[0, 20], [20, 250], [0, 240]]
    assert [leg.get_linestyle() for leg in legs] == ["-", "--", "--"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["third", "last"]
    with pytest.raises(ValueError, match="one repair at least"):
        waits({})


def test_bars():
    axes = bars({"near": 8.0, "far": 2.0}, "Mbit/s").axes[0]
    assert [bar.get_width() for bar in axes.patches] == [8.0, 2.0]
    with pytest.raises(ValueError, match="one value at least"):
        bars({}, "Mbit/s")


def test_a_storms_counts_end_together():
    seen = Storm(carried=[10.0, 20.0, 30.0], served=[11.0], callers=2, lost=0)
    assert seen.counts() == {
        "answers that the line carried": ([0.0, 10.0, 20.0, 30.0, 30.0], [0, 1, 2, 3, 3]),
        "callers with an answer": ([0.0, 11.0, 30.0], [0, 1, 1]),
    }


def test_an_algorithm_that_the_kernel_has_not_got_is_shown_as_recorded(monkeypatch):
    def refuses(*_):
        raise FileNotFoundError(2, "No such file or directory")

    class Net(dict):
        server = None

    monkeypatch.setattr(busy, "connected", refuses)
    assert busy.race(Net(bbr=None), ["bbr"], 1) == {
        "bbr (recorded: this kernel has none)": busy.RECORDED_MBIT["bbr"]
    }


class Stood:
    """A pulse: of a machine that stood still for 0.4 s in each of these seconds."""

    def __init__(self, *seconds):
        self.seconds = seconds

    def still(self, since, until):
        return 0.4 * sum(since <= each < until for each in self.seconds)


@pytest.mark.parametrize(
    ("looks", "stood", "too_short", "sure"),
    [
        ([(0, 1, 3, 7)], [], 0, True),
        ([(0, 1, 2, 3)], [], 2, False),
        ([(0, 1, 3, 5)], [], 3, False),
        ([(0, 1, 2.4, 3.4)], [1.5], 3, False),
        ([(0, 1, 2.4, 4.4)], [1.5], 0, False),
        ([(0, 1.4, 3.4, 7.4)], [0.5], 0, True),
        ([(0, 1.4, 3.2, 6.8)], [0.5], 0, False),
        ([(0, 1, 2.4, 4.4), (10, 11, 12, 13)], [1.5], 2, False),
        ([(0, 1, 2.4, 4.4), (10, 11, 13, 17)], [1.5], 0, True),
        ([(0, 1, 2, 4), (10, 11, 13, 17)], [], 0, True),
        ([(0,), ()], [], 0, False),
    ],
    ids=[
        "twice as long each time",
        "the same each time",
        "the same at last",
        "one was only long because the machine stood still",
        "one may have been",
        "one was longer, and still the next is much longer",
        "one was longer, and the next is not much longer than that",
        "one may have been, and in another look it was not",
        "one may have been, and in another look it was",
        "a busy machine made one long before the next, and in another look did not",
        "no pause",
    ],
)
def test_a_pause_is_much_longer_for_sure_where_the_machine_did_not_stand_still(looks, stood, too_short, sure):
    pauses = Pauses(Stood(*stood))
    for times in looks:
        pauses.see(list(times))
    assert (pauses.too_short, pauses.sure(3)) == (too_short, sure)
