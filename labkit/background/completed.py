"""What a program that has ended was: its status and its output."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import NamedTuple

from labkit.background.failures import BackgroundError
from labkit.words import say


class ProgramError(BackgroundError):
    """A program ended with a status other than 0.  ``completed`` has its output (from ``run``)."""

    completed: Completed | None = None


class Completed(NamedTuple):
    """What became of a program; printed, it shows what a terminal would have shown."""

    returncode: int  # minus the signal's number if a signal ended it
    stdout: str
    stderr: str
    argv: tuple[str, ...]

    def __repr__(self) -> str:
        text = "".join(
            part if part.endswith("\n") or not part else part + "\n" for part in (self.stdout, self.stderr)
        )
        return (text + (f"({ending(self.returncode)})" if self.returncode else "")).rstrip("\n")

    def __str__(self) -> str:
        return repr(self)


def ending(returncode: int) -> str:
    """How a program ended, in words: its status, or the signal that killed it."""
    if returncode >= 0:
        return f"exit status {returncode}"
    try:
        return f"killed by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"killed by signal {-returncode}"


def held_back(argv: Sequence[str]) -> str:
    """Why a program that has printed may seem not to have, and what to write."""
    program = argv[0].rpartition("/")[2]
    if program.startswith("python") or program in ("stdbuf", "script", "unbuffer"):
        return ""
    return say(
        "A program whose output is no terminal may keep its lines in a buffer until it ends, as C's printf() does: "
        'run it as ["stdbuf", "-oL", "{program}", ...], or let it call fflush(stdout) after each line.\n',
        program=program,
    )


def so_far(text: str, why: str = "", lines: int = 20) -> str:
    """What it printed so far: the last *lines* of it; before them, *why* there may be no more."""
    if not text.strip():
        return f"{why}It printed nothing."
    shown = text.rstrip("\n").splitlines()
    return f"{why}It printed:\n" + "\n".join((["..."] if len(shown) > lines else []) + shown[-lines:])
