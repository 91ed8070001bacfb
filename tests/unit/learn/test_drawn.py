"""A form is drawn where it can be; where ipywidgets or anywidget is not installed, the text form is the whole form."""

from __future__ import annotations

import sys

import pytest

from labkit.learn.forms import drawn as drawing
from labkit.learn.predicting.question import Question

ASKED = Question("x", "How many?", "choices", {"1": 1, "2": 2}, "", {})
FORM = "labkit.learn.predicting.form"
DRAWERS = (
    FORM,
    "labkit.learn.forms.parts",
    "labkit.learn.ordering.form",
    "labkit.learn.forms.mover",
    "labkit.learn.quizzing.form",
)


@pytest.fixture
def without(monkeypatch):
    """without(package): as on a machine where it is not installed."""

    def take_away(package: str) -> None:
        for name in (*DRAWERS, "labkit.learn.forms.helper"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.setitem(sys.modules, package, None)

    monkeypatch.setattr(drawing, "in_notebook", lambda: True)
    return take_away


@pytest.mark.parametrize("package", drawing.DRAWN_BY)
def test_without_what_draws_it_there_is_no_widget(package, without):
    without(package)
    assert drawing.form_of(FORM, "prediction_form", ASKED) is None


def test_a_module_of_ours_that_is_missing_is_no_secret(without):
    without("labkit.learn.forms.parts")
    with pytest.raises(ModuleNotFoundError, match="parts"):
        drawing.form_of(FORM, "prediction_form", ASKED)


def test_a_form_has_the_panels_look_and_says_what_its_choices_answer(without):
    form = drawing.form_of(FORM, "prediction_form", ASKED)
    assert {"labkit-form", "lk", "lkp"} <= set(form._dom_classes)
    assert form.children[-1].groups == ["How many?"]


def test_outside_a_notebook_nothing_is_drawn():
    assert drawing.form_of(FORM, "prediction_form", ASKED) is None
