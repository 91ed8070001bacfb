"""What the site's own pages show besides words: panels that live, and pictures."""

from __future__ import annotations

from functools import cache
from typing import Any

from labkit.panels import ladder_player, state_machine, stream_viewer
from tools.site import panels, pictures
from tools.texts import ROOT


def shown(kind: str, which: str, static: str) -> str:
    """A panel (`player nagle.conversation`, `machine`, `machine handshake.goodbye`, `stream TEXT`), or a picture of
    docs/ (`handshake.svg`)."""
    if kind == "picture":
        svg = (ROOT / "docs" / which).read_text(encoding="utf-8")
        box = '<div class="live" tabindex="0" role="group" aria-label="sequence diagram">'
        return _raw(pictures.drawn(f'<div class="labkit-ladder">{box}{svg}</div></div>'))
    name, _, rest = which.partition(" ")
    panel = _panel(name, rest)
    still = pictures.suffixed(pictures.drawn(panel._html()), f"-{name}{len(rest)}")
    return _raw(panels.live(panel).html(still, static))


def _panel(name: str, rest: str) -> Any:
    if name == "stream":
        return stream_viewer(rest.encode(), ["bytes.decode", "incremental UTF-8"])
    if name == "player":
        return ladder_player(_trace(*rest.split(".")))
    return state_machine(_trace(*rest.split("."))) if rest else state_machine()


@cache
def _trace(lesson: str, name: str) -> Any:
    """What a lesson's name stood for when it was recorded, where it was last bound to a capture."""
    return next(values[name] for values in reversed(panels.recorded(lesson).values()) if name in values)


def _raw(html: str) -> str:
    return f"```{{raw}} html\n{html}\n```"
