"""The quiz as a form: radio buttons for each question, one button that checks, and answers that explain."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from labkit.learn.forms.hinting import fewer, hint_button
from labkit.learn.forms.parts import WIDE, Form, answer_button, spoken
from labkit.learn.kit.quiz import Quiz
from labkit.learn.quizzing.text import AGAIN, judge_rich, note, score
from labkit.learn.showing import rich, told
from labkit.words import say


def quiz_form(asked: Quiz) -> widgets.Widget:
    """A form for *asked*; it can be checked again as often as the learner likes."""
    fields: list[widgets.RadioButtons] = []
    reasons: list[widgets.HTML] = []
    parts: list[Any] = []
    for number, question in enumerate(asked.questions, start=1):
        fields.append(
            widgets.RadioButtons(
                options=[
                    (f"{letter}) {told(choice)}", choice) for letter, choice in question.letters.items()
                ],
                value=None,
                layout=WIDE,
            )
        )
        reasons.append(widgets.HTML().add_class("labkit-verdict"))
        asking = widgets.HTML(f"{number}. {rich(told(question.question))}").add_class("labkit-question")
        parts += [asking, fields[-1], reasons[-1]]
    button = answer_button(say("Check"), say("Check these answers"))
    said = spoken()

    def pressed(_: Any) -> None:
        chosen = tuple(field.value or "" for field in fields)
        if not any(chosen):
            said.value = rich(say("Choose an answer first, to one question at least."))
            return
        for question, choice, reason in zip(asked.questions, chosen, reasons, strict=True):
            reason.value = judge_rich(question, choice)
        right = score(asked, chosen)
        again = f" {say(AGAIN)}" if right < len(asked.questions) else ""
        notes = "".join(f" {line}" for line in note(asked, chosen))
        result = say("{right} of {all} right.", right=right, all=len(chosen))
        said.value = rich(f"{result}{again}{notes}")

    button.on_click(pressed)
    more, count = fewer(
        {f"{number}. ": (each.right, each.choices) for number, each in enumerate(asked.questions, start=1)}
    )
    hint, hinted = hint_button(more, say("A hint: one choice less"))
    bar = widgets.HBox([button, *([hint] if count else []), said])
    groups = [f"{number}. {told(each.question)}" for number, each in enumerate(asked.questions, start=1)]
    return Form(told(asked.title), *parts, bar, hinted, fields=fields, groups=groups)
