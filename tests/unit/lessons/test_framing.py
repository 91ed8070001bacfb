"""What the lesson on framing shows of costs, and that its own decoders are not quadratic."""

from __future__ import annotations

import pytest

from labkit import framing
from labkit.lessons.framing.costs import TRIES, costs_ms, growth, plot_costs


class Fed:
    """A decoder that only keeps what it is fed."""

    def __init__(self):
        self.pieces = []

    def feed(self, data):
        self.pieces.append(data)
        return []


def test_every_try_has_a_decoder_of_its_own_and_all_pieces():
    made = []

    def make():
        made.append(Fed())
        return made[-1]

    costs = costs_ms(make, [95, 200], b"ten bytes.")
    assert len(costs) == 2 and min(costs) >= 0
    assert [len(each.pieces) for each in made] == [9, 20] * TRIES, "the sizes take turns"
    assert {piece for each in made for piece in each.pieces} == {b"ten bytes."}


def test_the_package_searches_only_what_is_new():
    few, many = costs_ms(framing.Lines, [50_000, 400_000])
    assert (
        many < 24 * few
    )  # eight times as many bytes; a decoder that searches all again takes 64 times as long


def test_costs_are_drawn_over_sizes():
    figure = plot_costs((1000, 2000), {"one": (1.0, 4.0), "two": (1.0, 2.0)})
    (ax,) = figure.axes
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "two"]
    assert "(thousands)" in ax.get_xlabel() and "(ms)" in ax.get_ylabel()
    curves = [line for line in ax.lines if line.get_label() in ("one", "two")]
    assert [[*line.get_xdata()] for line in curves] == [[1.0, 2.0]] * 2
    assert [[*line.get_ydata()] for line in curves] == [[1.0, 4.0], [1.0, 2.0]]
    assert len({line.get_linestyle() for line in curves}) == 2  # told apart without colour


def test_each_decoder_has_a_cost_for_each_size():
    with pytest.raises(ValueError, match="one cost for each of the 2 sizes"):
        plot_costs((1000, 2000), {"one": (1.0,)})


@pytest.mark.parametrize(("costs", "times"), [([1, 10, 11], 1), ([1, 10, 24], 2), ([1, 10, 45], 4)])
def test_how_the_last_cost_grew(costs, times):
    assert growth(costs, among=(1, 2, 4, 10)) == times
