"""What the lesson on a server that can be run draws, and what it says in words."""

from __future__ import annotations

import io

import pytest
from matplotlib.figure import Figure
from PIL import Image

from labkit.lessons.running.dashboard import numbers, words
from labkit.lessons.running.figures import dashboard_png, draw_dashboard, plot_asked, plot_bend
from labkit.lessons.running.load import Load, compared, slow
from labkit.servers.monitored import Statistics


def loads():
    return {n: Load([n / 200] * 100, 100 / min(200, n * 90)) for n in (1, 2, 8, 32)}


def test_answers_and_times_have_a_panel_each():
    rates, times = plot_bend(loads(), capacity=200).axes
    (drawn, bound) = rates.get_lines()
    assert list(drawn.get_xdata()) == [1, 2, 8, 32]
    assert list(drawn.get_ydata()) == pytest.approx([90, 180, 200, 200])
    assert bound.get_ydata()[0] == 200
    assert {line.get_label(): line.get_ydata()[-1] for line in times.get_lines()} == {"p50": 160, "p99": 160}


def test_the_names_of_the_times_stand_where_no_line_is():
    figure = plot_bend(loads(), capacity=200)
    figure.draw_without_rendering()
    times = figure.axes[1]
    assert times.get_legend().get_window_extent().y0 >= times.get_window_extent().y1


def test_each_way_of_asking_has_a_panel():
    figure = plot_asked({"closed_loop": Load([0.004, 1.0], 2), "open_loop": Load([0.004, 1.0, 0.9], 2)})
    assert [ax.get_title() for ax in figure.axes] == ["closed_loop", "open_loop"]
    assert [len(ax.collections[0].get_segments()) for ax in figure.axes] == [2, 3]


def test_percentiles_are_of_measured_times():
    load = Load([number / 1000 for number in range(100, 0, -1)], 2)
    assert (load.percentile(0.5), load.percentile(0.99), load.percentile(1.0)) == (0.05, 0.099, 0.1)
    assert load.rate == 50 and load.mean == pytest.approx(0.0505)


@pytest.mark.parametrize(
    ("rate", "time", "said"),
    [
        (1.0, 4.0, "as many answers, later"),
        (0.8, 5.0, "as many answers, later"),
        (4.0, 1.0, "more answers, as quickly"),
        (0.2, 4.0, "fewer answers, and errors"),
    ],
)
def test_more_clients_in_words(rate, time, said):
    few = Load([0.01] * 100, 1.0)
    assert compared(few, Load([0.01 * time] * round(100 * rate), 1.0)) == said


@pytest.mark.parametrize(
    ("many", "said"), [(1, "1"), (0, "about 10"), (12, "about 10"), (51, "more than 50")]
)
def test_slow_answers_in_words(many, said):
    assert slow(Load([0.5] * many + [0.1] * 100, 2)) == said


def samples():
    seen, found = Statistics(), []
    for second in range(4):
        seen.came(10, 100)
        seen.done("answered", 8)
        seen.done("limited", 2)
        for _ in range(8):
            seen.latencies.add(0.01 if second < 2 else 0.1)
        found.append((float(second), numbers(seen)))
    return found


def test_the_dashboard_draws_what_happened_between_two_looks():
    figure = Figure()
    draw_dashboard(figure, samples())
    rates, times = figure.axes
    drawn = {line.get_label(): list(line.get_ydata()) for line in (*rates.get_lines(), *times.get_lines())}
    assert drawn["answered"] == [8, 8, 8] and drawn["not answered"] == [2, 2, 2]
    assert drawn["p50"] == pytest.approx([10, 100, 100], rel=0.05)
    low, high = times.get_ylim()
    assert low in (1, 10) and high in (100, 1000), "whole decades"


def test_a_dashboard_of_which_nothing_has_come_yet():
    figure = Figure()
    draw_dashboard(figure, [(0.0, numbers(Statistics()))])
    assert all(ax.get_xlim() == (0, 10) and ax.get_ylim() == (0, 1) for ax in figure.axes)


def test_its_picture_stands_on_the_page_itself():
    picture = Image.open(io.BytesIO(dashboard_png(samples()))).convert("RGBA")
    assert picture.getpixel((0, 0))[3] == 0, "nothing is behind it, neither white nor black"


def test_its_words_have_no_times():
    assert words(samples()[-1][1]).splitlines() == [
        "connections    active  bytes_in  bytes_out",
        "          0         0       400          0",
        "   requests  answered   refused    limited",
        "         40        32         0          8",
        "     failed      lost",
        "          0         0",
    ]
