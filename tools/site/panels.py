"""Panels that live on a page: their scripts as they are, and the values that a kernel would hand them.

The values come from the lessons' recordings; nothing of a lesson is executed, but for the decoders that the byte stream
viewer shows (see `tools.site.decoders`).
"""

from __future__ import annotations

import ast
import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from labkit.panels import ladder_player, state_machine
from labkit.panels.machine.widget import MachineWidget
from labkit.panels.player.data import detail
from labkit.panels.player.widget import PlayerWidget
from labkit.panels.stream.widget import StreamWidget
from labkit.recordings import store
from labkit.recordings.finding import Found
from labkit.recordings.replay import Replay
from labkit.terms.finding import meanings
from tools.site import decoders

SCRIPTS = {"player": PlayerWidget, "machine": MachineWidget, "stream": StreamWidget}
KERNEL = {
    "link_panel": "The link panel changes a cable while traffic crosses it: that needs a network that runs.",
    "socket_panel": "The socket table is a kernel's own, as it changes: that needs hosts that run.",
    "nagle_explorer": "The Nagle explorer sends what you write over a real cable: that needs a kernel.",
}
"""What needs a kernel, and why."""


class Live(NamedTuple):
    """A panel and its values, as its widget has them."""

    panel: str
    state: dict[str, Any]

    def html(self, still: str, static: str) -> str:
        """The panel on a page; *still* is what stands there without scripts, and in print; *static*: the way to
        `_static`."""
        state = json.dumps(self.state, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        return (
            f'<div class="labkit-alone" data-panel="{self.panel}"><div class="labkit-still">{still}</div>'
            f'<script type="application/json">{state}</script></div>'
            f'<script defer src="{static}/panel-{self.panel}.js"></script>'
        )


def player(trace: Any, title: str = "") -> Live:
    """A ladder player of a trace, with the fields of the frames that its ladder does not draw."""
    widget = ladder_player(trace, title=title).widget
    drawn = {
        number
        for view in json.loads(widget.data)["views"]
        for frame in view["frames"]
        for number in ([frame["number"]] if not frame["members"] else [])
    }
    details = {
        item.number: json.dumps({"number": item.number, **detail(item)}, separators=(",", ":"))
        for item in trace.items
        if item.number not in drawn
    }
    state = {
        "data": widget.data,
        "packets": widget.packets,
        "octets": base64.b64encode(bytes(widget.octets)).decode(),
        "running": False,
        "error": "",
        "around": 0,
        "detail": "",
        "details": details,
    }
    return Live("player", state)


def machine(trace: Any = None) -> Live:
    """The state machine, with a trace's connections or bare."""
    widget = (state_machine() if trace is None else state_machine(trace)).widget
    return Live("machine", {name: getattr(widget, name) for name in ("drawing", "journeys", "book")})


def stream(viewer: Any) -> Live:
    """The byte stream viewer, with what its decoders make of every cut there is."""
    widget = viewer.widget
    cuts, said = viewer.readers.worst()
    state = {name: getattr(widget, name) for name in ("facts", "cuts", "answer")}
    return Live("stream", {**state, **decoders.tables(viewer), "worst": {"cuts": cuts and list(cuts), "said": said}})


def of_lesson(name: str, notebook: dict[str, Any]) -> dict[int, Live]:
    """The panels of a lesson that live on its page, by the numbers of their cells."""
    found = {}
    calls = dict(_calls(notebook))
    if calls:
        known = recorded(name)
    for number, call in calls.items():
        values = known.get(notebook["cells"][number]["id"], {})
        kind, first = call.func.id, next(iter(call.args), None)  # type: ignore[attr-defined]
        if kind == "stream_viewer":
            found[number] = stream(decoders.viewer_of_lesson(call, notebook, values))
        elif isinstance(first, ast.Name) and first.id in values:
            found[number] = {"ladder_player": player, "state_machine": machine}[kind](values[first.id])
    return found


def _calls(notebook: dict[str, Any]) -> Iterator[tuple[int, ast.Call]]:
    for number, cell in enumerate(notebook["cells"]):
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or not any(f"{name}(" in source for name in _LIVE):
            continue
        for statement in ast.parse(source).body:
            value = getattr(statement, "value", None)
            if isinstance(value, ast.Call) and getattr(value.func, "id", "") in _LIVE:
                yield number, value


_LIVE = ("ladder_player", "state_machine", "stream_viewer")


def recorded(name: str) -> dict[str, dict[str, Any]]:
    """What a lesson's names stand for after each of its cells, by the cells' ids, as far as it was recorded."""
    recording, values, after = store.load(name), {}, {}
    replay = Replay(values, lambda *_: None, lambda *_: None)
    for number, cell in enumerate(recording.cells):
        try:
            replay.bind(Found(recording, number))
        except store.RecordingError:  # a value of a class that the lesson itself defines, which nobody has run
            pass
        after[cell.id] = dict(values)
    return after


def write(folder: Path) -> None:
    """Write the panels' scripts, one a panel: plain scripts, which a page may also load from a disk."""
    for name, widget in SCRIPTS.items():
        module = widget._esm if isinstance(widget._esm, str) else str(widget._esm)
        assert module.count("export default") == 1, name
        body = module.replace("export default", "return")
        said = json.dumps(meanings(), ensure_ascii=False, separators=(",", ":")) if name == "player" else "{}"
        text = (
            f"(globalThis.labkitPanels ??= {{}}).{name} = {{ ...(() => {{\n{body}\n}})(), "
            f"style: {json.dumps(widget._css)}, meanings: {said} }};\n"
        )
        (folder / f"panel-{name}.js").write_text(text, encoding="utf-8")
