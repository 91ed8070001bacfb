"""Hints to questions with choices: one wrong choice less at each, with its reason, and never the last one."""

from __future__ import annotations

from labkit.learn.forms.hinting import fewer, hint_button

REASONS = {"syn": "It asks.", "ack": "It answers.", "fin": "It ends.", "rst": "It refuses."}


def test_each_hint_takes_a_wrong_choice_away_until_two_are_left():
    more, count = fewer({"": ("ack", REASONS)})
    assert count == 2
    assert more() == "<p>Not “syn”: It asks.</p>"
    assert more() == "<p>Not “syn”: It asks.</p><p>Not “fin”: It ends.</p>"
    assert more() == (
        "<p>Not “syn”: It asks.</p><p>Not “fin”: It ends.</p>"
        "<p>There are no more hints: the rest is for you to choose.</p>"
    )
    assert "rst" not in more() and "ack" not in more()


def test_of_two_choices_or_without_a_known_answer_nothing_can_be_taken_away():
    assert fewer({"": ("yes", {"yes": "So.", "no": "Not so."})})[1] == 0
    assert fewer({"": (None, REASONS)})[1] == 0
    assert fewer({"": ("yes", {"yes": "So."})})[1] == 0
    assert fewer({"": ("yes", {})})[1] == 0


def test_each_question_of_a_quiz_has_its_own():
    more, count = fewer({"1. ": ("fin", REASONS), "2. ": ("yes", {"yes": "a", "no": "b", "perhaps": "c"})})
    assert count == 3
    told = [more() for _ in range(3)][-1]
    assert told == "<p>1. Not “syn”: It asks.</p><p>1. Not “ack”: It answers.</p><p>2. Not “no”: b</p>"


def test_the_button_shows_what_it_is_given():
    button, said = hint_button(iter(["one", "one two"]).__next__, "a hint")
    button.click()
    assert said.value == "one"
    button.click()
    assert said.value == "one two"
