"""What the lesson on Nagle's algorithm expects of its runs."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from labkit.lessons.nagle.asking import one_of, unexpected


def run(client, ack, line, segments, *, times=(41.0,) * 16, both=2):
    turns = [SimpleNamespace(segments=[None] * both)] * 16
    return {
        "client": client,
        "ACK": ack,
        "line": line,
        "round trip (ms)": 40,
        "time (ms)": list(times),
        "segments": [segments] * 16,
        "turns": turns,
    }


@pytest.mark.parametrize(
    ("client", "ack", "line", "segments"),
    [
        ("one_write, Nagle", "late", "R", 1),
        ("two_writes, NODELAY", "late", "R", 2),
        ("six_writes, NODELAY", "at once", "R", 6),
        ("two_writes, Nagle", "at once", "2R", 2),
        ("six_writes, Nagle", "late", "2R + 40", 2),
        ("corked, Nagle", "late", "R", 1),
    ],
)
def test_nagle_and_late_acks_say_where_a_run_stands(client, ack, line, segments):
    right = run(client, ack, line, segments)
    assert unexpected([right]) == []
    for wrong in ({"line": "2R" if line != "2R" else "R"}, {"segments": [segments + 1] * 16}):
        assert unexpected([{**right, **wrong}]) == [{**right, **wrong}]


def test_to_ask_for_acks_at_once_costs_a_segment():
    assert unexpected([run("sendmsg, Nagle", "at once", "R", 1, both=3)]) == []
    assert len(unexpected([run("sendmsg, Nagle", "at once", "R", 1, both=2)])) == 1


def test_without_a_round_trip_only_the_stall_is_told_apart():
    times = (0.2,) * 16
    assert unexpected([run("six_writes, Nagle", "at once", "R", 4, times=times)]) == []
    assert len(unexpected([run("six_writes, Nagle", "late", "2R", 2, times=times)])) == 1
    assert len(unexpected([run("one_write, Nagle", "late", "2R + 40", 1, times=times)])) == 1


def test_a_ladder_is_of_a_run_on_its_line():
    runs = [run("two_writes, Nagle", "late", "2R", 2)]
    with pytest.raises(ValueError, match="stands on 2R, not on R"):
        one_of(runs, "R", "two_writes, Nagle", "late", round_trip=40, near_ms=40)
