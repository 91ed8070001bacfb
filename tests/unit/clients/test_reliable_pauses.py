"""When the reliable client tries again."""

from __future__ import annotations

import random

import pytest

from labkit.clients.reliable import Pauses


def taken(pauses, number):
    return [pauses.next() for _ in range(number)]


def test_each_may_be_twice_as_long_up_to_the_longest():
    assert taken(Pauses(0.1, 1.0, 9, chance=lambda: 1.0), 6) == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.0, 1.0])


def test_chance_keeps_a_part_of_each():
    drawn = taken(Pauses(0.1, 1.0, 9, chance=random.Random(7).random), 6)
    assert all(0 <= pause <= most for pause, most in zip(drawn, (0.1, 0.2, 0.4, 0.8, 1.0, 1.0), strict=True))
    assert drawn == taken(Pauses(0.1, 1.0, 9, chance=random.Random(7).random), 6)
    assert drawn != taken(Pauses(0.1, 1.0, 9, chance=random.Random(8).random), 6)


def test_after_so_many_failures_in_a_row_there_is_none():
    pauses = Pauses(tries=3)
    assert [pause is None for pause in taken(pauses, 4)] == [False, False, True, True]
    pauses.reset()
    assert pauses.next() is not None and pauses.failures == 1


def test_ever_so_many_tries_are_no_overflow():
    pauses = Pauses(1.0, 30.0, tries=10_000, chance=lambda: 1.0)
    assert taken(pauses, 5_000)[-1] == 30.0


@pytest.mark.parametrize("how", [{"first_s": 0}, {"first_s": 3, "most_s": 2}, {"first_s": float("nan")}])
def test_pauses_that_are_none_are_refused(how):
    with pytest.raises(ValueError, match="seconds above 0"):
        Pauses(**how)


def test_no_try_at_all_is_refused():
    with pytest.raises(ValueError, match="1 or more"):
        Pauses(tries=0)
