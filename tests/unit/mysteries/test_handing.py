"""A seed for each student: the same each time, neighbours of different kinds, all kinds as often."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from labkit.mysteries.drawing import draw
from labkit.mysteries.handing import hand_out, seeds
from labkit.mysteries.kinds import LEVELS
from labkit.mysteries.sheets import SheetError, parse, written

LEVEL = some.sampled_from(list(LEVELS))
WORD = some.text(max_size=12)
NAME = some.text(some.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
CLASS = some.lists(NAME, min_size=1, max_size=60, unique_by=str.casefold)


def handed(names, level, course, comma=","):
    table = written(["name"], [{"name": name} for name in names], comma)
    return list(csv.DictReader(io.StringIO(hand_out(parse(table, "x.csv"), level, course))))


@given(CLASS, LEVEL, WORD)
def test_the_same_class_and_word_are_the_same_seeds_and_names_are_kept(names, level, course):
    rows = handed(names, level, course)
    assert rows == handed(names, level, course)
    assert [row["name"] for row in rows] == names
    assert {row["level"] for row in rows} == {str(level)}


@given(some.integers(1, 150), LEVEL, WORD)
def test_neighbours_have_different_kinds_and_all_kinds_come_as_often(count, level, course):
    kinds = [draw(seed, level).kind for seed in seeds(count, level, course)]
    assert all(one != other for one, other in pairwise(kinds))
    times = [Counter(kinds)[kind] for kind in LEVELS[level]]
    assert max(times) - min(times) <= 1


@given(some.integers(1, 60), some.integers(1, 60), LEVEL, WORD)
def test_who_is_added_at_the_end_changes_nobody_elses(count, more, level, course):
    assert seeds(count + more, level, course)[:count] == seeds(count, level, course)


@given(some.integers(1, 100), LEVEL, WORD)
def test_nobody_shares_a_seed(count, level, course):
    assert len(set(seeds(count, level, course))) == count


def test_another_word_and_another_level_are_other_seeds():
    assert len({seeds(1, level, word)[0] for level in LEVELS for word in ("", "a", "b", "net26")}) == 12


def test_what_was_handed_out_stays_the_same_in_the_next_version():
    assert seeds(2, 1, "net26") == [284130, 284131]


def test_a_spreadsheets_table_comes_back_as_it_was_with_two_columns_more():
    text = "\ufeffStudent;Group\r\n'Ada';\"a;b\"\r\n\r\n Bob ;\r\n"
    assert hand_out(parse(text.removeprefix("\ufeff"), "x.csv"), 2, "w").splitlines()[:2] == [
        "Student;Group;level;seed",
        f"'Ada';\"a;b\";2;{seeds(1, 2, 'w')[0]}",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "x.csv is empty; its first line names the columns"),
        ("\n ,\n", "x.csv is empty"),
        ("name\n", "no student below it"),
        ("Ada\nBob\n", "no column is called name, id, student"),
        ("first,last\nAda,L\n", "--column 'first'"),
        ("name\nAda\nBob\nada\n", "line 4: ada is there already, in line 2"),
        ("name,group\nAda,1\n,2\n", "no name in line 3; write one, or take the line out"),
        ("name,name\nAda,1\n", "called name twice"),
        ("name,\nAda,1\n", "a column is without a name"),
        ("name\nAda,Bob\n", "line 2 has 2 values for 1 columns"),
        ('name\n"Ada\n', "is no CSV"),
        ("name,seed\nAda,1\n", "has a column seed already"),
    ],
)
def test_a_table_that_cannot_be_used_says_what_to_do(text, words):
    with pytest.raises(SheetError) as caught:
        hand_out(parse(text, "x.csv"), 1, "")
    assert words in str(caught.value)


def test_many_faults_are_told_at_once_and_not_all():
    with pytest.raises(SheetError) as caught:
        hand_out(parse("name\n" + "Ada\n" * 20, "x.csv"), 1, "")
    assert str(caught.value).count("is there already") == 8 and "and 11 more" in str(caught.value)


def test_a_column_can_be_named():
    assert "Ada,L,1," in hand_out(parse("first,last\nAda,L\n", "x.csv"), 1, "", "LAST")
