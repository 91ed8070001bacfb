"""Failures of what runs beside the notebook: kept until somebody is shown them, raised or told, never lost."""

from __future__ import annotations

import sys
import traceback

from labkit.running.tracebacks import describe, is_library, named, trimmed, without_paths


class BackgroundError(Exception):
    """Something that ran beside the notebook failed; its own error is the cause.

    ``errors`` are all the errors, the first of them being ``__cause__``.
    """

    errors: tuple[BaseException, ...] = ()


class ServiceError(BackgroundError):
    """A background server's handler failed."""


class TaskError(BackgroundError):
    """A background task failed, or could not be stopped."""


class Failure:
    """An error beside the notebook: what failed, doing what, and whether anybody was shown it."""

    def __init__(self, title: str, doing: str, error: BaseException) -> None:
        self.title, self.doing, self.error = title, doing, error
        self.shown = False
        error.__traceback__ = trimmed(error.__traceback__)

    def summary(self) -> str:
        """One line, and the line of the learner's code where it happened."""
        text = f"{self.title} failed{' ' + self.doing if self.doing else ''}: {describe(self.error)}"
        return text + (f"\n  {self.place()}" if self.place() else "")

    def place(self) -> str:
        """The line of the learner's code that failed."""
        every = traceback.extract_tb(self.error.__traceback__)
        frames = [frame for frame in every if not is_library(frame.filename)] or every
        if not frames:
            return ""
        return f"in {frames[-1].name}, line {frames[-1].lineno}" + (
            f": {frames[-1].line}" if frames[-1].line else ""
        )

    def report(self) -> str:
        """The summary and the whole traceback; where no code is to be shown, the summary alone."""
        if self.error.__traceback__ is None and self.error.__cause__ is None:
            return f"{self.summary()}\n"
        lines = "".join(traceback.format_exception(self.error))
        return f"{self.title} failed{' ' + self.doing if self.doing else ''}:\n{without_paths(lines)}"


def raise_all(failures: list[Failure], kind: type[BackgroundError]) -> None:
    """Raise the failures as one error, if there are any."""
    if not failures:
        return
    text = failures[0].summary()
    if len(failures) > 1:
        text += "\n" + "\n".join(f"and {failure.summary()}" for failure in failures[1:10])
    if len(failures) > 10:
        text += f"\nand {len(failures) - 10} more"
    for failure in failures:
        failure.shown = True
    raised = kind(text)
    raised.errors = tuple(failure.error for failure in failures)
    raise raised from failures[0].error


def show(failures: list[Failure], most: int = 5) -> None:
    """Print failures to stderr; those that look the same, and those beyond the first few, are counted."""
    alike: dict[str, list[Failure]] = {}
    for failure in failures:
        failure.shown = True
        alike.setdefault(f"{named(failure.error)} {failure.place()}", []).append(failure)
    for same in list(alike.values())[:most]:
        sys.stderr.write(same[0].report())
        if len(same) > 1:
            sys.stderr.write(f"(and {len(same) - 1} more like it, the last in {same[-1].title})\n")
    if len(alike) > most:
        sys.stderr.write(f"(and {sum(map(len, list(alike.values())[most:]))} other errors)\n")
    if failures:
        sys.stderr.flush()
