"""nbgrader, as the lab's environment for grading has it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.classroom.run import PYTHON
from labkit.course.nbval import kernel


def done(command: Sequence[str | Path], cwd: Path) -> subprocess.CompletedProcess:
    """A program of that environment, once it has ended."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**kernel.surroundings(), "PATH": f"{PYTHON.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
