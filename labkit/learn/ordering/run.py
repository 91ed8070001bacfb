"""Run the lines of a Parsons problem in the order that the learner has put them in."""

from __future__ import annotations

import linecache
from types import FunctionType
from typing import Any

from labkit.learn.checking.check import examine, noted
from labkit.learn.checking.verdict import NOT_YET, Verdict
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import Tale
from labkit.learn.progressing.journal import journal
from labkit.words import say


def run(problem: Parsons, lines: tuple[str, ...]) -> Verdict:
    """Run the story on the function that *lines* define, and note the try."""
    return noted(examine_order(problem, lines), journal().note_order)


def examine_order(problem: Parsons, lines: tuple[str, ...]) -> Verdict:
    """The verdict on *lines* in this order, without printing or noting anything."""
    program, name = problem.program(lines), f"<order {problem.id}>"
    try:
        code = compile(program, name, "exec")
    except SyntaxError as error:
        line = (error.text or "").strip()
        wrong = (
            say("Python cannot read these lines: {why} at `{line}`", why=error.msg, line=line)
            if line
            else say("Python cannot read these lines: {why} at the end", why=error.msg)
        )
        return Verdict(NOT_YET, problem, (), wrong)
    # So that a message can show the line that it speaks of.
    linecache.cache[name] = (len(program), None, program.splitlines(keepends=True), name)
    space: dict[str, Any] = {"__name__": name}
    # A function whose globals are the program's own, so that a loop among the lines is found and ended.
    define = FunctionType(code, space, "the program")

    def story(tale: Tale, define: Any) -> None:
        tale.call(define, shown=say("running the lines"))
        if not callable(space.get(problem.name)):
            tale.fail("the lines do not define {name}", name=problem.name)
        problem.story(tale, space[problem.name])

    return examine(problem._replace(story=story), define)
