"""What the lesson on failure draws, computes and shows as a table."""

from __future__ import annotations

from random import Random

import pytest
from matplotlib.patches import Rectangle

from labkit.lessons.failure.crowd import AWAY_S, PATIENCE_S, computed
from labkit.lessons.failure.figures import plot_beats, plot_comebacks
from labkit.lessons.failure.partings import Table, felt, when
from labkit.lessons.failure.uploads import _part


def test_clients_in_step_are_turned_away_together():
    calls, away = computed(lambda client, failures: 0.4, clients=30)
    rounds = [0.0, 0.4, 0.8, 0.8 + PATIENCE_S + 0.4, 0.8 + 2 * (PATIENCE_S + 0.4)]
    assert [sum(call == pytest.approx(each) for call in calls) for each in rounds] == [30, 30, 30, 19, 8]
    assert rounds[1] < AWAY_S < rounds[2] and len(away) == 19 + 8, "one is served, and ten wait"


def test_all_get_in_and_each_has_called_until_then():
    dice = Random(1)
    calls, away = computed(lambda client, failures: 0.4 * dice.random(), clients=50)
    before = sum(call < AWAY_S for call in calls)
    assert len(calls) == before + len(away) + 50 and calls == sorted(calls)


def test_the_same_pauses_are_the_same_calls():
    def pause(client, failures):
        return Random(f"{client} {failures}").random()

    assert computed(pause) == computed(pause)


def test_heartbeats_lie_between_two_lines():
    (ax,) = plot_beats({0.1: 0.25, 0.4: 1.1}, 3).axes
    dots = ax.get_lines()[-1]
    assert (list(dots.get_xdata()), list(dots.get_ydata())) == ([0.1, 0.4], [0.25, 1.1])
    assert [line.get_ydata()[1] / line.get_xdata()[1] for line in ax.get_lines()[:2]] == pytest.approx([2, 3])
    assert {text.get_text() for text in ax.texts} == {"2 intervals", "3 intervals"}


def test_computed_calls_and_those_on_the_wire_are_counted_in_the_same_bins():
    figure = plot_comebacks({"plain": ([0.01, 0.02, 0.3], [0.02, 0.31]), "jittered": ([0.1], [0.4])}, 0.25)
    plain, jittered = figure.axes
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["plain", "jittered"]
    bars = [patch.get_height() for patch in plain.patches if isinstance(patch, Rectangle)]
    assert sum(bars) == 2 and plain.get_ylim() == jittered.get_ylim()
    assert plain.get_legend() is not None and "back" in plain.texts[0].get_text()


def fails(error):
    def call():
        raise error

    return call


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: b"", "the end"),
        (lambda: b"x", "fine"),
        (lambda: None, "fine"),
        (fails(TimeoutError("timed out")), "nothing"),
        (fails(TimeoutError(110, "Connection timed out")), "ETIMEDOUT"),
        (fails(ConnectionResetError()), "ConnectionResetError"),
    ],
)
def test_what_a_call_told(call, told):
    assert felt(call) == told


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["the end", "fine", "the end", "BrokenPipeError"], "while waiting"),
        (["ConnectionResetError", "BrokenPipeError", "the end", "BrokenPipeError"], "while waiting"),
        (["nothing", "fine", "ConnectionResetError", "BrokenPipeError"], "after a send"),
        (["nothing", "fine", "nothing", "fine"], "not in 2 s"),
    ],
)
def test_when_a_loss_is_heard_of(row, told):
    assert when(row) == told


def test_what_was_told_is_a_table():
    table = Table("recv()", "send()", rows=[("killed", ["the end", "fine"]), ("off", ["nothing", "fine"])])
    assert repr(table).splitlines() == [
        "        recv()   send()",
        "killed  the end  fine",
        "off     nothing  fine",
    ]


@pytest.mark.parametrize(
    ("came", "part"),
    [
        (b"abcd", "all"),
        (b"", "nothing"),
        (b"ab", "the beginning, without a gap"),
        (b"ad", "pieces, with gaps"),
    ],
)
def test_how_much_came(came, part):
    assert _part(came, b"abcd") == part
