"""What `tools.recordings` runs inside a lesson's kernel: keeps what each cell gave, or finds what cannot be live.

Uses IPython's events, as the player does; prints nothing.
"""

from __future__ import annotations

import json
import sys
import threading
import types
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from IPython import get_ipython

import labkit
from labkit.modes.mode import Mode
from labkit.modes.needs import NeedsCapture, NeedsHosts, NeedsLinux
from labkit.recordings import instead, player, store
from labkit.recordings.replay import CALLS, IMPORTS
from labkit.recordings.stub import OnlyRecorded
from labkit.recordings.tables import Tables
from labkit.recordings.values import Stubs, dump, dump_tables

CALL = "application/vnd.labkit.call+json"
_ABSENT = object()


def _wrap_learning(around: Callable[[str, tuple, dict], Any]) -> None:
    """Put `around(name, arguments, keywords)`, a context, around each call that is always live."""

    def wrapped(name: str, function: Callable) -> Callable:
        def call(*arguments: Any, **keywords: Any) -> None:
            with around(name, arguments, keywords):
                function(*arguments, **keywords)

        return call

    for name in player.LIVE:
        setattr(labkit, name, wrapped(name, getattr(labkit, name)))


class Recorder:
    """After each cell, writes the variables that it bound or changed."""

    def __init__(self, folder: str):
        self.folder, self.shell = Path(folder), get_ipython()
        self.tables, self.stubs = Tables(), Stubs()
        self.before: dict[str, bytes] = {}
        self.imported: dict[str, Any] = {}
        self.calls: list[tuple[str, tuple, dict]] = []
        self.number = 0
        self.hidden = set(self.shell.user_ns)
        _wrap_learning(self._noted)
        self.shell.events.register("post_run_cell", self._after)

    @contextmanager
    def _noted(self, name: str, arguments: tuple, keywords: dict):
        place = len(self.calls)
        self.calls.append((name, arguments, keywords))
        publish = self.shell.display_pub.publish
        publish({CALL: {"begin": place}})
        try:
            yield
        finally:
            publish({CALL: {"end": place}})

    def _variables(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self.shell.user_ns.items()
            if not (name.startswith("_") or name in self.hidden)
        }

    def _after(self, result: Any) -> None:
        now = self._variables()
        here = _imported(result.info.transformed_cell or result.info.raw_cell)
        self.imported |= {name: now[name] for name in here & now.keys()}
        imported = {name for name, value in now.items() if self.imported.get(name, _ABSENT) is value}
        defined = {name for name, value in now.items() if _is_definition(name, value)}
        kept = {
            name: dump({name: value}, self.tables, self.stubs)
            for name, value in now.items()
            if name not in imported | defined and not isinstance(value, types.ModuleType)
        }
        changed = {name: now[name] for name, data in kept.items() if self.before.get(name) != data}
        removed = sorted(self.before.keys() - now.keys())
        imports = {
            name: now[name]
            for name in here & imported
            if isinstance(now.get(name), int | str | bytes | float) and not isinstance(now[name], bool)
        }
        content = dump({**changed, CALLS: self.calls, IMPORTS: imports}, self.tables, self.stubs)
        (self.folder / f"{self.number:02}.pickle").write_bytes(content)
        (self.folder / f"{self.number:02}.imports").write_bytes(
            dump({IMPORTS: imports}, self.tables, self.stubs)
        )
        (self.folder / f"{self.number:02}.json").write_text(json.dumps(removed))
        self.before = kept | dict.fromkeys(now.keys() - kept.keys(), b"")
        self.calls = []
        self.number += 1

    def finish(self) -> None:
        """Write the tables of frames and calls."""
        (self.folder / "tables.pickle").write_bytes(dump_tables(self.tables))
        self.shell.events.unregister("post_run_cell", self._after)


