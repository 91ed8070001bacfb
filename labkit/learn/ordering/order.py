"""Parsons problems in a lesson: show the shuffled lines, and run them as the learner has put them."""

from __future__ import annotations

from typing import Any

from labkit.learn.finding import UnknownExercise, find_order
from labkit.learn.forms.drawn import form_of
from labkit.learn.ordering.run import run
from labkit.learn.ordering.text import ask, ask_rich
from labkit.learn.showing import block, show
from labkit.words import say


def order(id: str, answer: Any = None) -> None:
    """Show the shuffled lines of the Parsons problem *id*; with *answer*, its letters in order ("c a d b"), run
    them.

    Every order that works is right; lines that do not belong are left out.  Prints, never raises.
    """
    try:
        problem = find_order(id)
    except UnknownExercise as error:
        print(error)
        return
    if answer is None or answer is ...:
        show(
            ask(problem),
            ask_rich(problem),
            widget=form_of("labkit.learn.ordering.form", "order_form", problem),
        )
        return
    try:
        lines = problem.parse(answer)
    except (TypeError, ValueError) as error:
        print(say("Not taken: {error}.", error=error))
        return
    text = "\n".join([*(f"    {line}" for line in lines), str(run(problem, lines))])
    show(text, block(text))
