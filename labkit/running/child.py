"""A Python of labkit's own in a process of its own, started the same way by all that need one."""

from __future__ import annotations

import os
import sys

# Where this labkit lies: a child without site-packages finds just this one, whatever else is installed.
PARENT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))


def python_command(module: str, *numbers: int) -> list[str]:
    """The command line of a new Python that calls `main(*numbers)` of labkit's *module* ("labkit.modes.trial").

    It is isolated from the environment and its site-packages (-I, -S): it starts in 10 ms, and a `socket.py` in
    the learner's folder does not get in its way.
    """
    start = f"import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; main(*map(int, sys.argv[2:]))"
    return [sys.executable, "-I", "-S", "-u", "-c", start, PARENT, *map(str, numbers)]
