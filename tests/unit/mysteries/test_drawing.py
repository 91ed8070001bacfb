"""A seed is the same case everywhere, and what is told of each kind is whole."""

from __future__ import annotations

import string
from itertools import pairwise
from pathlib import Path

import pytest

from labkit.explain.kinds import KINDS as EXPLAINED
from labkit.mysteries.drawing import SERVERS, Case, draw
from labkit.mysteries.hiding import call, told, well
from labkit.mysteries.kinds import KINDS, LEVELS
from labkit.network.network import Network

LESSONS = {path.parent.name for path in (Path(__file__).parents[3] / "lessons").glob("*/text.md")}


def test_the_same_seed_is_the_same_case_on_every_machine():
    assert draw(0, 1) == Case("wrong-address", "payroll", "payroll", "wiki", 7320, 8650, 0, 4100, 1)
    assert draw(7, 1) == Case("slow-consumer", "archive", "archive", "payroll", 7290, 8750, 0.3, 4000, 1)


@pytest.mark.parametrize("level", LEVELS)
def test_neighbours_have_different_kinds_and_each_round_has_all(level):
    size = len(LEVELS[level])
    kinds = [draw(seed, level).kind for seed in range(-5 * size, 100 * size)]
    assert all(one != other for one, other in pairwise(kinds))
    for begin in range(0, len(kinds), size):
        assert sorted(kinds[begin : begin + size]) == sorted(LEVELS[level])


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_drawn_is_within_bounds(level):
    for seed in range(500):
        case = draw(seed, level)
        low, high = case.wrong.numbers
        assert low <= case.number <= high and isinstance(case.number, int) == isinstance(low, int)
        assert {case.server, case.other} < set(SERVERS) and case.server != case.other
        assert case.port != case.other_port and abs(case.port - case.other_port) > 10
        assert case.where in ("router", "lan", "wan", case.server, case.other)
        assert case.complaint.count(case.server) == 1 and str(case.port) in case.complaint


def test_seeds_differ_in_more_than_their_kind():
    of_one_kind = [case for case in (draw(seed, 1) for seed in range(400)) if case.kind == "wrong-port"]
    assert len({(case.server, case.port, case.number) for case in of_one_kind}) > 30


@pytest.mark.parametrize("seed", ["7", 7.0, None, True])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(TypeError, match=r"write mystery\(7\)"):
        draw(seed, 1)


@pytest.mark.parametrize("level", [0, 4, "1", True])
def test_what_is_no_level_is_refused(level):
    with pytest.raises(ValueError, match="1, 2, 3"):
        draw(7, level)


@pytest.mark.parametrize("wrong", KINDS.values(), ids=lambda wrong: wrong.name)
def test_what_is_told_of_a_kind_is_whole(wrong):
    fields = {name for _, name, _, _ in string.Formatter().parse(wrong.complaint) if name}
    assert fields == {"server", "port"}
    assert len(set(wrong.hints)) == 3 and all(hint[-1] in ".?" for hint in wrong.hints)
    assert wrong.lesson in LESSONS
    assert set(wrong.explained) <= set(EXPLAINED)
    assert wrong.title not in " ".join(wrong.hints)


def test_there_are_as_many_kinds_as_promised():
    assert len(KINDS) >= 14 and list(LEVELS) == [1, 2, 3]
    assert sorted(LEVELS[1] + LEVELS[2]) == sorted(LEVELS[3]) == sorted(KINDS)


def test_servers_names_mean_nothing_else():
    assert not set(SERVERS) & set(dir(Network))


@pytest.mark.parametrize("kind", LEVELS[1])
def test_a_service_with_a_fault_is_told_something(kind):
    case = next(case for case in (draw(seed, 1) for seed in range(99)) if case.kind == kind)
    assert told(case) != well(case.port)


@pytest.mark.parametrize("kind", LEVELS[2])
def test_a_service_is_told_nothing_of_what_is_wrong_on_the_way(kind):
    case = next(case for case in (draw(seed, 2) for seed in range(99)) if case.kind == kind)
    assert told(case) == well(case.port)


def test_the_callers_command_says_no_more_than_the_complaint():
    for seed in range(50):
        words = call(draw(seed, 3), "10.0.2.2")[2:]
        assert not set(words) & {*KINDS, "127.0.0.1"}
