"""`ladder(trace)`: the sequence diagram as a value."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from .story import Story, tell


class Ladder:
    """A sequence diagram: text for a terminal and for comparing, SVG for a page, PNG for the rest.

    In a notebook it shows itself.  Its `repr` is the text form, which says the same on every run of the same
    conversation: it holds no times.  Made by `ladder`.
    """

    def __init__(self, story: Story, title: str = "", fold: bool | None = None, width: float | None = None):
        self._story, self._title, self._fold, self._width = story, title, fold, width

    @cached_property
    def text(self) -> str:
        """The diagram as lines of text, in an order that does not depend on chance, without times."""
        from .text import text_of

        return text_of(self._story, self._fold, self._title)

    @cached_property
    def _picture(self):
        from .layout import picture

        return picture(self._story, self._title, self._fold, self._width)

    @cached_property
    def svg(self) -> str:
        """The diagram as a standalone SVG document (a string)."""
        from .svg import svg_of

        return svg_of(self._picture)

    def png(self, dpi: float = 192) -> bytes:
        """The diagram as PNG; dpi=96 draws a pixel for each of the layout's, 192 two."""
        from .png import png_of

        return png_of(self._picture, dpi)

    def save(self, path) -> Path:
        """Write it to "x.svg", "x.png" or "x.txt"; gives the path.  ValueError for another suffix."""
        path = Path(path)
        if path.suffix == ".svg":
            path.write_text(self.svg + "\n", encoding="utf-8")
        elif path.suffix == ".png":
            path.write_bytes(self.png())
        elif path.suffix == ".txt":
            path.write_text(self.text + "\n", encoding="utf-8")
        else:
            raise ValueError(
                f"a ladder is saved as .svg, .png or .txt (got {path.name!r}); "
                f"write save({path.stem + '.svg'!r})"
            )
        return path

    def __repr__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ladder):
            return NotImplemented
        return self.svg == other.svg and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def _html(self) -> str:
        """The SVG in a `<div>`: JupyterLab puts image/svg+xml into an `<img>`, where text cannot be selected
        and the page's colours are unknown.

        A notebook that is not trusted yet shows the `<img>` instead: JupyterLab's sanitizer takes `<style>` and
        the tags of the SVG out, but leaves their text, which the attributes hide then.  It takes an attribute
        without a value out too: hence hidden="hidden", and the same as a style for sanitizers that know only
        that.
        """
        from urllib.parse import quote

        from .svg import svg_of

        live = svg_of(self._picture, standalone=False)
        still = quote(self.svg, safe=" =:;/,()'<>!?*@&$+{}[]|^`~-._")
        still = still.replace("<", "%3C").replace(">", "%3E")
        return (
            f'<div class="labkit-ladder"><style>.labkit-ladder .live{{display:block!important}}'
            ".labkit-ladder .still{display:none}</style>"
            f'<div class="live" hidden="hidden" style="display:none">{live}</div>'
            f'<img class="still" alt="sequence diagram (the text form says the same)" '
            f'src="data:image/svg+xml,{still.replace("&", "%26")}"></div>'
        )

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self._html()}


def ladder(
    trace,
    *,
    hosts=None,
    flow=None,
    calls: bool = True,
    states: bool = True,
    fold: bool | None = None,
    width: float | None = None,
    title: str = "",
) -> Ladder:
    """Draw a trace as a sequence diagram: time runs down, an arrow from departure to arrival for each frame.

    hosts   names of the hosts to draw, from left to right (default: all of the trace)
    flow    draw only this connection (a Flow of `trace.flows()`, its number, or one of its segments)
    calls   draw the socket calls at the margins
    states  draw the TCP states along the hosts' lines
    fold    True: runs of alike segments become one arrow ("14 segments, 20 kB"); None: when there are many
    width   pixels between the first and the last host's lines
    title   a line above it

    Raises ValueError for an unknown host or flow, TypeError for what is not a trace.
    """
    if not hasattr(trace, "items") or not hasattr(trace, "hosts"):
        raise TypeError(
            f"ladder draws a trace (got {type(trace).__name__}); write: with net.capture() as trace: ..."
        )
    if width is not None and not (isinstance(width, (int, float)) and 120 <= width <= 4000):
        raise ValueError(f"width is a number of pixels from 120 to 4000 (got {width!r})")
    return Ladder(tell(trace, hosts, flow, calls, states), title or "", fold, width)
