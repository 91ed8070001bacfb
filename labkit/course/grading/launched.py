"""`python -m labkit.course.grading.launched -f FILE`: ipykernel, with labkit's own modules loaded before the student's
folder is looked into, so that no `labkit.py` of theirs takes their place."""

from __future__ import annotations

import sys

import labkit.course.grading.verdict

if __name__ == "__main__":
    from ipykernel import kernelapp

    assert labkit.course.grading.verdict
    sys.path.insert(0, "")  # a notebook's own folder, as in any kernel
    kernelapp.launch_new_instance()
