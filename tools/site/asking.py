"""Predictions and quizzes as forms that answer in the page: the words of the lab, and no kernel.

What is said to each choice stands in the page as a `<template>`, which nobody sees before `asking.js` shows it.
"""

from __future__ import annotations

import re
from html import escape, unescape

from labkit.learn import finding
from labkit.learn.kit.quiz import Quiz
from labkit.learn.predicting.predict import GAVE, SURPRISED
from labkit.learn.quizzing.text import AGAIN, judge_rich
from labkit.learn.showing import rich, told
from labkit.words import say

_QUESTION = re.compile(r"<strong>(.*?)</strong>")
_CHOICE = re.compile(r"<li>(\w)\) (.*?)</li>")


def prediction(id: str, shown: str, found: str | None) -> str:
    """The form of a question of choices.

    shown   the question as the lesson shows it in HTML (`Question.ask_rich`)
    found   what the stored experiment gave, which counts where the lesson's `predictions.py` does not say
    """
    because = {str(label): reason for label, reason in finding.because(id).items()}
    right = finding.right_answer(id) or found
    labels = {rich(told(label)): label for label in because}
    choices = {letter: labels.get(label, unescape(label)) for letter, label in _CHOICE.findall(shown)}
    question = _QUESTION.search(shown)
    if not choices or question is None:
        return shown

    def quoted(label: str) -> str:
        words = told(label)
        return words if words.replace(",", "").replace(".", "").isdecimal() else f"“{words}”"

    def why(template: str, label: str) -> list[str]:
        reason = because.get(label)
        return [say(template, answer=quoted(label), reason=told(reason))] if reason else []

    def answer(label: str) -> str:
        if right is None:
            return _paragraphs([say("Now read on and see.")])
        if label == right:
            lines = [say("✓ You predicted {chosen}, and that is what happened.", chosen=quoted(label))]
        else:
            gave = say(GAVE if right in choices.values() else SURPRISED, found=quoted(right))
            lines = [say("✗ You predicted {chosen}. {gave}", chosen=quoted(label), gave=gave)]
            lines += why("Why not {answer}: {reason}", label)
        return _paragraphs([*lines, *why("Why {answer}: {reason}", right)])

    answers = {letter: answer(label) for letter, label in choices.items()}
    fields = _fields(f"ask-{id}", question[1], choices, answers)
    return _form("predict", fields, say("Commit"), say("Choose first."))


def quiz(asked: Quiz) -> str:
    """The form of a quiz; it can be checked again as often as the reader likes."""
    fields = ""
    for number, question in enumerate(asked.questions, start=1):
        answers = {letter: judge_rich(question, choice) for letter, choice in question.letters.items()}
        fields += _fields(
            f"ask-{asked.id}-{number}",
            rich(f"{number}. {told(question.question)}"),
            question.letters,
            answers,
            next(letter for letter, choice in question.letters.items() if choice == question.right),
        )
    empty = say("Choose an answer first, to one question at least.")
    title = f"<p><strong>{rich(told(asked.title))}</strong></p>"
    score, again = say("{right} of {all} right.", right="#", all=len(asked.questions)), say(AGAIN)
    return _form(
        "quiz",
        title + fields,
        say("Check"),
        empty,
        f' data-score="{escape(score)}" data-again="{escape(again)}"',
    )


def _fields(
    name: str, question: str, choices: dict[str, str], answers: dict[str, str], right: str = ""
) -> str:
    """One question, in HTML: its choices, and what is said to each."""
    rows = "".join(
        f'<label><input type="radio" name="{escape(name)}" value="{letter}">'
        f"<span>{letter}) {rich(told(label))}</span></label>"
        for letter, label in choices.items()
    )
    said = "".join(f'<template data-for="{letter}">{answer}</template>' for letter, answer in answers.items())
    which = f' data-right="{right}"' if right else ""
    return (
        f"<fieldset{which}><legend>{question}</legend>{rows}{said}</fieldset>"
        '<div class="told" role="status"></div>'
    )


def _form(kind: str, fields: str, button: str, empty: str, more: str = "") -> str:
    return (
        f'<form class="labkit-ask" data-ask="{kind}" data-empty="{escape(empty)}"{more}>{fields}'
        f'<p class="row"><button type="submit">{escape(button)}</button> <span class="said" role="status"></span></p>'
        "</form>"
    )


def _paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{rich(line)}</p>" for line in lines)
