"""A panel's view that says what its names mean."""

from __future__ import annotations

import anywidget
import traitlets

from labkit.terms.finding import meanings


class ExplainingWidget(anywidget.AnyWidget):
    """A view whose script calls `explain(root, model.get("meanings"))`: names in data-term are explained there."""

    meanings = traitlets.Dict().tag(sync=True)

    @traitlets.default("meanings")
    def _meanings(self) -> dict[str, dict[str, str]]:
        return meanings()
