"""Panels that live on a page: their scripts as they are, and the values that a kernel would hand them.

The values come from the lessons' recordings; nothing of a lesson is executed, but for the decoders that the byte stream
viewer shows (see `tools.site.decoders`).
"""

from __future__ import annotations

import ast
import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from labkit.panels import ladder_player, state_machine
from labkit.panels.machine.panel import StateMachine
from labkit.panels.machine.widget import MachineWidget
from labkit.panels.player.data import detail
from labkit.panels.player.panel import LadderPlayer
from labkit.panels.player.widget import PlayerWidget
from labkit.panels.stream.panel import StreamViewer
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


def live(panel: Any) -> Live:
    """The values of one of labkit's panels."""
    return next(of(panel) for kind, of in _OF.items() if isinstance(panel, kind))


def _player(panel: LadderPlayer) -> Live:
    """With the fields of the frames that the ladder draws as one of a run, or not at all, which a kernel would tell."""
    widget = panel.widget
    frames = [frame for view in json.loads(widget.data)["views"] for frame in view["frames"]]
    drawn = {frame["number"] for frame in frames if not frame["members"]}
    details = {
        item.number: json.dumps({"number": item.number, **detail(item)}, separators=(",", ":"))
        for item in panel._trace.items
        if item.number not in drawn
    }
    state = {
        name: getattr(widget, name) for name in ("data", "packets", "running", "error", "around", "detail")
    }
    octets = base64.b64encode(bytes(widget.octets)).decode()
    return Live("player", {**state, "octets": octets, "details": details})


def _machine(panel: StateMachine) -> Live:
    return Live("machine", {name: getattr(panel.widget, name) for name in ("drawing", "journeys", "book")})


def _stream(panel: StreamViewer) -> Live:
    """With what the decoders make of every cut there is, and of which cut the most go wrong."""
    cuts, said = panel.readers.worst()
    state = {name: getattr(panel.widget, name) for name in ("facts", "cuts", "answer")}
    worst = {"cuts": cuts and list(cuts), "said": said}
    return Live("stream", {**state, **decoders.tables(panel), "worst": worst})


_OF: dict[type, Callable[[Any], Live]] = {
    LadderPlayer: _player,
    StateMachine: _machine,
    StreamViewer: _stream,
}


def of_lesson(name: str, notebook: dict[str, Any]) -> dict[int, Live]:
    """The panels of a lesson that live on its page, by the numbers of their cells."""
    found: dict[int, Live] = {}
    calls = dict(_calls(notebook))
    known = recorded(name) if calls else {}
    for number, call in calls.items():
        values = known.get(notebook["cells"][number]["id"], {})
        if isinstance(call.func, ast.Name) and call.func.id == "stream_viewer":
            found[number] = live(decoders.viewer_of_lesson(call, notebook, values))
        elif isinstance(call.func, ast.Name):
            first = getattr(next(iter(call.args), None), "id", "")
            if first in values:  # else it was not recorded, and the page shows the picture
                found[number] = live(_SHOWING[call.func.id](values[first]))
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


_SHOWING: dict[str, Callable[..., Any]] = {"ladder_player": ladder_player, "state_machine": state_machine}
_LIVE = (*_SHOWING, "stream_viewer")


def recorded(name: str) -> dict[str, dict[str, Any]]:
    """What a lesson's names stand for after each of its cells, by the cells' ids, as far as it was recorded."""
    recording, values, after = store.load(name), {}, {}
    replay = Replay(values, lambda *_: None, lambda *_: None)
    for number, cell in enumerate(recording.cells):
        try:
            replay.bind(Found(recording, number))
        except (
            store.RecordingError
        ):  # a value of a class that the lesson itself defines, which nobody has run
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
