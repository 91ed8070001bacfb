"""The link panel's pure part: conditions in words, counters turned into rates."""

from __future__ import annotations

import pytest

from labkit.network.conditions import DEFAULTS
from labkit.panels.link.meter import SPAN, Meter, condition, described, moves

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
