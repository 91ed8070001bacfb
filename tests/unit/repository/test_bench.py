"""The arithmetic and the tables of the benchmark; what it measures is measured, not tested."""

from __future__ import annotations

import math

import pytest

from bench.figures import Figure, Note, binomial_interval, number, percentile, table


@pytest.mark.parametrize(
    ("samples", "share", "expected"),
    [
        ([5], 0.5, 5),
        ([3, 1, 2], 0.5, 2),
        ([1, 2, 3, 4], 0.5, 2),
        (range(1, 101), 0.99, 99),
        (range(1, 101), 1, 100),
        (range(1, 101), 0, 1),
        (range(1, 11), 0.99, 10),
    ],
)
def test_percentile(samples, share, expected):
    assert percentile(list(samples), share) == expected


@pytest.mark.parametrize(("samples", "share"), [([], 0.5), ([1], 1.5), ([1], -0.1), ([1], 99)])
def test_percentile_refuses(samples, share):
    with pytest.raises(ValueError):
        percentile(samples, share)


@pytest.mark.parametrize(
    ("count", "probability", "level"), [(20_000, 0.05, 0.999), (100, 0.5, 0.95), (10, 0.1, 0.9)]
)
def test_binomial_interval_holds_its_level_and_no_more(count, probability, level):
    def chance(numbers):
        return sum(
            math.exp(
                math.lgamma(count + 1)
                - math.lgamma(k + 1)
                - math.lgamma(count - k + 1)
                + k * math.log(probability)
                + (count - k) * math.log(1 - probability)
            )
            for k in numbers
        )

    low, high = binomial_interval(count, probability, level)
    tail = (1 - level) / 2
    assert chance(range(low, high + 1)) >= level - 1e-9
    assert chance(range(low)) <= tail < chance(range(low + 1))
    assert chance(range(high + 1, count + 1)) <= tail + 1e-9 < chance(range(high, count + 1)) + 1e-9


def test_binomial_interval_of_five_percent():
    low, high = binomial_interval(20_000, 0.05, 0.999)
    assert low < 1000 - 3 * math.sqrt(950) < 1000 + 3 * math.sqrt(950) < high


@pytest.mark.parametrize(("probability", "level"), [(0, 0.9), (1, 0.9), (0.5, 1), (0.5, 0)])
def test_binomial_interval_refuses(probability, level):
    with pytest.raises(ValueError):
        binomial_interval(10, probability, level)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.1234, "0.123"),
        (0.00123, "0.00123"),
        (17.46, "17.5"),
        (-0.0123, "-0.0123"),
        (999.6, "1,000"),
        (448_210.4, "448,210"),
        (3, "3"),
        (1e6, "1,000,000"),
    ],
)
def test_number(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("limits", "within"),
    [
        ({}, None),
        ({"at_most": 5}, True),
        ({"at_most": 4.9}, False),
        ({"at_least": 5}, True),
        ({"at_least": 5.1}, False),
        ({"at_least": 4, "at_most": 6}, True),
        ({"at_least": 6, "at_most": 7}, False),
        ({"at_least": 2, "at_most": 4}, False),
    ],
)
def test_the_median_is_held_to_the_limits(limits, within):
    assert Figure("what", "who", (1, 5, 99), **limits).within is within


def cells(text):
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| ")
    ]


def test_table_groups_and_compares_with_the_first():
    text = table(
        [
            Figure("start", "labkit, TAP", (2.0, 1.0, 4.0), "s", at_most=3),
            Figure("loss", "labkit, TAP", (1,), at_most=0),
            Note("wirefilter: not installed"),
            Figure("start", "labkit, veth", (3.0,), "s"),
            Figure("start", "scapy", (8.0, 8.0), "s"),
        ]
    )
    header, first, second, peer, loss = cells(text)
    assert header == ["what", "who", "median", "smallest – largest", "ours ÷ this", "wanted"]
    assert first == ["start", "labkit, TAP", "2 s", "1 – 4, n = 3", "", "at most 3 ✓"]
    assert second == ["", "labkit, veth", "3 s", "", "", ""]
    assert peer == ["", "scapy", "8 s", "8 – 8, n = 2", "0.250", ""]
    assert loss == ["loss", "labkit, TAP", "1", "", "", "at most 0 ✗"]
    assert text.endswith("\n\n- wirefilter: not installed")
    assert len({len(line) for line in text.splitlines() if line.startswith("|")}) == 1


def test_table_with_a_median_of_nothing_has_no_ratio():
    assert cells(table([Figure("lost", "labkit", (1,)), Figure("lost", "tcpdump", (0,))]))[2][4] == ""
