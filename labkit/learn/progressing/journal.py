"""The learner's progress: one small JSON file on this machine, and nothing else.

It says which exercises and quizzes are solved, which predictions were right, and when each is asked again.  It holds
no names and leaves the machine only if its owner copies it.  Lessons write to it and never read it, so it cannot
change what a lesson prints: `progress()`, `recall()` and the word of welcome to a lesson taken up again read it.

`LABKIT_PROGRESS` is the path of another file, or `off` to keep nothing.  Where lessons run as tests (`CI` is
set, or the process was started by pytest) or where nbgrader grades them, nothing is kept either, unless a path
is given.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from labkit.learn.progressing.due import answered, begin
from labkit.notebook.graded import GRADING
from labkit.words import say

VERSION = 1
PARTS = ("exercises", "orders", "predictions", "quizzes")


class JournalError(Exception):
    """The progress file cannot be read or written; the message says why and what to do."""


def place(environ: Mapping[str, str], platform: str, home: Path) -> Path | None:
    """Where progress is kept, by the platform's convention; None where it is not kept.

    Linux: the XDG base directory specification's data directory; macOS: Application Support; Windows: local
    application data.
    """
    asked = environ.get("LABKIT_PROGRESS", "")
    if asked.lower() == "off":
        return None
    if asked:
        return Path(asked).expanduser()
    if any(environ.get(name) for name in ("CI", "PYTEST_VERSION", "PYTEST_CURRENT_TEST", GRADING)):
        return None
    if platform == "win32":
        base = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "labkit" / "progress.json"


def empty() -> dict[str, Any]:
    return {"version": VERSION, **{part: {} for part in PARTS}}


class Journal:
    """The progress file at *path*; with None, progress that lasts as long as this process."""

    def __init__(self, path: Path | None):
        self.path = path
        self._memory = empty()

    def read(self) -> dict[str, Any]:
        """All progress.  A damaged file is set aside under another name, not lost; then we begin anew.

        Raises JournalError when the file cannot be opened or was written by a newer labkit.
        """
        if self.path is None:
            return self._memory
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return empty()
        except UnicodeDecodeError:
            return self._set_aside()
        except OSError as error:
            raise JournalError(
                say("cannot read your progress in {path}: {why}", path=self.path, why=error.strerror)
            ) from error
        try:
            content = json.loads(text)
            version = content["version"]
            if not isinstance(version, int):
                return self._set_aside()
            if version > VERSION:
                raise JournalError(
                    say(
                        "your progress in {path} was written by a newer labkit (format {found}; this one knows"
                        " {known}); update labkit, or set LABKIT_PROGRESS to another file",
                        path=self.path,
                        found=version,
                        known=VERSION,
                    )
                )
            for part in PARTS:
                entries = content.setdefault(part, {})
                if not all(isinstance(entry, dict) for entry in entries.values()):
                    return self._set_aside()
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._set_aside()
        return content

    def _set_aside(self) -> dict[str, Any]:
        assert self.path is not None
        aside = self.path.with_name(self.path.name + ".damaged")
        try:
            os.replace(self.path, aside)
        except OSError as error:
            raise JournalError(
                say(
                    "your progress in {path} is damaged and cannot be moved away: {why}; delete it to begin anew",
                    path=self.path,
                    why=error.strerror,
                )
            ) from error
        return {**empty(), "recovered": str(aside)}

    def change(self, alter: Callable[[dict[str, Any]], None]) -> None:
        """Read, alter and write as one step, safe against other notebooks doing the same.

        The new content replaces the old in one rename, so a crash leaves the one or the other, never half.
        Raises JournalError.
        """
        if self.path is None:
            alter(self._memory)
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with _alone(self.path.with_name(self.path.name + ".lock")):
                content = self.read()
                alter(content)
                fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
                try:
                    with fresh.open("w", encoding="utf-8") as file:
                        json.dump(content, file, indent=1, sort_keys=True)
                        file.flush()
                        os.fsync(file.fileno())
                    os.replace(fresh, self.path)
                finally:
                    fresh.unlink(missing_ok=True)
        except OSError as error:
            raise JournalError(
                say(
                    "cannot keep your progress in {path}: {why}; set LABKIT_PROGRESS to a file that can be"
                    " written, or to off",
                    path=self.path,
                    why=error.strerror,
                )
            ) from error

    def note_exercise(self, name: str, solved: bool, hints: int) -> None:
        """Note one try of an exercise; solved stays solved."""
        self._note_try("exercises", name, solved, hints=hints)

    def note_order(self, name: str, solved: bool, hints: int) -> None:
        """Note one try of a Parsons problem; solved stays solved."""
        self._note_try("orders", name, solved, hints=hints)

    def note_quiz(self, name: str, right: int, questions: int) -> None:
        """Note one try of a quiz and how many questions were right; the best try stays."""
        self._note_try("quizzes", name, right == questions, right=right)

    def _note_try(self, part: str, name: str, solved: bool, **highest: int) -> None:
        def alter(content: dict[str, Any]) -> None:
            entry = content[part].setdefault(name, {})
            entry["tries"] = _count(entry.get("tries")) + 1
            for key, value in highest.items():
                entry[key] = max(_count(entry.get(key)), value)
            if solved and not entry.get("solved"):
                entry["solved"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

        self.change(alter)

    def note_prediction(
        self, name: str, right: bool, asked: Mapping[str, Any], today: date, *, chosen: str | None = None
    ) -> None:
        """Note whether the first prediction for *name* was right, what was *chosen*, and what was *asked*, to ask it
        again; later runs of the lesson do not change it."""

        def alter(content: dict[str, Any]) -> None:
            first = {"right": right} if chosen is None else {"right": right, "chosen": chosen}
            entry = content["predictions"].setdefault(name, first)
            if "due" not in entry:  # new, or of a labkit that asked nothing again
                entry.update(begin(bool(entry.get("right")), today), asked=dict(asked))

        self.change(alter)

    def note_recalled(self, name: str, right: bool, today: date) -> None:
        """Note the answer to a prediction that was asked again; the first of a day counts."""

        def alter(content: dict[str, Any]) -> None:
            entry = content["predictions"].get(name)
            if entry is not None and entry.get("last") != today.isoformat():
                entry.update(answered(entry, right, today))

        self.change(alter)

    def reset(self) -> None:
        """Forget all progress."""

        def alter(content: dict[str, Any]) -> None:
            content.clear()
            content.update(empty())

        self.change(alter)


def _count(value: Any) -> int:
    return value if isinstance(value, int) else 0


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold *lock* against other processes, where the platform has flock (a lost update elsewhere costs one
    tick)."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


_journals: dict[Path | None, Journal] = {}


def journal() -> Journal:
    """The journal that the environment asks for now."""
    where = place(os.environ, sys.platform, Path.home())
    return _journals.setdefault(where, Journal(where))
