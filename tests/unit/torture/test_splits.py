"""The ways to cut a stream: which are tried, in which order, and how those that fail are made smaller."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.torture import splits
from labkit.torture.splits import Chance, Split, fewest, pieces, possible
from labkit.torture.trials import Stream


def test_every_split_of_a_short_stream_is_there_fewest_cuts_first():
    found = list(splits.splits(6))
    assert found[0] == Split("at once", ())
    assert [split.cuts for split in found if split.kind == "one cut"] == [(n,) for n in range(1, 6)]
    assert [split.cuts for split in found if split.kind == "two cuts"] == list(combinations(range(1, 6), 2))
    assert Split("byte by byte", (1, 2, 3, 4, 5)) in found
    assert [len(split.cuts) for split in found if split.kind != "random"] == [0] + 5 * [1] + 10 * [2] + [5]
    assert possible(6) == {"one cut": 5, "two cuts": 10}


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 100, 101, 1_000, 1_001, 50_000])
def test_splits_of_any_size_are_splits(size):
    data = bytes(size)
    ends = range(0, size + 1, 50)
    for split in splits.splits(size, ends):
        assert list(split.cuts) == sorted(set(split.cuts)) and set(split.cuts) <= set(range(1, size))
        assert b"".join(pieces(data, split.cuts)) == data
    kinds = [split.kind for split in splits.splits(size, ends)]
    single = kinds.count("one cut")
    assert single == max(0, size - 1) if size <= splits.EVERY_CUT else single >= splits.FEW
    assert ("two cuts" in kinds) == (3 <= size <= splits.EVERY_PAIR)
    assert ("near every end" in kinds) == (size > splits.EVERY_CUT)


def test_the_same_seed_gives_the_same_splits_and_another_others():
    def chosen(seed):
        return [split for split in splits.splits(200, seed=seed) if split.kind == "random"]

    assert chosen(1) == chosen(1) != chosen(2)


def test_chance_is_the_same_everywhere_and_spreads():
    chance = Chance(7)
    drawn = [chance.below(10) for _ in range(10_000)]
    assert drawn[:5] == [Chance(7).below(10), *drawn[1:5]]
    assert min(drawn.count(digit) for digit in range(10)) > 900


@given(st.sets(st.integers(0, 60), min_size=1, max_size=4), st.integers(0, 60))
def test_fewest_finds_what_is_needed(needed, more):
    assert set(fewest(range(61), lambda some: needed <= set(some))) == needed


def test_fewest_stops_after_its_tries():
    asked = []
    fewest(range(1000), lambda some: asked.append(some) or False, tries=10)
    assert len(asked) == 10


def test_a_stream_keeps_the_cuts_of_the_messages_that_stay():
    stream = Stream(["a", "b", "c"], [b"aaa", b"bbb", b"ccc"], (1, 3, 5, 8))
    assert stream.only([1]) == Stream(["b"], [b"bbb"], (2,))
    assert stream.only([0, 2]) == Stream(["a", "c"], [b"aaa", b"ccc"], (1, 3, 5))
    assert stream.only([0]) == Stream(["a"], [b"aaa"], (1,))
    assert stream.only([0, 1, 2]) == stream
