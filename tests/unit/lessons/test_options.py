"""What the lesson on options brings along: its plot, and how fast an upload was."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
from wire_samples import Talk

from labkit.lessons.options.figures import speeds
from labkit.lessons.options.uploading import Upload, measured


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


def test_a_plot_of_nothing_says_what_to_draw():
    with pytest.raises(ValueError, match="upload\\(net, listeners\\)"):
        speeds([], 100)
