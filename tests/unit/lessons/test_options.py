"""What the lesson on options brings along: its plot, and how fast an upload was."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
from wire_samples import Talk

from labkit.lessons.options.choices import nearest, one_of
from labkit.lessons.options.closing import close_of, waited_for_all
from labkit.lessons.options.figures import speeds
from labkit.lessons.options.uploading import Upload, measured
from labkit.traces.calls import Call
from labkit.traces.trace import Trace


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_of_an_upload_the_fastest_quarter_counts_from_its_first_byte_to_the_acknowledgement_of_its_last():
    talk = Talk().open()
    for part, (sent, known) in enumerate([(100, 200), (210, 290), (300, 340), (400, 500)]):  # ms
        talk.c("P.", 1 + 1000 * part, 1, b"x" * 1000, at=sent).s(".", 1, 1001 + 1000 * part, at=known)
    trace = talk.trace()
    found = measured(trace, trace.segments[0].sport, 2048, 4000)
    third = trace.select(source="client", data=True)[2]
    seconds = (trace.select(source="server")[-2].arrived_ns - third.departed_ns) / 1e9
    assert found.buffer == 2048 and found.mbit == pytest.approx(1000 * 8 / seconds / 1e6)
    assert found.window == max(each.window for each in trace.select(source="server"))


def test_a_window_in_each_round_trip():
    assert Upload(0, 12_500, 0.0).most_mbit(100) == pytest.approx(1.0)
    assert Upload(0, 12_500, 0.0).most_mbit(50) == pytest.approx(2.0)


def test_speeds_are_drawn_over_the_windows_with_the_line_that_they_cannot_pass():
    uploads = [Upload(8_192, 10_000, 0.5), Upload(16_384, 20_000, 1.5)]
    (axes,) = speeds(uploads, round_trip_ms=100).axes
    most, dots = axes.lines
    assert list(most.get_xdata()) == [0, 20] and list(most.get_ydata()) == pytest.approx([0, 1.6])
    assert list(dots.get_xdata()) == [10, 20] and list(dots.get_ydata()) == [0.5, 1.5]
    assert "bytes" in axes.get_xlabel() and "Mbit/s" in axes.get_ylabel()


def test_half_the_round_trip_moves_the_dots_and_not_the_scale():
    near, far = (
        speeds([Upload(65_536, 86_000, rate)], round_trip_ms=ms).axes[0]
        for ms, rate in ((50, 10.0), (100, 5.0))
    )
    assert near.get_ylim() == far.get_ylim()
    assert speeds([Upload(65_536, 86_000, 50.0)], round_trip_ms=10).axes[0].get_ylim()[1] > 68.8


def test_a_path_without_a_delay_is_refused():
    with pytest.raises(ValueError, match="a path needs a delay: one_way_ms > 0"):
        speeds([Upload(65_536, 86_000, 5.0)], round_trip_ms=0)


def test_a_plot_of_nothing_says_what_to_draw():
    with pytest.raises(ValueError, match="upload\\(net, listeners\\)"):
        speeds([], 100)


@pytest.mark.parametrize(
    ("names", "found"), [([], "none"), (["linger 0"], "linger 0"), (["linger 0", "linger 1 s"], "both")]
)
def test_one_name_is_the_choice_itself(names, found):
    assert one_of(names, "both", "none") == found


@pytest.mark.parametrize(("value", "found"), [(1.4, "1"), (3.9, "2"), (4.1, "8"), (0.001, "1")])
def test_the_nearest_is_the_one_by_the_smallest_factor(value, found):
    assert nearest(value, {"1": 1, "2": 2, "8": 8}) == found


@pytest.mark.parametrize(("size", "end_ms", "waited"), [(4, 45, True), (4, 35, False), (5, 45, False)])
def test_a_close_waited_if_all_was_acknowledged_before_it_ended(size, end_ms, waited):
    talk = (
        Talk()
        .open()
        .s("P.", 1, 1, b"data", at=20)
        .c(".", 1, 5, at=25)
        .s("F.", 5, 1, at=26)
        .c(".", 1, 6, at=30)
    )
    closes = [Call("client", "close", 0, 1), Call("server", "close", 15_000_000, end_ms * 1_000_000)]
    trace = Trace(talk.trace().frames, calls=closes)
    assert close_of(trace) == closes[1]
    assert waited_for_all(trace, size) is waited
