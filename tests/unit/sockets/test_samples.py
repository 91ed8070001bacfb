"""Samples as values, and a sampler whose socket is a function of the test's."""

from __future__ import annotations

import errno
import struct
import threading

import pytest
from left import no_threads_left

from labkit.sockets.samples import Samples
from labkit.sockets.sampling import Sampler

SECONDS = 60


def told(state: int, cwnd: int) -> bytes:
    """The bytes of `struct tcp_info` of which two fields count here."""
    return bytes([state]) + bytes(79) + struct.pack("=I", cwnd) + bytes(20)


class Kernel:
    """Looks at a list of answers, one each; `seen` is set when the last has been given, which then stays."""

    def __init__(self, *answers):
        self.answers, self.looks, self.seen = list(answers), 0, threading.Event()

    def __call__(self):
        answer = self.answers[min(self.looks, len(self.answers) - 1)]
        self.looks += 1
        if self.looks >= len(self.answers):
            self.seen.set()
        if isinstance(answer, BaseException):
            raise answer
        return answer


def sampled(kernel, **options):
    with Sampler(kernel, 0.1, **options) as samples:
        assert kernel.seen.wait(SECONDS)
    return samples


def test_samples_are_what_a_plot_takes():
    samples = Samples()
    for at_ns, cwnd in ((7_000_000, 10), (8_500_000, 20)):
        samples.add(at_ns, told(1, cwnd))
    assert (samples.ms, samples.values("snd_cwnd")) == ([0.0, 1.5], [10, 20])
    assert samples.values("state") == ["ESTABLISHED"] * 2 and samples.values("snd_wnd") == [None, None]
    assert [sample.at_ns for sample in samples] == [7_000_000, 8_500_000]
    assert samples[-1].info.snd_cwnd == 20 and len(samples) == 2
    assert repr(samples) == "<Samples: 2 in 0.0 s>" and repr(Samples()) == "<Samples: 0>"


def test_every_look_is_kept():
    kernel = Kernel(*(told(1, cwnd) for cwnd in (10, 10, 11, 12, 12)))
    samples = sampled(kernel)
    assert len(samples) == kernel.looks >= 5
    assert samples.values("snd_cwnd")[:5] == [10, 10, 11, 12, 12]


def test_only_changes_are_kept_and_the_last_look():
    kernel = Kernel(*(told(1, cwnd) for cwnd in (10, 10, 11, 12, 12)), told(1, 12))
    samples = sampled(kernel, on_change=("snd_cwnd", "state"))
    assert samples.values("snd_cwnd") == [10, 11, 12, 12]


def test_a_field_that_is_not_watched_keeps_nothing():
    samples = sampled(Kernel(*(told(1, cwnd) for cwnd in (10, 11, 12, 13))), on_change=("state",))
    assert samples.values("snd_cwnd") == [10, 13]


def test_of_too_many_the_oldest_are_forgotten():
    samples = sampled(Kernel(*(told(1, cwnd) for cwnd in range(50))), most=3)
    assert len(samples) == 3 and samples[-1].info.snd_cwnd == 49


def test_a_closed_socket_is_an_end_and_no_error():
    samples = sampled(Kernel(told(1, 10), told(7, 1), OSError(errno.EBADF, "closed")))
    assert samples.values("state") == ["ESTABLISHED", "CLOSED"]


def test_any_other_error_is_raised_where_the_block_ends():
    with pytest.raises(OSError, match="broken"):
        sampled(Kernel(told(1, 10), OSError(errno.EIO, "broken")))


def test_an_error_of_the_block_is_not_hidden_by_one_of_the_sampler():
    kernel = Kernel(told(1, 10), OSError(errno.EIO, "broken"))
    with pytest.raises(KeyError), Sampler(kernel, 0.1):
        assert kernel.seen.wait(SECONDS)
        raise KeyError("mine")


def test_what_is_wrong_from_the_start_is_raised_before_the_block():
    with pytest.raises(OSError, match="closed"), Sampler(Kernel(OSError(errno.EBADF, "closed")), 1):
        pytest.fail("the block began")


def test_the_thread_ends_with_the_block():
    before = set(threading.enumerate())
    with no_threads_left():
        with Sampler(Kernel(told(1, 10)), 60_000) as samples:  # it does not wait for the minute
            (new,) = set(threading.enumerate()) - before
            assert new.name == "sampler" and len(samples) == 1
    assert len(samples) == 2


def test_a_sampler_takes_new_samples_in_each_block():
    sampler = Sampler(Kernel(told(1, 10)), 60_000)
    with sampler as first:
        pass
    with sampler as second, pytest.raises(RuntimeError, match="at work already"), sampler:
        pass
    assert len(first) == 2 and second is not first


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"every_ms": 0}, "every_ms is a number of milliseconds"),
        ({"every_ms": "10 ms"}, r"every_ms .* \(got '10 ms'\)"),
        ({"on_change": ("cwnd",)}, "no field 'cwnd'; it has snd_cwnd"),
        ({"most": 1}, "most is a number of samples, at least 2"),
    ],
)
def test_what_is_wrong_is_said(options, words):
    with pytest.raises(ValueError, match=words):
        Sampler(Kernel(told(1, 10)), **{"every_ms": 1, **options})
