"""What tells nbgrader that an exercise is not solved: it gives points to what does not raise."""

from __future__ import annotations


class NotSolved(AssertionError):
    """An exercise that nbgrader gives no points for."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it: the story stands above, and where in the lab it was told is of no use."""
        return [f"{type(self).__name__}: {self}"]
