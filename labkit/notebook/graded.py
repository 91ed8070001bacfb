"""Does nbgrader run this notebook?  It gives points to what neither raises nor writes to standard error."""

from __future__ import annotations

import os

GRADING = "NBGRADER_EXECUTION"  # set by nbgrader, to `autograde` or `validate`, while it runs a notebook


def graded() -> bool:
    """Does nbgrader run this notebook, to grade or to validate it?"""
    return bool(os.environ.get(GRADING))
