"""The scripts and style sheets of what is drawn in the page: files beside the code that uses them."""

from __future__ import annotations

from pathlib import Path

from labkit.drawing.svg import CSS

_HERE = Path(__file__).parent
SHARED = ("common", "keys")  # the scripts that all widgets share


def script(beside: str, *names: str) -> str:
    """The JavaScript module of a widget: what all share, then each `name`.js in the folder of the file *beside*
    (`__file__`), or in one below it ("packets/list").  It asks no network."""
    shared = (_HERE / f"{name}.js" for name in SHARED)
    return "".join(_read(path) for path in (*shared, *(_near(beside, f"{name}.js") for name in names)))


def style(beside: str, *names: str) -> str:
    """The style sheet of a widget: what all share, then each `name`.css as in `script`."""
    own = "".join(_read(_near(beside, f"{name}.css")) for name in names)
    return CSS + _read(_HERE / "common.css") + own


def _near(beside: str, name: str) -> Path:
    return Path(beside).parent / name


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
