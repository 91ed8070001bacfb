"""The order of the lessons: each has one number, a title, and stands nowhere else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from labkit.learn import catalogue
from labkit.learn.catalogue import UnknownLesson

WRITTEN = [name for name in catalogue.names() if catalogue.is_written(name)]


def test_a_lessons_number_is_its_place():
    assert [catalogue.number(name) for name in catalogue.names()] == list(range(len(catalogue.names())))
    assert len(set(catalogue.names())) == len(catalogue.names())
    assert catalogue.stem("framing") == "05_framing"


def test_there_are_twenty_four_in_five_parts():
    assert [len(part.lessons) for part in catalogue.PARTS] == [5, 5, 4, 5, 5]


@pytest.mark.parametrize("name", catalogue.names())
def test_each_has_a_title_and_it_stands_in_one_place(name):
    assert catalogue.title(name)
    assert catalogue.is_written(name) == (name not in catalogue.PLANNED), (
        "a lesson that is written has its title on its card: take it out of PLANNED"
    )


@pytest.mark.parametrize("name", WRITTEN)
def test_a_card_is_of_its_folder(name):
    assert catalogue.card(name).name == name
    assert all(catalogue.card(name))


@pytest.mark.parametrize("ask", [catalogue.number, catalogue.stem, catalogue.card, catalogue.title])
def test_an_unknown_name_is_refused_with_the_one_that_was_meant(ask):
    with pytest.raises(UnknownLesson, match="'framming'; did you mean 'framing'"):
        ask("framming")
    with pytest.raises(UnknownLesson, match="there are: start, sockets"):
        ask("zzz")


@pytest.fixture
def planned(monkeypatch):
    """A lesson that stands in the order, and is not written."""
    *before, last = catalogue.PARTS
    monkeypatch.setattr(catalogue, "PARTS", (*before, last._replace(lessons=(*last.lessons, "later"))))
    monkeypatch.setitem(catalogue.PLANNED, "later", "Later")
    catalogue.parts.cache_clear()
    yield "later"
    catalogue.parts.cache_clear()


def test_a_lesson_that_is_planned_has_a_title_and_no_card(planned):
    assert not catalogue.is_written(planned)
    assert catalogue.title(planned) == catalogue.PLANNED[planned]
    with pytest.raises(UnknownLesson, match="not written yet"):
        catalogue.card(planned)


def test_one_with_neither_card_nor_title_is_told_apart(planned, monkeypatch):
    monkeypatch.delitem(catalogue.PLANNED, planned)
    with pytest.raises(
        UnknownLesson, match=f"{planned}.* neither a card nor a title in PLANNED.*git restore"
    ):
        catalogue.title(planned)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where lessons lie, with two that the order does not know."""
    for name in ("zebra", "trial", "framing"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "nagle").mkdir()
    monkeypatch.setattr(catalogue, "LESSONS", tmp_path)
    catalogue.parts.cache_clear()
    yield tmp_path
    catalogue.parts.cache_clear()


def test_a_lesson_that_the_order_does_not_know_comes_after_the_last(folder):
    assert catalogue.names()[-3:] == ("detective", "trial", "zebra")
    assert catalogue.stem("trial") == "24_trial"
    assert catalogue.parts()[-1] == (catalogue.MORE, ("trial", "zebra"))
    assert [catalogue.is_written(name) for name in ("trial", "framing", "nagle")] == [True, True, False]


def test_texts_name_lessons_and_learners_read_titles():
    assert (
        catalogue.titled("It is lost (lesson:handshake).") == "It is lost (“The handshake and the goodbye”)."
    )
    assert catalogue.titled("no lesson: at all") == "no lesson: at all"
    with pytest.raises(UnknownLesson, match="hand"):
        catalogue.titled("see lesson:handshak")


def test_the_catalogue_and_the_cards_load_nothing_that_lessons_need():
    program = (
        "import sys; from labkit.learn import catalogue as c; [c.title(n) for n in c.names()];"
        "print(*[n for n in sys.modules if n.startswith('labkit')])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    cards = {f"labkit.lessons.{name}" for name in WRITTEN}
    light = "lazy version learn words learn.added learn.catalogue lessons learn.kit learn.kit.lesson".split()
    assert set(ran.stdout.split()) == cards | {"labkit", *(f"labkit.{name}" for name in light)}
