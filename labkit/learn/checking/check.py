"""Check a learner's code: tell step by step what was done, what should have happened, and what did."""

from __future__ import annotations

import dis
import errno
import inspect
import os
from collections.abc import Callable
from types import FrameType
from typing import Any

from labkit.learn.checking import hints
from labkit.learn.checking.outdated import outdated
from labkit.learn.checking.verdict import CANNOT, NOT_STARTED, NOT_YET, SOLVED, Verdict
from labkit.learn.finding import UnknownExercise, find
from labkit.learn.forms.drawn import form_of
from labkit.learn.grading import NotSolved
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import NoNetwork, NotSo, NotStarted, Tale
from labkit.learn.progressing.journal import JournalError, journal
from labkit.learn.showing import block, rich, show
from labkit.learn.varying.handed import SeedError
from labkit.learn.varying.own import own
from labkit.modes.needs import Unavailable
from labkit.notebook.graded import graded
from labkit.running.bounds import Busy, Guard
from labkit.running.interrupts import Interrupts
from labkit.running.prints import Prints
from labkit.running.pulse import Pulse
from labkit.running.tracebacks import is_library, is_ours, named, walked
from labkit.words import look_up, say

STILL_S, AGAIN = 0.15, 2  # who stood still for so long at a time has another story told, so often at most
# The check itself was: by a fault of ours, or as its own wait was too short for a busy machine.
_STOPPED = "stopped"
_SHARED = "the check wanted to go on with a socket that it shares with your code, but it is closed"
_USED_UP = (
    "no descriptor was left to go on with: close each socket and file that your code opens (`with` does)"
)
_NONE_LEFT = (
    "No descriptor is left: cells that ran before opened sockets or files and closed none. Restart the kernel, and run "
    "this cell and those that it needs."
)

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
    "CALL_INTRINSIC_1",  # the last two turn a StopIteration of a coroutine into a RuntimeError
    "RERAISE",
}


def check(id: str, thing: Any) -> float | None:
    """Run the learner's *thing* (a function) through the exercise *id* and show what happened.

    Shows, never raises; an endless loop or a call that blocks ends after some seconds with the line where it
    was.  Only where nbgrader grades or validates, the value of an exercise that is solved in part is its points, which
    nbgrader takes from the cell's output (`determine_grade` in nbgrader/utils.py), and one that earns none raises
    NotSolved after it has been told: to what neither raises nor has a value, nbgrader gives all points.
    """
    try:
        exercise = own(find(id))
    except UnknownExercise as error:
        why = str(error)
    except SeedError as error:
        why = say("? {id} cannot be checked: {error}.", id=id, error=error)
    else:
        return checked(exercise, thing)
    print(why)
    if graded():
        raise NotSolved(why)
    return None


def checked(exercise: Exercise, thing: Any) -> float | None:
    """Check the learner's *thing* by this exercise, which is theirs; tells, returns and raises what `check` does."""
    verdict = judged(exercise, thing)
    if graded():
        return points_for(verdict, exercise.points)
    verdict = noted(verdict, journal().note_exercise)
    right, of = verdict.earned
    facts = {"checked": exercise.id, "status": verdict.status, "right": right, "of": of}
    show(verdict.story, block(verdict.story), facts=facts)
    if verdict.stuck:
        widget = form_of("labkit.learn.checking.form", "hint_form", exercise)
        show(f"  {verdict.stuck}", f"<p>{rich(verdict.stuck)}</p>", widget=widget)
    return None


def judged(exercise: Exercise, thing: Any) -> Verdict:
    """The verdict on *thing*, with a note where it is not what was written last; shows and notes nothing."""
    verdict = examine(exercise, thing)
    if older := outdated(thing):
        verdict = verdict._replace(notes=(*verdict.notes, older))
    return verdict


def points_for(verdict: Verdict, most: float) -> float | None:
    """Tell the verdict, and give nbgrader the points of a part; None for all of them.  Raises NotSolved for none."""
    print(verdict)
    if verdict.status == SOLVED:
        return None
    right, of = verdict.earned
    if not right:
        raise NotSolved(f"{verdict.exercise.id}: {look_up(verdict.status)}")
    points = round(most * right / of, 2)
    template = "  Points: {points:g} of {most:g}, for {right} of the {of} steps that count"
    print(say(template, points=points, most=most, right=right, of=of))
    return points


def noted(verdict: Verdict, note: Callable[[str, bool, int], None]) -> Verdict:
    """The verdict, kept in the progress by *note*, a method of the journal; says so where that fails."""
    if verdict.status in (SOLVED, NOT_YET):
        id = verdict.exercise.id
        try:
            note(id, verdict.status == SOLVED, hints.given(id))
        except JournalError as error:
            return verdict._replace(notes=(*verdict.notes, say("(Not noted: {error}.)", error=error)))
    return verdict


