"""Does nbgrader run this notebook?  It gives points to what neither raises nor writes to standard error."""

from __future__ import annotations

import os
import sys

GRADING = "NBGRADER_EXECUTION"  # set by nbgrader, to `autograde` or `validate`, while it runs a notebook


def graded() -> bool:
    """Does nbgrader run this notebook, to grade or to validate it?"""
    return bool(os.environ.get(GRADING))


def tell_all_on_stdout() -> None:
    """Let this kernel publish as standard output what is written to standard error.

    A thread, a process or a logger that something earlier left behind writes whenever it fails, and what it writes
    lands in the cell that runs then.  The name is changed where ipykernel's stream keeps it (`OutStream.name`), so
    that it holds for whoever has the stream already and for what a process writes to descriptor 2.
    """
    stream = sys.stderr
    while (beneath := getattr(stream, "_labkit_stream", None)) is not None:
        stream = beneath
    stream.name = "stdout"  # type: ignore[misc]  # only a kernel's stream is asked
