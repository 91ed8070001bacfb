"""What the site's own pages show besides words: panels that live, and pictures."""

from __future__ import annotations

from functools import cache
from typing import Any

from labkit.panels import stream_viewer
from tools.site import panels, pictures
from tools.texts import ROOT


def shown(kind: str, which: str, static: str) -> str:
    """A panel (`player loss.trace`, `machine`, `machine handshake.goodbye`, `stream TEXT`) or a picture of docs/."""
    if kind == "picture":
        svg = (ROOT / "docs" / which).read_text(encoding="utf-8")
        inner = f'<div class="labkit-ladder"><div class="live" tabindex="0" role="group" aria-label="sequence diagram">{svg}</div></div>'
        return _raw(pictures.drawn(inner))
    name, _, rest = which.partition(" ")
    if name == "stream":
        viewer = stream_viewer(rest.encode(), ["bytes.decode", "incremental UTF-8"])
        return _raw(panels.stream(viewer).html(pictures.drawn(viewer._html()), static))
    trace = _trace(*rest.split(".")) if rest else None
    live = panels.player(trace) if name == "player" else panels.machine(trace)
    from labkit.panels import ladder_player, state_machine

    value: Any = ladder_player(trace) if name == "player" else state_machine(trace) if trace is not None else state_machine()
    return _raw(live.html(pictures.suffixed(pictures.drawn(value._html()), "-" + which.replace(" ", "-").replace(".", "-")), static))


@cache
def _trace(lesson: str, name: str) -> Any:
    """What a lesson's name stood for when it was recorded, where it was last bound to a capture."""
    return next(values[name] for values in reversed(panels.recorded(lesson).values()) if name in values)


def _raw(html: str) -> str:
    return f"```{{raw}} html\n{html}\n```"
