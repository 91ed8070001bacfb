"""The player: where the mode lacks what a lesson's cell needs, the cell is shown from its recording, and marked.

It uses what IPython offers to everyone: the event `pre_run_cell` tells which cell will run, a transformer of
syntax trees may put another body in its place, `post_run_cell` tells how it went.  A cell that is not a lesson's,
or was changed, runs as it is.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

from labkit import learn
from labkit.modes.mode import Mode
from labkit.recordings import instead, mark, names, store
from labkit.recordings.finding import Found, Lessons
from labkit.recordings.replay import IMPORTS, Replay
from labkit.recordings.store import RecordingError
from labkit.recordings.stub import Recorded
from labkit.words import say

# Always live: they are the learner's own, or tell about this machine.
LIVE = ("predict", "reveal", "check", "hint", "order", "quiz", "progress", "doctor")
_player: Player | None = None


def place_of(mode: str, platform: str) -> str:
    """One of store.PLACES: other systems than Linux have a column of their own, whatever the mode."""
    return mode if platform == "linux" else "elsewhere"


def install(shell: Any, mode: Mode, folder: Path = store.LESSONS) -> Player:
    """Put the player into this kernel, in an earlier one's place, and say the mode and why."""
    global _player
    if _player is not None:
        _player.end()
    _player = Player(shell, mode, folder)
    _player.begin()
    return _player


def current() -> Player:
    """This kernel's player.  Raises RuntimeError where none is installed."""
    if _player is None:
        raise RuntimeError(
            "no player of recordings is installed: the mode is namespaces, or this is no notebook"
        )
    return _player


def play(lesson: str, number: int) -> None:
    """What stands in a recorded cell's place: shows it."""
    __tracebackhide__ = True
    current().play(lesson, number)


def missing(lesson: str, number: int, *wanted: str) -> None:
    """What stands after an import that failed: binds its names to what the recording has for them."""
    current().missing(lesson, number, wanted)


