"""The link panel's pure part: conditions in words, counters turned into rates."""

from __future__ import annotations

import json
from unittest.mock import ANY

import pytest

from labkit.network.conditions import CONDITIONS, DEFAULTS, checked
from labkit.panels.link.knobs import KNOBS, SPELLS, facts
from labkit.panels.link.meter import FATES, SPAN, Meter, condition, described, moves, shown
from labkit.panels.link.panel import LONGEST

S = 1_000_000_000


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "delay 0 ms, no rate limit, loss 0 %, cable joined"),
        (
            {"delay_ms": 12.5, "jitter_ms": 2},
            "delay 12.5 ms, jitter 2 ms, no rate limit, loss 0 %, cable joined",
        ),
        ({"rate_mbit": 10}, "delay 0 ms, rate 10 Mbit/s, queue 100 packets, loss 0 %, cable joined"),
        (
            {"rate_mbit": 0.1, "queue_packets": 1},
            "delay 0 ms, rate 0.1 Mbit/s, queue 1 packet, loss 0 %, cable joined",
        ),
        (
            {"loss": 0.05, "burst": 3, "cut": True},
            "delay 0 ms, no rate limit, loss 5 %, 3 in a row, cable cut",
        ),
    ],
)
def test_conditions_in_words(changed, words):
    assert described({**DEFAULTS, **changed}) == words


@pytest.mark.parametrize(
    ("name", "shown", "value"),
    [
        ("loss", 5, 0.05),
        ("loss", 0.1, 0.001),
        ("loss", 29, 0.29),
        ("queue_packets", 50.0, 50),
        ("queue_packets", 2.5, 2.5),  # refused by the link, in its words
        ("rate_mbit", None, None),
        ("delay_ms", 20, 20),
        ("loss", "much", "much"),
    ],
)
def test_what_the_panel_shows_as_the_links_condition(name, shown, value):
    got = condition(name, shown)
    assert got == value and type(got) is type(value)


def test_what_is_shown_of_conditions_is_what_sets_them():
    for loss, percent in ((0, 0), (0.05, 5), (0.07, 7), (0.0025, 0.25), (1 / 3, 33.3333)):
        seen = shown({**DEFAULTS, "loss": loss})
        assert seen == {**DEFAULTS, "loss": percent}
        assert condition("loss", seen["loss"]) == pytest.approx(loss, abs=1e-6)


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_each_place_of_a_slider_sets_another_value_that_the_network_takes(knob):
    numbers = [stop for stop in knob.stops if stop is not None]
    assert numbers == sorted(set(numbers)) and knob.stops[: len(numbers)] == tuple(numbers)
    for stop in knob.stops:
        checked({knob.name: condition(knob.name, stop)})
    assert condition(knob.name, float(knob.example)) is not None
    assert (None in knob.stops) == bool(knob.unlimited) == CONDITIONS[knob.name].open
    assert shown(DEFAULTS)[knob.name] in knob.stops


def test_the_usual_values_of_the_sliders():
    stops = {knob.name: knob.stops for knob in KNOBS}
    assert stops["delay_ms"] == tuple(range(201))
    assert stops["rate_mbit"][:4] == (0.1, 0.13, 0.16, 0.2) and stops["rate_mbit"][-2:] == (1000, None)
    assert stops["queue_packets"][:4] == (1, 2, 3, 4) and stops["queue_packets"][-1] == 1000
    assert stops["loss"][:3] == (0, 0.5, 1) and stops["loss"][-1] == 30


def test_the_page_is_told_once_what_it_needs():
    told = facts()
    assert json.loads(json.dumps(told)) == {**told, "knobs": ANY, "spells": list(SPELLS)}
    assert [knob["name"] for knob in told["knobs"]] == [knob.name for knob in KNOBS]
    assert told["spell"] in SPELLS and max(SPELLS) == LONGEST and set(told["fates"]) == set(FATES)
    assert {knob.needs for knob in KNOBS} == {"", "rate_mbit"}


def test_what_the_panel_does_not_set():
    with pytest.raises(KeyError, match="delay_ms"):
        condition("cut", True)
    with pytest.raises(ValueError, match=r"from 0 to 100 % .got 150 %"):
        condition("loss", 150)


def row(frames=0, sent=0, delivered=0, lost=None, waiting=0):
    return (frames, sent, frames, delivered, lost or {}, waiting)


def test_the_first_look_is_where_counting_begins():
    meter = Meter()
    assert meter.look(5 * S, [row(1000, 1_000_000, 1_000_000)]) is None
    assert meter.samples == [] and meter.still


def test_rates_are_of_the_time_between_two_looks():
    meter = Meter()
    meter.look(5 * S, [row(10, 1000, 1000, {"lost": 2}), row()])
    sample = meter.look(
        5 * S + S // 2, [row(20, 251_000, 126_000, {"lost": 5, "queue full": 1, "filtered": 9}, 7), row()]
    )
    assert sample == {
        "t": 0.5,
        "dt": 0.5,
        "hosts": [
            {
                "frames": 10,
                "sent": 4.0,
                "delivered": 2.0,
                "waiting": 7,
                "lost": {"lost": 3, "queue full": 1},
            },
            {"frames": 0, "sent": 0.0, "delivered": 0.0, "waiting": 0, "lost": {}},
        ],
    }
    assert moves(sample) and not meter.still


def test_two_looks_at_the_same_moment_give_no_rate():
    meter = Meter()
    meter.look(S, [row()])
    assert meter.look(S, [row(5, 500, 500)]) is None


def test_only_the_last_seconds_are_kept_and_silence_is_noticed():
    meter = Meter()
    meter.look(0, [row()])
    meter.look(S, [row(1, 100, 100)])
    for second in range(2, 30):
        meter.look(second * S, [row(1, 100, 100)])
    assert meter.samples[0]["t"] >= 29 - SPAN - 2
    assert meter.still