def _imported(source: str) -> set[str]:
    import ast

    return {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def _is_definition(name: str, value: Any) -> bool:
    return isinstance(value, type | types.FunctionType) and (
        value.__module__ != "__main__" or value.__name__ == name
    )


class Trial:
    """Runs a lesson with its player, and notes which cells do not give live what the recording says.

    Such a cell's recorded variables are set, so that the cells after it can go on.
    """

    def __init__(self, folder: str, mode: str, place: str, lesson: str):
        self.shell, self.lesson = get_ipython(), lesson
        self.found: dict[int, list[str]] = {}
        self.player = player.install(self.shell, Mode(mode, "a trial", True), Path(folder))
        self.player.place = place
        assert self.player.lessons, self.player.lessons.troubles
        self.system_calls: list[str] = []
        self.listening = place == "elsewhere"
        self.threads = {thread.ident for thread in threading.enumerate()} - {threading.get_ident()}
        self.revealed: list[bool] = []
        _wrap_learning(self._compared)
        if self.listening:
            sys.addaudithook(self._heard)
        self.shell.events.register("pre_run_cell", self._before)
        self.shell.events.register("post_run_cell", self._after)

    @contextmanager
    def _compared(self, name: str, arguments: tuple, keywords: dict):
        heard, self.listening = self.listening, False
        self.calls += 1
        if name == "reveal" and not self._as_recorded(name, arguments, keywords):
            self.differs = True
        try:
            yield
        finally:
            self.listening = heard

    def _as_recorded(self, name: str, arguments: tuple, keywords: dict) -> bool:
        found = self.player.found
        if found is None:
            return True
        calls = self.player.replay.values(found).get(CALLS, [])
        place = self.calls - 1
        return place < len(calls) and calls[place] == (name, arguments, keywords)

    def _heard(self, event: str, arguments: tuple) -> None:
        if self.listening and event.startswith(_SYSTEM) and threading.get_ident() not in self.threads:
            frame = sys._getframe(1)
            while frame is not None:
                if "importlib._bootstrap" in frame.f_code.co_filename:
                    return
                frame = frame.f_back
            self.system_calls.append(event)

    def _before(self, info: Any) -> None:
        self.system_calls, self.calls, self.differs = [], 0, False

    def _after(self, result: Any) -> None:
        found = self.player.found
        if found is None or self.player.place in found.cell.shown:
            return
        heard = list(self.system_calls)
        error = result.error_in_exec or result.error_before_exec
        recorded = store.read(found.recording).outputs[found.number]
        if error is not None and any(output["output_type"] == "error" for output in recorded):
            error = None  # the lesson means it
        why = None
        if error is not None:
            why = _reason(error), f"{type(error).__name__}: {error}"
        elif self.differs:
            why = "answer", "reveal() was given another value"
        elif heard:
            why = "linux", ", ".join(sorted(set(heard)))
        if why is not None:
            self.found[found.number] = list(why)
            self._define(result.info.raw_cell)
            self.player.bind(found)

    def _define(self, source: str) -> None:
        """What the player does for a cell that it shows: its definitions count."""
        import ast

        kept = [each for each in ast.parse(source).body if isinstance(each, instead.DEFINITIONS)]
        exec(compile(ast.Module(kept, []), "<definitions>", "exec"), self.shell.user_ns)

    def finish(self, path: str) -> None:
        """Write what was found."""
        Path(path).write_text(json.dumps(self.found))


_SYSTEM = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.kill",
    "os.chmod",
    "os.chown",
    "fcntl.",
    "mmap.",
    "resource.",
    "pty.",
    "syslog.",
    "signal.pthread_kill",
)


def _reason(error: BaseException) -> str:
    for kind, reason in (
        (NeedsHosts, "hosts"),
        (NeedsCapture, "capture"),
        (NeedsLinux, "linux"),
        (OnlyRecorded, "goes on"),
        (AssertionError, "answer"),
    ):
        if isinstance(error, kind):
            return reason
    return "fails"
