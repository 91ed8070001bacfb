"""Verdicts are judged without a network, as a mystery itself judges them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as some

from labkit.mysteries.drawing import draw
from labkit.mysteries.handing import hand_out
from labkit.mysteries.kinds import KINDS, LEVELS
from labkit.mysteries.marking import BOTH, grade, judge, places
from labkit.mysteries.sheets import SheetError, parse, written

SEED = some.integers(-10_000, 10_000)
LEVEL = some.sampled_from(list(LEVELS))
COLUMNS = ("name", "seed", "level", "kind", "where")


def table(*rows):
    return parse(written(COLUMNS, [dict(zip(COLUMNS, row, strict=True)) for row in rows]), "verdicts.csv")


def graded(*rows, **more):
    text, told = grade(table(*rows), **more)
    return list(csv.DictReader(io.StringIO(text))), told


@given(SEED, LEVEL)
def test_the_right_verdict_has_all_points_and_no_other_has(seed, level):
    case = draw(seed, level)
    for kind in ("", *LEVELS[level]):
        for where in ("", *places(case)):
            found = judge(seed, level, kind, where)
            assert found[:2] == (case.kind, case.where)
            right = kind == case.kind, where == case.where
            assert found.points == (2 if all(right) else 1 if right[0] else 0)


@given(SEED, LEVEL)
def test_the_place_is_one_that_there_is(seed, level):
    case = draw(seed, level)
    assert case.where in places(case)


def test_a_class_is_graded_and_told_in_a_line():
    case = draw(20, 1)
    rows, told = graded(
        ("Ada", 20, 1, case.kind, case.where),
        ("Bob", 20, 1, case.kind.upper(), "router"),
        ("Cleo", 20, 1, "nagle", case.where),
        ("Dan", 20, 1, "", ""),
    )
    assert [row["points"] for row in rows] == ["2", "1", "0", "0"]
    assert {(row["right kind"], row["right where"]) for row in rows} == {(case.kind, case.where)}
    assert told == "1 of 4 solved; 3 of 8 points"


def test_what_was_handed_out_and_solved_is_graded_as_solved():
    handed = parse(hand_out(parse("name\nAda\nBob\n", "students.csv"), 3, "net26"), "seeds.csv")
    rows = []
    for row in handed.rows:
        case = draw(int(row["seed"]), 3)
        rows.append((row["name"], row["seed"], row["level"], case.kind, case.where))
    assert graded(*rows, handed=handed)[1] == f"2 of 2 solved; {2 * BOTH} of {2 * BOTH} points"
    rows[1] = ("Bob", *rows[0][1:])
    with pytest.raises(SheetError, match=r"line 3, Bob: seed .* is not what was handed out: seed"):
        graded(*rows, handed=handed)
    with pytest.raises(SheetError, match=r"line 2, Zoe: not in seeds\.csv"):
        graded(("Zoe", *rows[0][1:]), handed=handed)


def test_the_column_that_was_chosen_is_known_where_verdicts_are_graded():
    students = parse("name,login\nAda,ada01\nAda,ada02\n", "students.csv")
    handed = parse(hand_out(students, 3, "net26", "login"), "seeds.csv")
    rows = []
    for row in handed.rows:
        case = draw(int(row["seed"]), 3)
        rows.append((row["login"], row["seed"], row["level"], case.kind, case.where))
    assert graded(*rows, handed=handed)[1] == f"2 of 2 solved; {2 * BOTH} of {2 * BOTH} points"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("Ada", "x", 1, "nagle", "client"), "line 2, Ada: seed is a whole number (got 'x')"),
        (("Ada", "1.5", 1, "nagle", "client"), "seed is a whole number"),
        (("Ada", "", 1, "nagle", "client"), "seed is a whole number (got '')"),
        (("Ada", 20, 4, "nagle", "client"), "level is one of 1, 2, 3"),
        (("Ada", 20, 1, "nagel", "client"), "is it 'nagle'? Correct it"),
        (("Ada", 20, 1, "gremlins", "client"), "there are wrong-address"),
        (("Ada", 20, 1, "nat-forgets", "router"), "no kind 'nat-forgets' on level 1"),
        (("Ada", 20, 1, "nagle", "moon"), "where is one of client, router"),
        (("", 20, 1, "nagle", "client"), "no name in line 2"),
    ],
)
def test_what_is_no_verdict_is_refused_with_its_line(row, words):
    with pytest.raises(SheetError) as caught:
        graded(row)
    assert words in str(caught.value) and "verdicts.csv" in str(caught.value)


@pytest.mark.parametrize("missing", ["seed", "level", "kind", "where"])
def test_a_column_that_is_missing_is_named(missing):
    columns = [each for each in COLUMNS if each != missing]
    text = written(columns, [dict.fromkeys(columns, "1")])
    with pytest.raises(SheetError, match=f"no column is called {missing}"):
        grade(parse(text, "verdicts.csv"))


def test_a_student_has_one_verdict():
    with pytest.raises(SheetError, match="line 3: Ada is there already, in line 2"):
        graded(("Ada", 20, 1, "", ""), ("Ada", 21, 1, "", ""))


def test_what_was_graded_is_not_graded_again():
    text, _ = grade(table(("Ada", 20, 1, "", "")))
    with pytest.raises(SheetError, match="graded already"):
        grade(parse(text, "verdicts.csv"))


def test_every_kind_can_be_said():
    for level, kinds in LEVELS.items():
        for kind in kinds:
            assert judge(0, level, kind, "client").points in (0, 1)
    assert set(LEVELS[3]) == set(KINDS)
