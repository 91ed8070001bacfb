"""What a Parsons problem says: its lines and how to answer; as text and, in the same words, as HTML."""

from __future__ import annotations

import html

from labkit.learn.kit.parsons import Parsons
from labkit.learn.showing import lettered, rich, told
from labkit.words import say


def head(problem: Parsons) -> str:
    """The line above the problem."""
    return say("Put in order: {title}", title=told(problem.title))


def extra(problem: Parsons) -> str:
    """What is said where lines do not belong; "" where all do."""
    return say("Not every line belongs: leave out those that do not.") if problem.extra else ""


def ask(problem: Parsons) -> str:
    """The problem as plain text, with how to answer it without a mouse."""
    lines = [head(problem)]
    if problem.given:
        lines += [say("Given:"), *(f"     {line}" for line in problem.given.rstrip().split("\n"))]
    lines += [f"  {letter}) {line}" for letter, line in problem.letters.items()]
    if problem.extra:
        lines.append(extra(problem))
    return "\n".join([*lines, _how(problem)])


def _how(problem: Parsons) -> str:
    """How to answer without a mouse."""
    letters = list(problem.letters)
    return say(
        'Name the lines in their order (in code: order("{id}", "{example} ...")). Stuck? hint("{id}")',
        id=problem.id,
        example=" ".join([*letters[1:3], letters[0]]),
    )


def ask_rich(problem: Parsons) -> str:
    """The same as HTML, for places that show notebooks but run nothing."""
    lines = lettered(
        {
            letter: f'<code style="white-space: pre">{rich(line)}</code>'
            for letter, line in problem.letters.items()
        }
    )
    given = f"<pre>{rich(problem.given)}</pre>" if problem.given else ""
    note = f"<p>{rich(extra(problem))}</p>" if problem.extra else ""
    title, how = rich(head(problem)), rich(_how(problem))
    which = f'data-order="{html.escape(problem.id)}"'
    return f"<div {which}><p><strong>{title}</strong></p>{given}{lines}{note}<p>{how}</p></div>"
