"""Small recordings made by hand, and a shell of IPython's to play them in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from labkit.modes.mode import Mode
from labkit.recordings import player, store
from labkit.recordings.replay import CALLS, IMPORTS
from labkit.recordings.store import Cell, Content, Recording
from labkit.recordings.tables import Tables
from labkit.recordings.values import Stubs, dump, dump_tables

MADE = {"system": "Linux", "kernel": "6.18", "date": "2026-11-21", "python": "3.11", "labkit": "0.1.0"}
ON = "Linux 6.18, 2026-11-21"


class Sample(NamedTuple):
    """One cell to record: its source, what it printed, its variables, where it is shown."""

    source: str
    printed: str = ""
    values: Mapping[str, Any] = MappingProxyType({})
    shown: str = ""  # a reason, for the mode recorded
    outputs: tuple[dict, ...] = ()
    calls: tuple = ()
    id: str = ""
    own: bool = False


OPEN = Sample(
    "import math\n\ndef half(n):\n    return n / 2\n\nsock = open_it()\ntrace = [4, 6]\nsock",
    "opened\n",
    {"sock": print, "trace": [4, 6]},
    "hosts",
    outputs=({"output_type": "display_data", "data": {"text/plain": "a picture"}, "metadata": {}},),
)
LESSON = (
    Sample("begin = 1", values={"begin": 1}),
    OPEN,
    Sample("total = sum(trace)", values={"total": 10}),
    Sample("trace = [1]\ntotal = 0"),
    Sample("print(half(total))", "5.0\n"),
)


def record(folder: Path, *samples: Sample, lesson: str = "sample") -> Recording:
    """Write a recording of these cells."""
    tables, stubs = Tables(), Stubs()
    cells, outputs, values = [], [], []
    for number, sample in enumerate(samples):
        shown = {"recorded": sample.shown} if sample.shown else {}
        name = sample.id or f"cell{number}"
        cells.append(Cell(name, store.digest(sample.source), sample.source[:20], sample.own, shown))
        printed = (
            [{"output_type": "stream", "name": "stdout", "text": sample.printed}] if sample.printed else []
        )
        outputs.append([*printed, *sample.outputs])
        values.append(dump({**sample.values, CALLS: list(sample.calls), IMPORTS: {}}, tables, stubs))
    content = Content(dump_tables(tables), outputs, values, [[] for _ in samples])
    return store.save(Recording(lesson, MADE, tuple(cells), "", folder), content)


class Notebook:
    """Cells run one after the other in a shell of their own, with the player in the mode recorded."""

    def __init__(self, folder: Path):
        config = Config()
        config.HistoryManager.enabled = False
        self.shell = InteractiveShell(config=config)
        self.shell.display_pub = CapturingDisplayPublisher(parent=self.shell)
        self.player = player.install(self.shell, Mode("recorded", "a test", True), folder)
        self.first = self.texts()

    def texts(self) -> list[str]:
        """What was displayed since the last time, as text."""
        said = [output["data"].get("text/plain", "") for output in self.shell.display_pub.outputs]
        self.shell.display_pub.outputs = []
        return said

    def run(self, source: str) -> list[str]:
        """Run a cell and give what it displayed, as text; its error is raised."""
        result = self.shell.run_cell(source)
        said = self.texts()
        result.raise_error()
        return said

    def __getitem__(self, name: str) -> Any:
        return self.shell.user_ns[name]
