"""What every drawing of ours can do: show itself in a notebook, as text, as SVG, as PNG."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from labkit.drawing.shapes import Picture


class Drawn:
    """A drawing as a value: `text` for a terminal and for comparing, SVG for a page, PNG for the rest.

    In a notebook it shows itself; its `repr` is its text.  A subclass gives `text` and `_picture`
    (`shapes.Picture`), and says in `kind` and `means` what it is: "ladder", a "sequence diagram".
    """

    kind, means = "drawing", "drawing"

    if TYPE_CHECKING:  # a subclass gives them

        @property
        def text(self) -> str: ...
        @property
        def _picture(self) -> Picture: ...

    @cached_property
    def svg(self) -> str:
        """The drawing as a standalone SVG document (a string)."""
        from labkit.drawing.svg import svg_of

        return svg_of(self._picture)

    def png(self, dpi: float = 192) -> bytes:
        """The drawing as PNG; dpi=96 draws a pixel for each of the layout's, 192 two (a large one: between)."""
        from labkit.drawing.png import png_of

        return png_of(self._picture, dpi)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to "x.svg", "x.png" or "x.txt"; gives the path.  ValueError for another suffix."""
        from pathlib import Path  # 3 ms that a first ladder does without

        path = Path(path)
        if path.suffix == ".svg":
            path.write_text(self.svg + "\n", encoding="utf-8")
        elif path.suffix == ".png":
            path.write_bytes(self.png())
        elif path.suffix == ".txt":
            path.write_text(self.text + "\n", encoding="utf-8")
        else:
            raise ValueError(
                f"a {self.kind} is saved as .svg, .png or .txt (got {path.name!r}); "
                f"write save({path.stem + '.svg'!r})"
            )
        return path

    def __repr__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.svg == other.svg and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def _html(self) -> str:
        from labkit.drawing.legend import legend, terms_of
        from labkit.drawing.page import html_of
        from labkit.drawing.svg import still_of, svg_of

        live = svg_of(self._picture, standalone=False) + legend(terms_of(self._picture))
        return html_of(live, still_of(self._picture), f"labkit-{self.kind}", self.means)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self._html()}
