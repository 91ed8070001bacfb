"""Effects of a cable, as tables of pushes and pops."""

from itertools import pairwise
from random import Random

import pytest

from labkit.wire.cable import Cable, DelayLine, Loss, Queue

MS = 1_000_000
PLAIN = dict(loss=0, burst=1, rate_mbit=None, queue_packets=100, delay_ms=0, jitter_ms=0)


def cable(**conditions):
    made = Cable(Random("loss"), Random("jitter"))
    made.set({**PLAIN, **conditions})
    return made


def test_frame_waits_for_its_delay():
    line = DelayLine(delay_ms=10)
    line.push(b"frame", now=0)
    assert line.next_time() == 10 * MS
    assert line.pop(now=10 * MS - 1) == []
    assert line.pop(now=10 * MS) == [(10 * MS, b"frame")]
    assert line.next_time() is None


def test_a_smaller_delay_lets_no_frame_overtake():
    line = DelayLine(delay_ms=10)
    line.push(b"first", now=0)
    line.delay_ms = 1
    line.push(b"second", now=1 * MS)
    assert [frame for _, frame in line.pop(10 * MS)] == [b"first", b"second"]


def test_jitter_varies_the_delay_within_its_bounds_and_keeps_order():
    line = DelayLine(10, 3, Random(1))
    for n in range(1000):
        line.push(n, now=n * MS * 100)
    left = line.pop(10**12)
    assert [frame for _, frame in left] == list(range(1000))
    delays = [time - n * MS * 100 for time, n in left]
    assert min(delays) >= 7 * MS and max(delays) <= 13 * MS and max(delays) - min(delays) > 5 * MS


def test_rate_is_the_time_that_the_bits_take():
    queue = Queue(rate_mbit=10, packets=10)
    for _ in range(3):
        assert queue.push(bytes(1250), now=0) == ""  # 10,000 bits: 1 ms each
    assert [time for time, _ in queue.pop(3 * MS)] == [1 * MS, 2 * MS, 3 * MS]


def test_queue_holds_so_many_besides_the_one_being_sent():
    queue = Queue(rate_mbit=10, packets=2)
    assert [queue.push(bytes(1250), now=0) for _ in range(5)] == ["", "", "", "queue full", "queue full"]
    # one has been sent, though nobody has popped it: a place is free
    assert queue.push(bytes(1250), now=1 * MS) == ""
    assert queue.push(bytes(1250), now=1 * MS) == "queue full"


def test_idle_transmitter_starts_when_the_frame_comes():
    queue = Queue(rate_mbit=10, packets=2)
    queue.push(bytes(1250), now=5 * MS)
    assert queue.next_time() == 6 * MS


@pytest.mark.parametrize(("probability", "low", "high"), [(0, 0, 0), (1, 20_000, 20_000), (0.05, 899, 1101)])
def test_independent_loss_lies_in_the_binomial_interval(probability, low, high):
    # 99.9 % of Binomial(20000, 0.05) lies within 899..1101
    loss = Loss(probability, Random(7))
    lost = sum(loss.push(n, n) == "lost" for n in range(20_000))
    assert low <= lost <= high


def test_same_seed_loses_the_same_frames():
    def fates(seed):
        loss = Loss(0.1, Random(seed))
        return [loss.push(n, n) for n in range(1000)]

    assert fates(3) == fates(3) != fates(4)


def test_burst_loss_has_the_asked_share_and_length():
    loss = Loss(0.1, Random(5), burst=4)
    fates = [loss.push(n, n) == "lost" for n in range(100_000)]
    runs = sum(1 for n, lost in enumerate(fates) if lost and not fates[n - 1])
    assert sum(fates) / len(fates) == pytest.approx(0.1, abs=0.01)
    assert sum(fates) / runs == pytest.approx(4, abs=0.3)


def test_cable_adds_transmission_and_delay_without_error():
    line = cable(rate_mbit=10, delay_ms=5)
    line.push(bytes(1250), now=0)
    line.push(bytes(1250), now=0)
    assert line.pop(now=100 * MS) == [(6 * MS, bytes(1250)), (7 * MS, bytes(1250))]


def test_cable_pops_late_without_adding_the_lateness():
    line = cable(rate_mbit=10, delay_ms=5)
    line.push(bytes(1250), now=0)
    assert line.pop(now=3 * MS) == []  # looked at late: it left the transmitter at 1 ms all the same
    assert line.next_time() == 6 * MS


def test_cable_says_what_its_queue_refused():
    line = cable(rate_mbit=10, queue_packets=1)
    assert [line.push(n, now=0) for n in (bytes(10), bytes(11), bytes(12))] == ["", "", ""]
    assert line.ended == [(bytes(12), "queue full")]


def test_cable_is_plain_only_without_conditions():
    assert cable().plain
    for name, value in dict(loss=0.1, rate_mbit=1, delay_ms=1, jitter_ms=1).items():
        assert not cable(**{name: value}).plain


def test_changed_conditions_leave_frames_under_way_alone():
    line = cable(delay_ms=10)
    line.push(b"old", now=0)
    line.set(PLAIN)
    assert line.pop(now=0) == []
    assert line.pop(now=10 * MS) == [(10 * MS, b"old")]


@pytest.mark.parametrize(("probability", "burst"), [(0.3, 1), (0.1, 1), (0.1, 4), (0.3, 10)])
def test_after_a_lost_frame_the_next_is_lost_as_the_burst_says(probability, burst):
    """Alone (burst=1) each is lost with the same chance, after a loss, too; else a burst ends with 1 / burst."""
    loss = Loss(probability, Random(1), burst=burst)
    lost = [loss.push(n, 0) == "lost" for n in range(50_000)]
    after_one = [now for before, now in pairwise(lost) if before]
    wanted = probability if burst == 1 else 1 - 1 / burst
    assert abs(sum(after_one) / len(after_one) - wanted) < 0.03
    assert abs(sum(lost) / len(lost) - probability) < 0.03


@pytest.mark.parametrize("burst", [1, 4])
def test_a_loss_of_one_loses_all(burst):
    loss = Loss(1, Random(1), burst=burst)
    assert {loss.push(n, 0) for n in range(100)} == {"lost"}
