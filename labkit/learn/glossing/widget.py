"""The glossary in JupyterLab, with a field to search in."""

from __future__ import annotations

import anywidget
import traitlets

from labkit.notebook.widgets.files import script, style


class GlossaryWidget(anywidget.AnyWidget):
    """The entries (HTML of `page.rich`), of which the page shows those that hold what was typed.  Nothing is sent."""

    _esm = script(__file__, "glossary")
    _css = style(__file__, "glossary")
    html = traitlets.Unicode().tag(sync=True)
