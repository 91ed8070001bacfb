"""What the lesson on flow control brings along: its pictures, and how it knows that a probe was answered."""

from __future__ import annotations

import struct

import matplotlib.pyplot as plt
import pytest
from wire_samples import Talk

from labkit.drawing.style import HOST_COLOURS
from labkit.lessons.flow.connecting import Held, answered
from labkit.lessons.flow.figures import places, stall
from labkit.sockets.samples import Samples


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def told(window: int, unsent: int) -> bytes:
    """The bytes of `struct tcp_info` of which two fields count here."""
    data = bytearray(248)
    struct.pack_into("=I", data, 144, unsent)
    struct.pack_into("=I", data, 228, window)
    return bytes(data)


def closed_window(probes: int, answers: int) -> Talk:
    talk = Talk().open().c("P.", 1, 1, b"hello").s(".", 1, 6, window=0)
    for number in range(probes):
        talk.c(".", 5, 1, at=300 + 100 * number)
        if number < answers:
            talk.s(".", 1, 6, window=0, at=350 + 100 * number)
    return talk


@pytest.mark.parametrize(
    ("probes", "answers", "wanted"), [(1, 1, True), (1, 0, False), (2, 1, False), (2, 2, True)]
)
def test_probes_that_were_answered(probes, answers, wanted):
    trace = closed_window(probes, answers).trace()
    assert len(trace.window_probes()) == probes and answered(trace, probes) is wanted
    assert not answered(trace, probes + 1)


def test_a_stall_is_drawn_with_the_window_what_waits_and_the_probes():
    trace = closed_window(2, 2).trace()
    samples = Samples()
    for at_ms, window, unsent in ((0, 5000, 0), (50, 0, 40_000)):
        samples.add(at_ms * 1_000_000, told(window, unsent))
    (axes,) = stall(samples, trace).axes
    window, waiting, probes = axes.lines
    assert list(window.get_ydata()) == [5, 0] and window.get_color() == HOST_COLOURS[1]
    assert list(waiting.get_ydata()) == [0, 40] and waiting.get_color() == HOST_COLOURS[0]
    assert list(waiting.get_xdata()) == [0, 50] and list(probes.get_xdata()) == [300, 400]
    assert "server" in window.get_label() and "client" in waiting.get_label()
    assert "ms" in axes.get_xlabel() and "bytes" in axes.get_ylabel()


def test_what_follows_an_opened_window_is_drawn_once_more_and_wider():
    samples = Samples()
    for at_ms, window, unsent in ((0, 5000, 0), (50, 0, 40_000), (500, 5000, 20_000), (600, 5000, 0)):
        samples.add(at_ms * 1_000_000, told(window, unsent))
    whole, wider = stall(samples, closed_window(2, 2).trace()).axes
    assert whole.get_xlim()[0] == 0 and wider.get_xlim() == (480, 600)
    assert [list(line.get_ydata()) for line in wider.lines] == [[5, 0, 5, 5], [0, 40, 20, 0]]


def test_a_stall_without_samples_is_refused():
    with pytest.raises(ValueError, match="no samples"):
        stall(Samples(), closed_window(1, 1).trace())


def test_places_are_stacked_from_the_reader_back():
    (axes,) = places({"a → b": Held(0, 10_000, 20_000, 70_000), "b → a": Held(1000, 0, 0, 0)}).axes
    bars = [
        (round(bar.get_x(), 3), round(bar.get_width(), 3), round(bar.get_y() + 0.275)) for bar in axes.patches
    ]
    assert [bar for bar in bars if bar[1]] == [(0, 1, 1), (0, 10, 0), (10, 20, 0), (30, 70, 0)]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a → b", "b → a"]
    assert [text.get_text() for text in axes.get_legend().texts] == [
        "read",
        "receive buffer",
        "send buffer",
        "not taken yet",
    ]
    assert len({bar.get_hatch() for bar in axes.patches}) == 4, "told without colours, too"


def test_a_place_where_nothing_is_has_no_entry():
    (axes,) = places({"a → b": Held(0, 10_000, 0, 0)}).axes
    assert [text.get_text() for text in axes.get_legend().texts] == ["receive buffer"]


def test_no_directions_are_refused():
    with pytest.raises(ValueError, match="one direction at least"):
        places({})
