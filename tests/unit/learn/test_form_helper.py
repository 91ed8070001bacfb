"""A press comes with what the page shows: what the kernel heard before, or hears later, does not decide."""

from __future__ import annotations

import ipywidgets
import pytest

from labkit.learn.forms.parts import Form, answer_button


def pressed_form(*fields, drag=None):
    """A form with these fields, and what they held whenever its button was pressed."""
    seen: list[tuple] = []
    button = answer_button("Check", "Check it")
    button.on_click(lambda _: seen.append(tuple(field.get_interact_value() for field in fields)))
    return Form("A title", *fields, ipywidgets.HBox([button]), fields=fields, drag=drag), button, seen


def say(form, **content) -> None:
    """What the page sends."""
    form.helper._handle_custom_msg(content, [])


def radio(*choices: str) -> ipywidgets.RadioButtons:
    return ipywidgets.RadioButtons(options=choices, value=None)


def test_what_the_page_shows_is_what_is_pressed_with():
    one, other = radio("a", "b", "c"), ipywidgets.Text()
    form, _, seen = pressed_form(one, other)
    one.index = 1  # the last that the kernel has heard of a quick walk from a to c
    say(form, press=0, values=[[0, 2], [1, "seven"]])
    one.index = 1  # and it hears it once more, late
    say(form, press=0, values=[[0, 2], [1, "seven"]])
    assert seen == [("c", "seven"), ("c", "seven")]


def test_a_list_that_the_learner_has_not_touched_is_the_kernels():
    lines = ipywidgets.Select(options=["a", "b"], index=1)
    form, _, seen = pressed_form(lines)
    say(form, press=0, values=[])
    assert seen == [("b",)]


def test_what_a_list_no_longer_has_is_not_chosen():
    lines = ipywidgets.Select(options=["a", "b"], index=1)
    form, _, seen = pressed_form(lines)
    say(form, press=0, values=[[0, 7]])
    assert seen == [("b",)]


def test_a_button_that_is_locked_by_now_does_nothing():
    form, button, seen = pressed_form(radio("a"))
    button.disabled = True
    say(form, press=0, values=[[0, 0]])
    assert seen == []


def test_buttons_are_told_apart_wherever_they_stand():
    seen: list[str] = []
    buttons = [ipywidgets.Button(description=name) for name in ("one", "two", "three")]
    for button in buttons:
        button.on_click(lambda button: seen.append(button.description))
    form = Form("A title", buttons[0], ipywidgets.VBox([ipywidgets.HBox([buttons[1]]), buttons[2]]))
    for number, button in enumerate(buttons):
        assert f"labkit-press-{number}" in button._dom_classes
        say(form, press=number, values=[])
    assert seen == ["one", "two", "three"]


@pytest.mark.parametrize("places", [(0, 1, 0, 0), (1, 0, 0, 2)])
def test_a_drag_moves_a_line(places):
    moved: list[tuple] = []
    form, _, seen = pressed_form(radio("a"), drag=lambda *each: moved.append(each))
    say(form, drag=list(places))
    assert (moved, seen) == ([places], [])


def test_a_form_without_fields_can_be_pressed():
    form, _, seen = pressed_form()
    say(form, press=0, values=[])
    assert seen == [()]


def test_the_page_hears_that_a_press_was_heard(monkeypatch):
    """Until then it says that the kernel is busy; also where what the button does has failed."""
    form, button, seen = pressed_form(radio("a"))
    told: list[tuple] = []
    monkeypatch.setattr(form.helper, "send", lambda content: told.append((content, len(seen))))
    say(form, press=0, values=[[0, 0]])
    button.disabled = True
    say(form, press=0, values=[])
    assert told == [({"pressed": 0}, 1), ({"pressed": 0}, 1)]
