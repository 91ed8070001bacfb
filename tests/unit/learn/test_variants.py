"""Variants of exercises: drawn by a seed, which comes from where a class has it, and told in a line."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some
from varied import SEEDS, VARIED, drawn, effort

from labkit.learn import check, hint, variant
from labkit.learn.checking import hints
from labkit.learn.checking.check import examine
from labkit.learn.finding import find, find_hinted
from labkit.learn.varying import own
from labkit.learn.varying.drawing import draw
from labkit.learn.varying.handed import FILE, SeedError, read, written

IDS = [exercise.id for exercise, _ in VARIED]
COUNT = some.integers(4, 40)


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """A kernel in an empty folder, to which nobody has said who the learner is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(own._Given, "seed", None)
    monkeypatch.setattr(hints, "_given", {})
    for name in ("LABKIT_SEED", "JUPYTERHUB_USER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def classroom(nobody):
    """A hand-out of a class of three."""
    (nobody / FILE).write_text(written({"ada": 11, "ben": 12, "Cleo": 13}), encoding="utf-8")
    return nobody


# ---- Which one: by the seed ----


@given(some.integers(0, 10**7), COUNT)
def test_neighbours_have_different_ones_and_nobody_of_a_class_has_the_lessons_own(first, count):
    found = [draw("x", count, seed) for seed in range(first, first + 100)]
    assert all(one != other for one, other in pairwise(found))
    assert set(found[first == 0 :]) <= set(range(1, count))


@given(some.integers(0, 1000), COUNT)
def test_each_comes_as_often(turn, count):
    seeds = range(1 + turn * (count - 1), 1 + (turn + 3) * (count - 1))
    assert set(Counter(draw("x", count, seed) for seed in seeds).values()) == {3}


def test_what_was_handed_out_stays_the_same_in_the_next_version():
    assert [draw("typed-decoder", 24, seed) for seed in (0, 1, 2, 3, 4711)] == [0, 20, 22, 6, 3]
    assert [draw("ask-again", 16, seed) for seed in (0, 1, 2, 3, 4711)] == [0, 7, 6, 5, 13]


# ---- Whose: the first that says so ----


def test_without_a_class_it_is_the_lessons_own():
    assert own.own_seed() == 0


def test_the_environment_comes_before_all_else(classroom, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    monkeypatch.setenv("LABKIT_SEED", "7")
    assert own.own_seed() == 7


@pytest.mark.parametrize(("user", "seed"), [("ada", 11), ("ADA", 11), ("cleo", 13)])
def test_who_works_on_a_hub_is_known_by_the_hubs_name(classroom, monkeypatch, user, seed):
    monkeypatch.setenv("JUPYTERHUB_USER", user)
    assert own.own_seed() == seed


def test_who_has_no_hub_says_a_number_and_it_holds_from_there_on(classroom, capsys):
    variant("typed-decoder", 12)
    assert capsys.readouterr().out.startswith("typed-decoder, yours (number 12): a header is ")
    variant("ask-again")
    assert capsys.readouterr().out.startswith("ask-again, yours (number 12): an id has ")


@pytest.mark.parametrize(
    ("user", "number", "said"),
    [
        ("", None, "by a number that your teacher has for you:\nwrite it into the cell that says variant"),
        ("dan", None, "dan is not among those who have a variant in this class"),
        ("", 14, "nobody in this class has the number 14; look again at yours, or ask your teacher"),
        ("ada", 12, "you are ada here, whose number is 11, not 12: leave the number out"),
        ("", -1, "the number of a variant is a whole one, 0 or more (got -1)"),
        ("", "ada", "the number of a variant is a whole one, 0 or more (got 'ada')"),
        ("", True, "(got True)"),
    ],
)
def test_a_wrong_number_or_none_is_told(classroom, monkeypatch, capsys, user, number, said):
    monkeypatch.setenv("JUPYTERHUB_USER", user)
    variant("typed-decoder", number)
    told = capsys.readouterr().out
    assert told.startswith("typed-decoder: ") and said in told and "header" not in told


def test_no_check_and_no_hint_is_given_to_whom_nobody_knows(classroom, capsys):
    check("typed-decoder", dict)
    told = capsys.readouterr().out
    assert told.startswith("? typed-decoder cannot be checked: in this class everybody has another variant")
    hint("typed-decoder")
    assert capsys.readouterr().out.startswith("typed-decoder: in this class everybody")
    assert hints.given("typed-decoder") == 0


def test_what_is_the_same_for_everybody_asks_nobody_who_they_are(classroom, capsys):
    hint("recv-exactly")
    assert capsys.readouterr().out.startswith("Hint 1 of 3")
    variant("recv-exactly")
    assert capsys.readouterr().out == "recv-exactly: the same for everybody.\n"
    variant("no-such-thing")
    assert "There is no exercise 'no-such-thing'" in capsys.readouterr().out


@pytest.mark.parametrize("seed", ["seven", "-1", "1.5", "²"])
def test_an_environment_that_says_no_number_is_told(monkeypatch, seed):
    monkeypatch.setenv("LABKIT_SEED", seed)
    with pytest.raises(SeedError, match=r"LABKIT_SEED is a number .* mend it, or unset it"):
        own.own_seed()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"labkit": "x", "seeds": {}}', '{"labkit": "variants", "seeds": {"a": "1"}}', "\0"],
)
def test_a_file_of_a_class_that_cannot_be_read_is_told(nobody, text):
    (nobody / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(SeedError, match=r"variants\.json, .* cannot be read .* fetch the assignment anew"):
        own.own_seed()


def test_the_hand_out_names_nobody(classroom):
    text = (classroom / FILE).read_text(encoding="utf-8")
    assert not any(name in text.casefold() for name in ("ada", "ben", "cleo"))
    assert sorted(read(classroom).values()) == [11, 12, 13]


# ---- What each says ----


def test_there_are_four_in_three_lessons_at_least():
    assert {"typed-decoder", "send-message", "line-lengths", "ask-again"} <= set(IDS)


@pytest.mark.parametrize(("exercise", "answers"), VARIED, ids=IDS)
def test_all_of_an_exercise_are_told_apart_and_are_worth_the_same(exercise, answers):
    variants = exercise.variants
    told = [variants.told(each) for each in variants.conventions]
    assert len(set(told)) == len(told) >= 4
    each = [variants.exercise(number) for number in range(len(told))]
    assert [one.yours for one in each] == ["", *told[1:]]
    like = {(one.id, one.title, one.points, one.steps, one.given, one.place, one.coroutine) for one in each}
    assert len(like) == 1 and variants.exercise()._replace(story=None) == exercise._replace(story=None)
    assert len({answers.source(convention) for convention in variants.conventions}) == len(told)


@pytest.mark.parametrize(("exercise", "answers"), VARIED, ids=IDS)
def test_none_is_harder_than_another(exercise, answers):
    """As many lines each, and as many hints' lines; at most one addition more."""
    sources = [answers.source(convention) for convention in exercise.variants.conventions]
    assert len({source.count("\n") for source in sources}) == 1
    efforts = [effort(source) for source in sources]
    assert max(efforts) - min(efforts) <= 4, sorted(set(efforts))
    lines = {
        hint.count("\n")
        for number in range(len(sources))
        for hint in exercise.variants.exercise(number).hints[2:]
    }
    assert len(lines) == 1


@pytest.mark.parametrize(("exercise", "answers"), VARIED, ids=IDS)
def test_the_last_hint_has_the_code_of_ones_own_variant(exercise, answers, monkeypatch, capsys):
    for number, seed in drawn(exercise).items():
        monkeypatch.setattr(hints, "_given", {exercise.id: 2})
        monkeypatch.setenv("LABKIT_SEED", str(seed))
        hint(exercise.id)
        last = exercise.variants.exercise(number).hints[2]
        said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
        assert " ".join(said).endswith(" ".join(last.split()))


@pytest.mark.parametrize(("exercise", "answers"), VARIED, ids=IDS)
def test_the_line_gives_no_answer_away(exercise, answers):
    """It says what is agreed, in words: no line of a solution, and no expression of one."""
    for number, convention in enumerate(exercise.variants.conventions):
        told = exercise.variants.told(convention)
        lines = [line.strip() for line in answers.source(convention).splitlines() if len(line.strip()) > 8]
        assert not any(line in told for line in lines), number
        assert not any(word in told for word in ("to_bytes", "from_bytes", "held[", "len(", ".send"))


@pytest.mark.parametrize(("exercise", "answers"), VARIED, ids=IDS)
def test_fifty_students_have_all_of_them_and_neighbours_never_the_same(exercise, answers):
    count = len(exercise.variants.conventions)
    assert len(drawn(exercise)) == min(count - 1, len(SEEDS))
    assert all(draw(exercise.id, count, seed) != draw(exercise.id, count, seed + 1) for seed in SEEDS)


def test_the_hints_and_the_check_are_those_of_the_seed(monkeypatch, capsys):
    monkeypatch.setenv("LABKIT_SEED", "1")
    exercise = own.own(find("typed-decoder"))
    assert exercise.yours and exercise != find("typed-decoder")
    check("typed-decoder", type("Empty", (), {"feed": lambda self, data: [data]}))
    told = capsys.readouterr().out
    assert f"  Yours: {exercise.yours}.\n" in told and told.startswith("✗ typed-decoder")
    check("typed-decoder", ...)
    assert f"  Yours: {exercise.yours}.\n" in capsys.readouterr().out
    assert own.own(find_hinted("take")) is find_hinted("take")


def test_the_lessons_own_tells_nobody_that_it_is_theirs():
    assert "Yours" not in str(examine(find("typed-decoder"), dict))
