"""Where nbgrader runs a notebook: it gives points to what does not raise."""

from __future__ import annotations

import os

GRADING = "NBGRADER_EXECUTION"  # set by nbgrader, to `autograde` or `validate`, while it runs a notebook


def graded() -> bool:
    """Does nbgrader run this notebook, to grade or to validate it?"""
    return bool(os.environ.get(GRADING))


class NotSolved(AssertionError):
    """An exercise that nbgrader gives no points for."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it: the story stands above, and where in the lab it was told is of no use."""
        return [f"{type(self).__name__}: {self}"]
