"""`python -m labkit.course.grading.launched -f FILE`: ipykernel, with labkit's own modules loaded before the student's
folder is looked into, so that no `labkit.py` of theirs takes their place."""

from __future__ import annotations

import os
import sys
from typing import Any

import labkit.course.grading.verdict

if __name__ == "__main__":
    modules: dict[str, Any] = sys.modules
    modules["debugpy"] = None  # nobody debugs here, and every kernel would load it
    from ipykernel import kernelapp

    assert labkit.course.grading.verdict
    sys.path.insert(0, "")  # a notebook's own folder, as in any kernel
    kernelapp.launch_new_instance()
    # All verdicts are told: what a student left, a thread that never ends or a call at exit, is not waited for.
    os._exit(0)
