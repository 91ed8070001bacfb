"""Parsons problems in a lesson: show the shuffled lines, and run them as the learner has put them."""

from __future__ import annotations

from typing import Any

from labkit.learn.finding import UnknownExercise, find_order
from labkit.learn.forms.drawn import form_of
from labkit.learn.kit.parsons import Parsons
from labkit.learn.ordering.run import run
from labkit.learn.showing import rich, show


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
            ask(problem), ask_rich(problem), widget=form_of("labkit.learn.forms.mover", "order_form", problem)
        )
        return
    try:
        lines = problem.parse(answer)
    except (TypeError, ValueError) as error:
        print(f"Not taken: {error}.")
        return
    told = "\n".join([*(f"    {line}" for line in lines), str(run(problem, lines))])
    show(told, f'<pre style="white-space: pre-wrap; word-break: normal">{rich(told)}</pre>')


def ask(problem: Parsons) -> str:
    """The problem as plain text, with how to answer it without a mouse."""
    lines = [f"Put in order: {problem.title}"]
    if problem.given:
        lines += ["Given:", *(f"     {line}" for line in problem.given.rstrip().split("\n"))]
    lines += [f"  {letter}) {line}" for letter, line in problem.letters.items()]
    if problem.extra:
        lines.append("Not every line belongs: leave out those that do not.")
    letters = list(problem.letters)
    example = " ".join([*letters[1:3], letters[0]])
    lines.append(
        f'Name the lines in their order (in code: order("{problem.id}", "{example} ...")).'
        f' Stuck? hint("{problem.id}")'
    )
    return "\n".join(lines)


def ask_rich(problem: Parsons) -> str:
    """The same as HTML, for places that show notebooks but run nothing."""
    first, *_, last = ask(problem).split("\n")
    items = "".join(
        f'<li><code style="white-space: pre">{rich(line)}</code></li>' for line in problem.shuffled
    )
    given = f"<pre>{rich(problem.given)}</pre>" if problem.given else ""
    extra = "<p>Not every line belongs: leave out those that do not.</p>" if problem.extra else ""
    return f'<div><p><strong>{rich(first)}</strong></p>{given}<ol type="a">{items}</ol>{extra}<p>{rich(last)}</p></div>'
