"""Strips and cumulative distributions, tested by their artists."""

from __future__ import annotations

from itertools import combinations

import matplotlib
import pytest

from labkit.plots.distributions import ecdfs, strips
from labkit.plots.marks import rows

matplotlib.use("agg")
import matplotlib.pyplot as plt

TABLE = [
    {"way": "one", "ACK": "late", "R": 10, "ms": [11, 12, 13, 14], "segments": [1, 1]},
    {"way": "two", "ACK": "late", "R": 10, "ms": [20.0, 60.0], "segments": [2, 2]},
    {"way": "one", "ACK": "now", "R": 10, "ms": [10.0], "segments": [1]},
    {"way": "one", "ACK": "late", "R": 30, "ms": [31.0], "segments": [1]},
]
MARKS = {10: {"R": 10, "2R": 20, "far": 80}, 30: {"R": 30}}


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def dots(ax) -> dict[str, tuple[list, list]]:
    return {
        line.get_label(): (list(line.get_xdata()), list(line.get_ydata()))
        for line in ax.lines
        if not line.get_label().startswith("_")
    }


def test_every_measurement_is_a_dot_in_its_own_panel_row_and_series():
    left, right = strips(TABLE, "ms", row="way", column="R", series="ACK").axes
    assert [label.get_text() for label in left.get_yticklabels()] == ["one", "two"]
    x, y = dots(left)["late"]
    assert x == [11, 12, 13, 14, 20, 60]
    assert y == sorted(y) and [round(place) for place in y] == [0, 0, 0, 0, 1, 1]
    x, y = dots(left)["now"]
    assert x == [10] and 0 < y[0] < 0.5 > max(dots(left)["late"][1][:4]), "beside the other, not over it"
    assert dots(right)["late"][0] == [31] and dots(right)["now"][0] == []
    assert (left.get_xlabel(), left.get_title()) == ("ms", "R: 10")


def test_series_are_told_by_more_than_colour():
    (left, _) = strips(TABLE, "ms", row="way", column="R", series="ACK").axes
    late, now = (line for line in left.lines if not line.get_label().startswith("_"))
    assert late.get_marker() != now.get_marker()
    assert late.get_markerfacecolor() != "none" == now.get_markerfacecolor()


def test_marks_are_named_lines_and_the_scale_reaches_them():
    (left, right) = strips(TABLE, "ms", row="way", column="R", series="ACK", marks=MARKS).axes
    assert [text.get_text() for text in left.texts] == ["R", "2R", "far"]
    assert sorted(line.get_xdata()[0] for line in left.lines if line.get_label().startswith("_")) == [
        10,
        20,
        80,
    ]
    assert left.get_xlim()[0] == 0 and left.get_xlim()[1] > 80
    assert [text.get_text() for text in right.texts] == ["R"]


@pytest.mark.parametrize("draw", [strips, ecdfs])
@pytest.mark.parametrize("trips", [(20, 40, 80), (120, 160, 200), *((trip,) for trip in range(10, 201, 10))])
def test_no_words_above_the_axes_touch(draw, trips):
    table = [{"way": "one", "ACK": "late", "R": trip, "ms": [trip], "segments": [1]} for trip in trips]
    marks = {trip: {"R": trip, "2R": 2 * trip, "2R + 40": 2 * trip + 40} for trip in trips}
    more = {"row": "way", "beside": "segments"} if draw is strips else {}
    figure = draw(table, "ms", column="R", series="ACK", marks=marks, **more)
    figure.draw_without_rendering()
    titles = [ax.title for ax in figure.axes]
    assert len({round(title.get_window_extent().y0) for title in titles}) == 1
    words = [text for ax in figure.axes for text in ax.texts]
    assert len(words) == 3 * len(trips)
    for one, other in combinations([*words, *titles], 2):
        assert not one.get_window_extent().padded(3).overlaps(other.get_window_extent()), (
            one,
            other,
        )
    for ax, trip in zip(figure.axes, trips, strict=False):
        far = [text.get_position()[1] for text in ax.texts if text.get_text() == "2R + 40"]
        assert ax.texts[0].get_position()[1] == 3 and (far == [3] if trip <= 40 else True)


@pytest.mark.parametrize(
    ("widths", "found"),
    [
        ([], []),
        ([(0, 10), (15, 20)], [0, 0]),
        ([(0, 10), (14, 20), (26, 30)], [0, 1, 0]),
        ([(0, 10), (2, 12), (4, 14), (17, 20)], [0, 1, 2, 0]),
    ],
)
def test_words_stand_in_the_lowest_row_that_has_room(widths, found):
    assert rows(widths, gap=5) == found


def test_another_value_has_a_panel_of_its_own_for_all_columns():
    *_, beside = strips(TABLE, "ms", row="way", column="R", series="ACK", beside="segments").axes
    assert (beside.get_xlabel(), beside.get_title()) == ("segments", "every R")
    assert sorted(dots(beside)["late"][0]) == [1, 1, 1, 2, 2]
    assert list(beside.get_xticks()) == [1, 2]


def test_a_cumulative_distribution_counts_up_to_one():
    left, right = ecdfs(TABLE, "ms", column="R", series="ACK", marks=MARKS).axes
    x, y = dots(left)["late"]
    assert x[1:] == [11, 12, 13, 14, 20, 60] and y == pytest.approx([number / 6 for number in range(7)])
    assert list(dots(right)) == ["late"]
    late, now = (line for line in left.lines if not line.get_label().startswith("_"))
    assert late.get_linestyle() != now.get_linestyle() and late.get_color() != now.get_color()
    assert left.get_xlim()[1] > 80 and left.get_ylim() == (0, 1.03)


def test_the_legend_names_every_series_of_every_panel():
    table = [*TABLE, {"way": "one", "ACK": "never", "R": 30, "ms": [5.0]}]
    for figure in (
        ecdfs(table, "ms", column="R", series="ACK"),
        strips(table, "ms", row="way", column="R", series="ACK"),
    ):
        named = " ".join(text.get_text() for text in figure.legends[0].get_texts())
        assert all(kind in named for kind in ("late", "now", "never"))


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(ValueError, match="nothing to draw"):
        strips([], "ms", row="way", column="R", series="ACK")
    with pytest.raises(KeyError, match="'time' is not in a measurement; it has 'way'"):
        ecdfs(TABLE, "time", column="R", series="ACK")


EMPTY = [TABLE[0], {"way": "one", "ACK": "now", "R": 30, "ms": [], "segments": []}]


def test_a_column_without_measurements_is_an_empty_panel():
    for drawn in (
        ecdfs(EMPTY, "ms", column="R", series="ACK"),
        strips(EMPTY, "ms", row="way", column="R", series="ACK"),
    ):
        left, right = drawn.axes
        assert dots(left)["late"][0] and not any(x for x, _ in dots(right).values())
        assert (right.get_title(), right.get_xlim()) == ("R: 30", (0, 1.08))
    *_, beside = strips(
        [{**each, "segments": []} for each in EMPTY],
        "ms",
        row="way",
        column="R",
        series="ACK",
        beside="segments",
    ).axes
    assert beside.get_xlim() == (0, 0.6)


def test_measurements_without_a_number_are_refused():
    for draw in (ecdfs, lambda *given, **how: strips(*given, row="way", **how)):
        with pytest.raises(ValueError, match="no measurement has a number in 'ms'"):
            draw(EMPTY[1:], "ms", column="R", series="ACK")
