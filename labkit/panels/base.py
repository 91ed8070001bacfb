"""What every panel can do: show itself as text, as a still picture, and in a notebook as a widget."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from labkit.notebook.kernel import WIDGET_VIEW, in_notebook, view_of


class Panel:
    """Something to touch, as a value: `text` for a terminal and for comparing, a still picture for documents, a
    widget for JupyterLab.

    A subclass gives `text` (the same on every run of the same conversation: no times, no chance), `_html()` (what
    documents and notebooks without a kernel show) and `_widget()` (made when it is first shown in a kernel, never
    before).  A panel starts no traffic before it is touched.
    """

    if TYPE_CHECKING:  # a subclass gives it

        @property
        def text(self) -> str: ...

    @cached_property
    def widget(self) -> Any:
        """The panel's widget; made on the first use."""
        return self._widget()

    def _html(self) -> str:
        raise NotImplementedError

    def _widget(self) -> Any:
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": self.text, "text/html": self._html()}
        if in_notebook():
            bundle[WIDGET_VIEW] = view_of(self.widget)
        return bundle
