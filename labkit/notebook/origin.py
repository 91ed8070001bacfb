"""Where running code stands, for somebody who looks from elsewhere: which notebook and cell, or which program."""

from __future__ import annotations

import os
import sys
from typing import Any

from labkit.notebook.kernel import ipython


def origin() -> dict[str, Any]:
    """Of the code that runs now.

    notebook  its file's name; None where this process runs no notebook, "" where it does and the front end names none
    cell      the number in brackets beside the cell; None outside IPython
    program   the script's file name; "python" where there is none
    """
    shell = ipython()
    notebook = None
    if getattr(shell, "kernel", None) is not None:
        # Jupyter's server says it in the environment, VS Code in a variable.
        path = shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
        notebook = os.path.basename(path)
    script = sys.argv[0] if sys.argv else ""
    if os.path.basename(script) == "__main__.py":  # python -m pytest
        script = os.path.dirname(script)
    return {
        "notebook": notebook,
        "cell": _cell(shell),
        "program": os.path.basename(script).removeprefix("-c") or "python",
    }


def _cell(shell: Any) -> int | None:
    """By the inputs so far: while a cell runs, `execution_count` is its own number or, since IPython 9, the next."""
    history = getattr(shell, "history_manager", None)
    return len(history.input_hist_parsed) - 1 if history is not None else None
