"""What a notebook is, seen from inside: is this process a kernel, and how does an output name a widget?"""

from __future__ import annotations

import sys

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def in_notebook() -> bool:
    """Is this process a Jupyter kernel?  (Whether anyone looks at it, a kernel cannot know.)"""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


def view_of(widget) -> dict:
    """What an output holds under `WIDGET_VIEW`, so that the front end draws this widget."""
    return {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
