"""The look that plots share, tested by their artists."""

from __future__ import annotations

import matplotlib
import pytest

from labkit.drawing.style import HOST_COLOURS
from labkit.plots import look

matplotlib.use("agg")
import matplotlib.pyplot as plt


@pytest.fixture
def axes():
    figure, axes = plt.subplots(1, 2)
    yield axes
    plt.close(figure)


@pytest.mark.parametrize(("rows", "left"), [({}, ["bottom", "left"]), ({"rows": True}, ["bottom"])])
def test_only_what_carries_a_scale_is_framed(axes, rows, left):
    look.bare(axes[0], **rows)
    assert [name for name, spine in sorted(axes[0].spines.items()) if spine.get_visible()] == left
    axes[0].plot([1, 2])
    assert (axes[0].yaxis.get_major_ticks()[0].tick1line.get_markersize() == 0) == bool(rows)


def test_a_legend_has_no_frame_and_each_series_once(axes):
    for ax in axes:
        ax.plot([1], label="one")
    axes[1].plot([2], label="two")
    told = look.once(axes)
    assert list(told) == ["one", "two"] and told["one"] is axes[0].lines[0]
    assert not look.legend_beside(axes[0]).get_frame_on()
    made = look.legend(axes[0].figure, told.values(), told, loc="outside lower center")
    assert [text.get_text() for text in made.get_texts()] == ["one", "two"] and not made.get_frame_on()


def test_series_have_colours_of_no_first_host_and_dashes_of_their_own():
    assert len({look.series_colour(number) for number in range(4)}) == 4
    assert not {look.series_colour(number) for number in range(9)} & set(HOST_COLOURS[:2])
    assert len({str(look.series_dashes(number)) for number in range(6)}) == 6
    assert look.series_dashes(6) == look.series_dashes(0)
