"""What a notebook is, seen from inside: is this process a kernel, and how does an output name a widget?"""

from __future__ import annotations

import sys
from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def ipython() -> Any:
    """IPython's shell in this process; None where there is none.  Nothing is imported for it."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None


def kernel_shell() -> Any:
    """The shell of the Jupyter kernel that this process is; None where it is none.

    Whether anyone looks at it, a kernel cannot know.
    """
    shell = ipython()
    return shell if getattr(shell, "kernel", None) is not None else None


def in_notebook() -> bool:
    """Is this process a Jupyter kernel?"""
    return kernel_shell() is not None


def view_of(widget: Any) -> dict[str, Any]:
    """What an output holds under `WIDGET_VIEW`, so that the front end draws this widget."""
    return {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
