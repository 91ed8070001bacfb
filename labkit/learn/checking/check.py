"""Check a learner's code: tell step by step what was done, what should have happened, and what did."""

from __future__ import annotations

import dis
import errno
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from labkit.learn.checking import hints
from labkit.learn.finding import UnknownExercise, find
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import NoNetwork, NotSo, NotStarted, Tale
from labkit.learn.progressing.journal import JournalError, graded, journal
from labkit.modes.needs import Unavailable
from labkit.running.bounds import Busy, Guard
from labkit.running.call import Prints
from labkit.running.interrupts import Interrupts

SOLVED, NOT_YET, NOT_STARTED, CANNOT = "solved", "not yet", "not started", "cannot check"

_SHARED = "the check wanted to go on with a socket that it shares with your code, but it is closed"

MOST_STEPS = 6  # told one by one; of more, those that went well are folded

# A body of `...`, `pass`, a docstring or `return None` compiles to these alone, on every Python we run on.
_EMPTY_BODY = {
    "RESUME",
    "NOP",
    "CACHE",
    "LOAD_CONST",
    "RETURN_CONST",
    "RETURN_VALUE",
    "RETURN_GENERATOR",
    "POP_TOP",
}


class Verdict(NamedTuple):
    """How a check went: one of "solved", "not yet", "not started", "cannot check", and its story."""

    status: str
    exercise: Exercise
    steps: tuple[str, ...] = ()
    wrong: str = ""
    printed: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        title = f"{self.exercise.id}: {self.exercise.title}"
        if self.status == NOT_STARTED:
            return f"○ {title}\n  Not started. Write your code in place of the dots, and run the cell again."
        lines = [{SOLVED: f"✓ {title}", CANNOT: f"? {title}"}.get(self.status, f"✗ {title}")]
        told = [*self.steps, *([self.wrong] if self.wrong else [])]
        folded = max(0, len(self.steps) - (1 if self.wrong else 0)) if len(self.steps) > MOST_STEPS else 0
        if folded:
            lines.append(f"  1-{folded}. as they should be")
        for number, step in list(enumerate(told, start=1))[folded:]:
            mark = "→" if self.wrong and number == len(told) else " "
            label = f"{mark} {number}. "
            lines.append(label + step.replace("\n", "\n" + " " * len(label)))
        if self.printed:
            lines += ["  Your code printed:", *(f"    {line}" for line in self.printed.split("\n"))]
        lines += [f"  {note}" for note in self.notes]
        if self.status == NOT_YET:
            lines.append(f'  Stuck? hint("{self.exercise.id}")')
        return "\n".join(lines)


class NotSolved(AssertionError):
    """An exercise that nbgrader gives no points for."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it: the story stands above, and where in the lab it was told is of no use."""
        return [f"{type(self).__name__}: {self}"]


def check(id: str, thing: Any) -> None:
    """Run the learner's *thing* (a function) through the exercise *id* and print what happened.

    Prints, never raises; an endless loop or a call that blocks ends after some seconds with the line where it
    was.  Only where nbgrader grades or validates, and gives points to what does not raise, an unsolved exercise
    raises NotSolved after it has been told.
    """
    try:
        exercise = find(id)
    except UnknownExercise as error:
        print(error)
        if graded():
            raise NotSolved(str(error)) from None
        return
    verdict = examine(exercise, thing)
    if graded():
        print(verdict)
        if verdict.status != SOLVED:
            raise NotSolved(f"{id}: {verdict.status}")
        return
    print(noted(verdict, journal().note_exercise))


def noted(verdict: Verdict, note: Callable[[str, bool, int], None]) -> Verdict:
    """The verdict, kept in the progress by *note*, a method of the journal; says so where that fails."""
    if verdict.status in (SOLVED, NOT_YET):
        id = verdict.exercise.id
        try:
            note(id, verdict.status == SOLVED, hints.given(id))
        except JournalError as error:
            return verdict._replace(notes=(*verdict.notes, f"(Not noted: {error}.)"))
    return verdict


def examine(exercise: Exercise, thing: Any) -> Verdict:
    """The verdict on *thing*, without printing or noting anything."""
    if not started(thing):
        return Verdict(NOT_STARTED, exercise)
    if not callable(thing):
        wrong = (
            f"check({exercise.id!r}, ...) needs your function by its name, without brackets (got {thing!r})"
        )
        return Verdict(NOT_YET, exercise, (), wrong)
    if inspect.iscoroutinefunction(thing):
        return Verdict(NOT_YET, exercise, (), "this exercise wants a plain function: `def`, not `async def`")

    tale = Tale()
    try:
        with Interrupts() as interrupts, Guard() as guard, Prints() as prints:
            try:
                status, wrong, notes = _tell(exercise, tale, thing, interrupts)
            finally:
                ended = tale.close()
                guard.tidy()
    except Busy as error:
        return Verdict(CANNOT, exercise, notes=(str(error),))
    if not ended:
        notes += ("A thread of your code could not be stopped and runs on; restart the kernel to end it.",)
    if guard.excess and status == SOLVED:
        status, wrong = NOT_YET, f"your code {guard.excess}"
    return Verdict(status, exercise, tuple(tale.steps), wrong, prints.text, notes)


def _tell(
    exercise: Exercise, tale: Tale, thing: Any, interrupts: Interrupts
) -> tuple[str, str, tuple[str, ...]]:
    """Tell the story: the status, what was wrong, and notes."""
    try:
        with interrupts.let_through():
            exercise.story(tale, thing)
    except NotSo as failure:
        return NOT_YET, str(failure), ()
    except NotStarted:
        return NOT_STARTED, "", ()
    except (NoNetwork, Unavailable) as error:
        return CANNOT, "", (f"This exercise cannot be checked here, which is not your code's fault: {error}",)
    except KeyboardInterrupt:
        return CANNOT, "", ("Interrupted.",)
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EBADF and tale.calls:
            return NOT_YET, _SHARED, ()
        # Something that the checker's author did not foresee: no stack trace for the learner.
        return (
            CANNOT,
            "",
            (
                f"The check itself stopped with {type(error).__name__}: {error}",
                "That is not your code's fault. Please report it.",
            ),
        )
    return SOLVED, "", ()


def started(thing: Any) -> bool:
    """Has the learner written anything?  False for `...`, None and a function whose body is still empty."""
    if thing is None or thing is ...:
        return False
    code = getattr(inspect.unwrap(thing) if callable(thing) else thing, "__code__", None)
    if code is None:
        return True
    for step in dis.get_instructions(code):
        if step.opname not in _EMPTY_BODY:
            return True
        if step.opname in ("LOAD_CONST", "RETURN_CONST") and step.argval not in (None, ...):
            return True
    return False
