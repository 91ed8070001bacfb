"""The bars of an explanation as a drawing: shown in a notebook, saved as SVG, PNG or text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.drawing.drawn import Drawn
from labkit.explain.text import table

if TYPE_CHECKING:
    from labkit.drawing.shapes import Picture
    from labkit.explain.explanation import Explanation


class Bars(Drawn):
    """Where the time of each connection went."""

    kind, means = "bars", "bars of where the time went"

    def __init__(self, explanation: Explanation) -> None:
        self._explanation = explanation

    @property
    def text(self) -> str:
        """The same as tables."""
        return "\n\n".join("\n".join(table(account)) for account in self._explanation.accounts)

    @property
    def _picture(self) -> Picture:
        return self._explanation._picture
