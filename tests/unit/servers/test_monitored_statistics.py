"""What the monitored server counts: it adds up, and percentiles are right to 5 %."""

from __future__ import annotations

import math
import random

import pytest

from labkit.servers.monitored import OUTCOMES, REASONS, Latencies, Statistics


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.99, 1.0])
def test_percentiles_are_right_to_5_percent(seed, share):
    dice = random.Random(seed)
    times = [10 ** dice.uniform(-5, 1) for _ in range(1000)]
    exact = sorted(times)[math.ceil(share * len(times)) - 1]
    assert exact <= Latencies(times).percentile(share) * 1.0000001 <= exact * 1.0501


def test_mean_count_and_largest_are_exact():
    seen = Latencies([0.25, 0.5, 1.5])
    assert (seen.count, seen.mean, seen.largest, seen.percentile(1.0)) == (3, 0.75, 1.5, 1.5)


def test_of_nothing_all_is_0():
    seen = Latencies()
    assert seen.mean == seen.percentile(0.99) == seen.largest == 0


def test_its_memory_has_a_bound():
    seen = Latencies(number / 1000 for number in range(100_000))
    assert len(seen._classes) < 350


def test_what_came_since_a_copy():
    seen = Latencies([1.0] * 99)
    before = seen.copy()
    seen.add(5.0)
    seen.add(5.0)
    since = seen.since(before)
    assert (since.count, since.mean) == (2, 5.0) and since.percentile(0.5) >= 5.0
    assert before.count == 99 and seen.percentile(0.5) < 1.06


def test_times_below_the_least_and_zero_are_counted():
    assert Latencies([0.0, 1e-9]).count == 2


def filled():
    seen = Statistics()
    for number, reason in enumerate(REASONS):
        seen.opened()
        seen.admitted()
        seen.came(requests=number, size=100)
        for outcome in list(OUTCOMES)[:number]:
            seen.done(outcome)
        seen.done("lost", max(0, number - len(OUTCOMES)))
        seen.ended(reason)
    return seen


def test_every_connection_and_request_ends_once():
    seen = filled()
    assert seen.adds_up() and seen.active == seen.waiting == 0 and seen.most_active == 1
    assert seen.errors == seen.requests - seen.outcomes["answered"] > 0
    seen.opened()
    seen.came(2, 10)
    assert seen.adds_up() and seen.active == 1 and seen.waiting == 2
    seen.active -= 1
    assert not seen.adds_up()


def test_a_request_that_ends_twice_does_not_add_up():
    seen = Statistics()
    seen.came(1, 10)
    seen.done("answered")
    seen.outcomes["lost"] += 1
    assert not seen.adds_up()


def test_the_text_has_every_number_by_its_name():
    seen = filled()
    seen.latencies = Latencies([0.010] * 99 + [2.0])
    told = dict(line.split(" ") for line in seen.text().splitlines())
    assert told["generation"] == "1" and told["connections"] == str(len(REASONS))
    assert all(told[f"closed_{reason}"] == "1" for reason in REASONS) and set(OUTCOMES) <= set(told)
    assert told["mean_ms"] == "29.90" and told["max_ms"] == "2000.00"
    assert 10 <= float(told["p50_ms"]) <= 10.5 and 10 <= float(told["p99_ms"]) <= 10.5
