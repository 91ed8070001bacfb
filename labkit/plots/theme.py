"""Plots on a light page and on a dark one: nothing behind them, and colours that can be read on both.

A plot is a PNG, which no page's theme reaches.  So its ground is the page's own, and text is of a grey that stands out
against white about as much as against JupyterLab's black (4.2 to 1 at least; lines and areas 3 to 1, as WCAG asks of
graphics).
"""

from __future__ import annotations

import sys
from typing import Any

from labkit.drawing import style

RC: dict[str, Any] = {
    **dict.fromkeys(
        ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), style.PLOT_INK
    ),
    "axes.facecolor": "none",
    "grid.color": style.PLOT_INK,
    "grid.alpha": 0.3,
    "legend.framealpha": 0.0,
}
"""matplotlib's settings (`rcParams`) in a notebook."""

PRINTED: dict[str, Any] = {"bbox_inches": "tight", "facecolor": "none"}
"""How matplotlib's inline backend draws a figure (arguments of `print_figure`).

The figure keeps a white ground of its own: of one that has none, IPython tells JupyterLab to put white behind it.
"""


def follow_page(shell: Any) -> None:
    """Let what matplotlib draws in this notebook follow the page's theme; `shell`: IPython's.

    Loads nothing: matplotlib asks the shell's configuration when it is first used.  What somebody has configured
    there stays.
    """
    wanted = shell.config.InlineBackend
    for name, value in {"rc": RC, "print_figure_kwargs": PRINTED}.items():
        if name not in wanted:
            wanted[name] = value
    backend = sys.modules.get("matplotlib_inline.config")
    if backend is not None and backend.InlineBackend.initialized():  # pyplot was there before labkit
        backend.InlineBackend.instance().update_config(shell.config)
        sys.modules["matplotlib"].rcParams.update(wanted.rc)
