"""What the lesson on datagrams brings along: the picture of losses by size, and the directory's names."""

from __future__ import annotations

import pytest

from labkit.lessons.datagrams.figures import expected, packets, plot_losses
from labkit.lessons.datagrams.services import NAMES


@pytest.mark.parametrize(
    ("size", "count"), [(0, 1), (1472, 1), (1473, 2), (2952, 2), (2953, 3), (8000, 6), (10_000, 7)]
)
def test_a_datagram_takes_so_many_packets(size, count):
    assert packets(size) == count


def test_a_datagram_is_lost_with_any_of_its_packets():
    assert expected(100, 0.1) == pytest.approx(0.1)
    assert expected(8000, 0.1) == pytest.approx(1 - 0.9**6)
    assert expected(65_507, 0.0) == 0


@pytest.mark.parametrize(("loss", "count", "size"), [(0.1, 6, 8872), (0.3, 1, 1472), (0.02, 34, 50_312)])
def test_half_of_the_datagrams_arrive_up_to_so_many_bytes(loss, count, size):
    assert packets(size) == count and expected(size, loss) < 0.5 < expected(size + 1, loss)


def test_the_shares_stand_over_their_sizes_and_the_line_steps_where_a_packet_begins():
    import matplotlib.pyplot as plt

    figure = plot_losses({1000: 0.12, 3000: 0.25}, loss=0.1)
    (axes,) = figure.axes
    line, dots, level = axes.lines
    assert [*dots.get_xdata()] == [1, 3] and [*dots.get_ydata()] == [0.12, 0.25]
    steps = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert steps[1.46] == pytest.approx(0.1) and steps[1.48] == pytest.approx(0.19)
    assert [*level.get_ydata()] == [0.1, 0.1]
    assert (
        "bytes" in axes.get_xlabel()
        and [text.get_text() for text in axes.get_legend().texts][-1] == "measured"
    )
    plt.close(figure)


@pytest.mark.parametrize(("measured", "loss"), [({}, 0.1), ({100: 1.2}, 0.1), ({100: 0.1}, 10)])
def test_what_is_no_share_is_refused(measured, loss):
    with pytest.raises(ValueError, match="shares from 0 to 1"):
        plot_losses(measured, loss)


def test_the_512th_byte_of_the_names_cuts_one_where_it_looks_like_a_name():
    joined = ",".join(NAMES).encode()
    assert joined[:512].split(b",")[-1] == b"db-eas" and joined[512:].startswith(b"t-7,")