class Player:
    """One kernel's player.  `from_recording` are the names whose values are not of this machine."""

    def __init__(self, shell: Any, mode: Mode, folder: Path):
        self.shell, self.mode = shell, mode
        self.place = place_of(mode.name, sys.platform)
        self.lessons = Lessons(folder)
        self.replay = Replay(shell.user_ns, self._publish, self._learn)
        self.from_recording: dict[str, str] = {}  # name: on what it was recorded
        self.found: Found | None = None
        self._uses: names.Uses | None = None
        self._sources: list[str] = []
        self._told = False
        self._running = self._unseen = (
            False  # between pre_run_cell and post_run_cell; its own code not seen yet
        )

    def begin(self) -> None:
        """Register, and say the mode."""
        self.shell.events.register("pre_run_cell", self._before)
        self.shell.events.register("post_run_cell", self._after)
        self.shell.ast_transformers.append(self)
        code = self._asked().get("content", {}).get("code")
        if code:
            self._find(code)  # the cell that imports labkit: from it the lesson is known
        readable = bool(self.lessons) or not self.lessons.troubles
        self._display(mark.installed(self.mode.name, self.mode.why, readable))
        for trouble in self.lessons.troubles:
            print(trouble, file=sys.stderr)

    def end(self) -> None:
        """Let the cells run as they are."""
        self.shell.events.unregister("pre_run_cell", self._before)
        self.shell.events.unregister("post_run_cell", self._after)
        if self in self.shell.ast_transformers:  # a learner may have emptied the list
            self.shell.ast_transformers.remove(self)

    def _asked(self) -> dict[str, Any]:
        """The front end's request that runs; JupyterLab names the cell in it."""
        get_parent = getattr(self.shell, "get_parent", None)
        return (get_parent() if get_parent else None) or {}

    # -- IPython's events

    def _before(self, info: Any) -> None:
        self._uses, self._sources, self._told = None, [], False
        self._running = self._unseen = True
        self._find(info.raw_cell or "")

    def _find(self, source: str) -> None:
        cell_id = self._asked().get("metadata", {}).get("cellId")
        self.found = self.lessons.find(source, cell_id)

    def visit(self, tree: ast.Module) -> ast.Module:
        """IPython's transformer: the tree to run in this one's place.

        Never raises: IPython takes out a transformer that does, and no later cell would be shown.
        """
        if not self._running or not isinstance(tree, ast.Module):
            return tree  # what a front end asks in silence, or a magic's own code
        found, self._unseen = (self.found if self._unseen else None), False
        try:
            return self._instead(tree, found)
        except Exception as error:
            told = say(
                "labkit could not see whether this cell needs a recording ({kind}: {error}); it runs as it is",
                kind=type(error).__name__,
                error=error,
            )
            print(told, file=sys.stderr)
            return tree

    def _instead(self, tree: ast.Module, found: Found | None) -> ast.Module:
        if found is not None and self.place in found.cell.shown:
            return self._from_recording(tree, found)
        self._watch(tree)
        return self._importing(tree, found) if found is not None and self.place == "elsewhere" else tree

    def _after(self, result: Any) -> None:
        self._running, done, self._uses = False, self._uses, None
        if done is None:
            return
        if self._sources:
            changed = {name for name in done.changes if _can_change(self.shell.user_ns.get(name))}
            self.from_recording.update(dict.fromkeys(done.binds | changed, self._sources[0]))
        elif result is not None and result.success:
            for name in done.binds:
                self.from_recording.pop(name, None)

    # -- live cells

    def _watch(self, tree: ast.Module) -> None:
        """Mark a live cell that works with recorded values."""
        done = names.uses(tree, self.shell.user_ns)
        read = sorted(done.reads & self.from_recording.keys())
        self._uses = done
        self._sources = [self.from_recording[name] for name in read]
        if read and not self._told:
            self._told = True
            self._display(mark.used(self._sources[0], read))

    # -- recorded cells

    def _from_recording(self, tree: ast.Module, found: Found) -> ast.Module:
        """The cell's definitions and imports, then its recording."""
        kept = [statement for statement in tree.body if isinstance(statement, instead.DEFINITIONS)]
        call = instead.call("play", found.recording.lesson, found.number)
        body = ast.Module([*kept, call], [])
        return ast.fix_missing_locations(self._importing(body, found))

    def play(self, lesson: str, number: int) -> None:
        """Show a cell from its recording, with its mark, and set its variables."""
        __tracebackhide__ = True
        found = self.found
        if found is None or (found.recording.lesson, found.number) != (lesson, number):
            raise RuntimeError(
                f"cell {number} of {lesson} is not the one that runs"
            )  # not by a learner's doing
        on, reason = found.recording.on, store.REASONS[found.cell.shown[self.place]]
        self.bind(found)
        self._display(mark.shown(on, reason, self.mode.name))
        self.replay.show(found)

    def bind(self, found: Found) -> None:
        """Set a cell's variables to what was recorded."""
        for name in self.replay.bind(found):
            self.from_recording[name] = found.recording.on

    # -- imports on other systems

    def _importing(self, tree: ast.Module, found: Found) -> ast.Module:
        """The tree, its imports followed by what the recording has for names that this system lacks."""
        if self.place != "elsewhere":
            return tree
        body: list[ast.stmt] = []
        for statement in tree.body:
            body += (
                instead.one_by_one(statement, found.recording.lesson, found.number)
                if isinstance(statement, ast.Import | ast.ImportFrom)
                else [statement]
            )
        return ast.fix_missing_locations(ast.Module(body, tree.type_ignores))

    def missing(self, lesson: str, number: int, wanted: tuple[str, ...]) -> None:
        """Bind names that this system has not."""
        found = self.found
        assert found is not None
        values = self.replay.values(found).get(IMPORTS, {})
        for name in wanted:
            stub = Recorded(f"something that {sys.platform} has not", name, {}, found.recording.on)
            self.shell.user_ns[name] = values.get(name, stub)
            self.from_recording[name] = found.recording.on

    # -- showing

    def _display(self, line: mark.Mark) -> None:
        self._publish(line._repr_mimebundle_(), {mark.MARK: {"mark": True}})

    def _publish(self, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        self.shell.display_pub.publish(data=data, metadata=metadata)

    def _learn(self, name: str, arguments: tuple, keywords: dict[str, Any]) -> None:
        if name not in LIVE:
            raise RecordingError(f"the recording calls {name!r}, which no recording does; nothing was called")
        getattr(learn, name)(*arguments, **keywords)


def _can_change(thing: Any) -> bool:
    """Whether a method or an assignment may have changed what the lesson knows of it."""
    return issubclass(type(thing), list | dict | set | bytearray) or type(thing).__module__ in (
        "__main__",
        "collections",
    )
