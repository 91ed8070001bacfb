"""Curves: what is drawn, and what is refused."""

from __future__ import annotations

import pytest

from labkit.plots import curves


def test_each_curve_is_a_line_of_its_own():
    (axes,) = curves({"a": ([1, 2], [3, 4]), "b": ([1], [5])}, "held (bytes)", x="written (bytes)").axes
    assert [(line.get_label(), list(line.get_ydata())) for line in axes.lines] == [("a", [3, 4]), ("b", [5])]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("written (bytes)", "held (bytes)")
    assert axes.lines[0].get_linestyle() != axes.lines[1].get_linestyle()
    assert axes.get_xlim()[0] == axes.get_ylim()[0] == 0


def test_they_are_over_time_unless_one_says_otherwise():
    assert curves({"a": ([1, 2], [3, 4])}, "ms").axes[0].get_xlabel() == "time (ms)"


def test_a_curve_with_a_value_too_few_is_refused():
    with pytest.raises(ValueError, match="'a' has 2 x values and 1 y values"):
        curves({"a": ([1, 2], [3])}, "y")
