"""Plots, tested by their artists."""

from __future__ import annotations

import matplotlib
import pytest
from ladder_samples import Talk, sample

from labkit.drawing import style
from labkit.plots.sequence import time_sequence

matplotlib.use("agg")
import matplotlib.pyplot as plt


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def artists(figure) -> dict:
    handles, labels = figure.axes[0].get_legend_handles_labels()
    return dict(zip(labels, handles, strict=True))


def test_every_data_segment_is_a_bar_from_its_first_to_its_last_byte():
    trace = sample("fast_retransmit")
    bars = artists(time_sequence(trace))["data from client"]
    again = {segment.number for segment in trace.retransmissions()}
    expected = [(s.seq, s.end_seq) for s in trace.segments if s.length and s.number not in again]
    assert [(path.vertices[0][1], path.vertices[1][1]) for path in bars.get_paths()] == expected
    start = trace.segments[0].departed_ns
    first = next(s for s in trace.segments if s.length)
    assert bars.get_paths()[0].vertices[0][0] == pytest.approx((first.departed_ns - start) / 1e6)


def test_retransmission_and_loss_are_marked():
    found = artists(time_sequence(sample("fast_retransmit")))
    again = found["sent again"]
    assert [tuple(path.vertices[:, 1]) for path in again.get_paths()] == [(2897, 4345)]
    assert matplotlib.colors.to_hex(again.get_color()[0]).upper() == style.RETRANSMISSION
    lost = found["lost"]
    assert lost.get_marker() == "x" and list(lost.get_ydata()) == [(2897 + 4345) / 2]


def test_acknowledgements_are_a_stair_that_never_falls():
    stair = artists(time_sequence(sample("fast_retransmit")))["acknowledged by server"]
    assert stair.get_drawstyle() == "steps-post"
    steps = list(stair.get_ydata())
    assert steps == sorted(steps) and steps[-1] == 20_001
    assert matplotlib.colors.to_hex(stair.get_color()).upper() == style.HOST_COLOURS[1]


def test_selective_acknowledgements_are_drawn():
    blocks = artists(time_sequence(sample("fast_retransmit")))["selectively acknowledged"]
    assert [tuple(path.vertices[:, 1]) for path in blocks.get_paths()][-1] == (4345, 14481)


def test_far_window_does_not_flatten_the_data_and_a_near_one_is_drawn():
    figure = time_sequence(sample("fast_retransmit"))
    assert figure.axes[0].get_ylim()[1] < 30_000
    assert any("further up, at 64,241 or more" in label for label in artists(figure))
    talk = Talk("client", "server")
    got = talk.tcp(0, 1, 2, "P.", 1, 1, b"x" * 1000)
    talk.tcp(got, 2, 1, ".", 1, 1001, window=200)
    edge = artists(time_sequence(talk.trace()))["edge of the receive window"]
    assert list(edge.get_ydata()) == [1201]


def test_axes_carry_units_and_the_legend_is_outside():
    figure = time_sequence(sample("fast_retransmit"))
    ax = figure.axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time (ms)", "sequence number (bytes)")
    figure.canvas.draw()
    assert ax.get_legend().get_window_extent().x0 >= ax.get_window_extent().x1


def test_the_end_that_sent_more_is_drawn_unless_one_asks():
    trace = sample("both_ways")
    assert "data from client" in artists(time_sequence(trace))
    assert "data from server" in artists(time_sequence(trace, source="server"))
    with pytest.raises(ValueError, match="source is 'client' or 'server'"):
        time_sequence(trace, source="router")


def test_on_given_axes():
    figure, ax = plt.subplots()
    assert time_sequence(sample("hello"), ax=ax) is figure


def test_no_connection_no_plot():
    with pytest.raises(ValueError, match="no TCP connection"):
        time_sequence(sample("datagrams"))
    with pytest.raises(ValueError, match="no flow 7 in this trace"):
        time_sequence(sample("hello"), flow=7)