def examine(exercise: Exercise | Parsons, thing: Any) -> Verdict:
    """The verdict on *thing*, without printing or noting anything."""
    if not started(thing):
        return Verdict(NOT_STARTED, exercise)
    if not callable(thing):
        wrong = say(
            "check({id!r}, ...) needs your function by its name, without brackets (got {thing!r})",
            id=exercise.id,
            thing=thing,
        )
        return Verdict(NOT_YET, exercise, (), wrong)
    wants_coroutine = isinstance(exercise, Exercise) and exercise.coroutine
    if inspect.iscoroutinefunction(thing) != wants_coroutine:
        template = (
            "this exercise wants a coroutine function: `async def`, not `def`"
            if wants_coroutine
            else "this exercise wants a plain function: `def`, not `async def`"
        )
        return Verdict(NOT_YET, exercise, (), say(template))

    verdict, still_s = _examined(exercise, thing)
    for _ in range(AGAIN):
        if still_s < STILL_S:
            break
        # What came too late may have been in time: of that nothing is said to a learner, the story is told again.
        verdict, still_s = _examined(exercise, thing)
    return verdict


def _examined(exercise: Exercise | Parsons, thing: Any) -> tuple[Verdict, float]:
    """The verdict of one story, and for how long this process stood still meanwhile, where that may be to blame."""
    pulse = Pulse()
    tale = Tale(pulse, thing)
    try:
        with Interrupts() as interrupts, pulse, Guard() as guard, Prints() as prints:
            try:
                status, wrong, notes = _tell(exercise, tale, thing, interrupts)
            finally:
                ended = tale.close()
                guard.tidy()
    except Busy as error:
        return Verdict(CANNOT, exercise, notes=(str(error),)), 0.0
    if not ended:
        notes += (
            say("A thread of your code could not be stopped and runs on; restart the kernel to end it."),
        )
    if guard.excess and status == SOLVED:
        status, wrong = NOT_YET, say("your code {excess}", excess=guard.excess)
    still_s = pulse.longest if status in (NOT_YET, _STOPPED) else 0.0
    status = CANNOT if status == _STOPPED else status
    return Verdict(status, exercise, tuple(tale.steps), wrong, prints.text, notes), still_s


def _tell(
    exercise: Exercise | Parsons, tale: Tale, thing: Any, interrupts: Interrupts
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
        why = say(
            "This exercise cannot be checked here, which is not your code's fault: {error}", error=error
        )
        return CANNOT, "", (why,)
    except KeyboardInterrupt:
        return CANNOT, "", (say("Interrupted."),)
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EBADF and tale.calls:
            return NOT_YET, say(_SHARED), ()
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            return (NOT_YET, say(_USED_UP), ()) if tale.calls else (CANNOT, "", (say(_NONE_LEFT),))
        # Something that the checker's author did not foresee: no stack trace for the learner.
        template = "The check itself stopped with {error}, at line {line} of {file}"
        frame, line = _in_story(error)
        file = os.path.basename(frame.f_code.co_filename)
        stopped = say(template, error=named(error), line=line, file=file)
        return _STOPPED, "", (stopped, say("That is not your code's fault. Please report it."))
    return SOLVED, "", ()


def _in_story(error: Exception) -> tuple[FrameType, int]:
    """Where in the lesson's story an error came up: the last frame that is neither the lab's nor Python's own."""
    found = walked(error.__traceback__)
    theirs = [each for each in found if not is_ours(each[0]) and not is_library(each[0].f_code.co_filename)]
    return (theirs or found)[-1]


class _Given:
    """What each class has, and an `__init__`, which lessons give."""

    def __init__(self) -> None: ...


def started(thing: Any) -> bool:
    """Has the learner written anything?  False for `...`, None, a function whose body is still empty, and a class (of
    no other: there an empty method says something) whose methods are, but for its `__init__`."""
    if thing is None or thing is ...:
        return False
    if isinstance(thing, type) and thing.__bases__ == (object,):
        own = [value for name, value in vars(thing).items() if name not in vars(_Given)]
        return not own or any(not callable(value) or started(value) for value in own)
    code = getattr(inspect.unwrap(thing) if callable(thing) else thing, "__code__", None)
    if code is None:
        return True
    for step in dis.get_instructions(code):
        if step.opname not in _EMPTY_BODY:
            return True
        if step.opname in ("LOAD_CONST", "RETURN_CONST") and step.argval not in (None, ...):
            return True
    return False
