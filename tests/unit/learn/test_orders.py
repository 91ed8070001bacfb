"""Parsons problems: what is shown, which orders are taken, what a wrong one is told, and the form that moves lines."""

from __future__ import annotations

import pytest
from exercises import put

from labkit.learn import hint, order
from labkit.learn.checking import hints
from labkit.learn.kit.exercise import Case, table
from labkit.learn.kit.parsons import Parsons

DOUBLE = Parsons(
    "double",
    "Double a number",
    ("def double(number):", "    result = number", "    result += number", "    return result"),
    "double",
    table((Case((2,), "double(2)", 4, "two and two"),)),
    ("a", "b", "c"),
    extra=("    result = 0",),
    given="import math",
)


@pytest.fixture(autouse=True)
def one_problem(monkeypatch):
    put(monkeypatch, "handshake", "double", EXERCISE=DOUBLE)


def told(capsys) -> str:
    return capsys.readouterr().out


def letters(*lines: str) -> str:
    named = {line: letter for letter, line in DOUBLE.letters.items()}
    return " ".join(named[line] for line in lines)


def test_the_lines_are_shown_in_the_same_disorder_each_time(capsys):
    order("double")
    text = told(capsys)
    order("double")
    assert told(capsys) == text
    lines = text.rstrip("\n").split("\n")
    assert lines[:3] == ["Put in order: Double a number", "Given:", "     import math"]
    assert sorted(line[5:] for line in lines[3:8]) == sorted((*DOUBLE.lines, *DOUBLE.extra))
    assert [line[:5] for line in lines[3:8]] == ["  a) ", "  b) ", "  c) ", "  d) ", "  e) "]
    assert lines[8] == "Not every line belongs: leave out those that do not."
    assert '(in code: order("double", "b c a ..."))' in lines[9]


def test_two_lines_are_never_shown_in_order():
    for number in range(20):
        problem = DOUBLE._replace(id=f"p{number}", lines=("a = 1", "b = a"), extra=())
        assert problem.shuffled == ("b = a", "a = 1")


@pytest.mark.parametrize(
    "answer", [letters(*DOUBLE.lines), letters(*DOUBLE.lines).replace(" ", ""), DOUBLE.lines]
)
def test_an_order_that_works_is_taken(answer, capsys):
    order("double", answer)
    assert told(capsys) == (
        "    def double(number):\n        result = number\n        result += number\n        return result\n"
        "✓ double: Double a number\n  1. double(2) returned 4, as it should\n"
    )


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            ("    return result", "def double(number):"),
            "Python cannot read these lines: unexpected indent at `return",
        ),
        (("def double(number):",), "Python cannot read these lines: expected an indented block"),
        (("def double(number):", "    return result"), "raised NameError"),
        (("def double(number):", "    result = 0", "    return result"), "should return 4, but returned 0"),
    ],
)
def test_a_wrong_order_is_told(lines, words, capsys):
    order("double", letters(*lines))
    text = told(capsys)
    assert "✗ double" in text and words in text and 'Stuck? hint("double")' in text


def test_the_line_that_failed_is_named(capsys):
    order("double", letters("def double(number):", "    return result"))
    assert "at line 4 of double: `return result`" in told(capsys)


def test_lines_that_do_not_end_are_ended(capsys, monkeypatch):
    endless = DOUBLE._replace(lines=("while True: pass",), extra=(), given="")
    put(monkeypatch, "handshake", "double", EXERCISE=endless)
    order("double", "a")
    assert "running the lines was still not done after 2 s" in told(capsys)


def test_lines_that_define_something_else_are_told(capsys, monkeypatch):
    put(monkeypatch, "handshake", "double", EXERCISE=DOUBLE._replace(name="triple"))
    order("double", DOUBLE.lines)
    assert "the lines do not define triple" in told(capsys)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("a z", "there is no line z"),
        ("a a", "line a stands there 2 times"),
        ("", "name the lines"),
        (3, "Not taken"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_told(answer, words, capsys):
    order("double", answer)
    assert words in told(capsys)


def test_an_open_answer_and_an_unknown_name(capsys):
    order("double", ...)
    assert told(capsys).startswith("Put in order")
    order("duble")
    assert "did you mean 'double'?" in told(capsys)


def test_it_has_hints(capsys, monkeypatch):
    monkeypatch.setattr(hints, "_given", {})
    hint("double")
    assert told(capsys) == "Hint 1 of 3, the concept: a\n"


# ---- The form ----


def test_lines_are_moved_left_out_put_back_and_run():
    pytest.importorskip("ipywidgets")
    from labkit.learn.forms.mover import DOWN, IN, OUT, UP, Mover
    from labkit.learn.ordering.form import order_form

    mover = Mover(("one", "two", "three"), "Lines:", spare=True)
    press = {name: button.click for name, button in mover.buttons.items()}
    mover.list.index = 2
    press[UP]()
    press[UP]()
    press[UP]()
    assert mover.lines == ("three", "one", "two") and mover.list.index == 0
    assert "<code>three</code> is line 1 of 3." in mover.said.value
    press[DOWN]()
    assert mover.lines == ("one", "three", "two") and mover.list.index == 1
    press[OUT]()
    assert mover.lines == ("one", "two") and [text for text, _ in mover.left.options] == ["three"]
    press[IN]()
    assert mover.lines == ("one", "two", "three") and mover.left.options == ()
    press[IN]()
    assert "Choose a line in the list first." in mover.said.value
    for _ in range(3):
        press[OUT]()
    assert mover.lines == ()
    press[UP]()
    assert "Choose a line" in mover.said.value

    form = order_form(DOUBLE)
    *_, foot, said, hinted, _ = form.children
    button, hint = foot.children
    hint.click()
    assert "Hint 1 of 3, the concept" in hinted.value
    button.click()
    assert "✗</span> double" in said.value and not button.disabled


def test_lines_that_look_alike_are_moved_apart():
    pytest.importorskip("ipywidgets")
    from labkit.learn.forms.mover import OUT, Mover

    mover = Mover(("pass", "x", "pass"), "Lines:", spare=True)
    mover.list.index = 2
    mover.buttons[OUT].click()
    assert mover.lines == ("pass", "x")
    mover.put(("x", "pass", "pass"))
    assert mover.lines == ("x", "pass", "pass")
