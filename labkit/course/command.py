"""`labkit lessons` and `labkit lab`: the lessons listed, laid into a folder of the learner's, and opened there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from labkit.course.copies import lay
from labkit.course.editions import CourseError, chosen, editions
from labkit.learn import catalogue
from labkit.words import say

FOLDER = "my-lessons"


def listing() -> str:
    """All lessons, a line each: number, name, title; of one that is not written yet, that it is being written."""
    here = {each.name for each in editions()}
    wide = max(map(len, catalogue.names()))
    lines = []
    for name in catalogue.names():
        title = catalogue.title(name)
        said = title if name in here else say("{title} (being written)", title=title)
        lines.append(f"{catalogue.number(name):02}  {name:<{wide}}  {said}")
    return "\n".join(lines)


def copy(folder: str, names: Sequence[str] = ()) -> list[str]:
    """Lay the lessons (those named, or all) into a folder; returns what there is to read.  Raises CourseError."""
    picked = chosen(names, editions())
    said = lay(picked, Path(folder))
    return [*said, say("{count} lessons in {folder}", count=len(picked), folder=folder)]


def lab(folder: str, arguments: Sequence[str] = ()) -> int:
    """Lay the lessons into a folder and open JupyterLab there, at the first; its own arguments follow.

    On POSIX JupyterLab takes this process's place; elsewhere this returns its exit status.  Raises CourseError.
    """
    found = editions()
    for line in lay(found, Path(folder)):
        print(line)
    sys.stdout.flush()
    command = [sys.executable, "-m", "jupyterlab", f"--LabApp.default_url=/lab/tree/{found[0].file}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in containers there is no other user, and Jupyter asks
        command.append("--allow-root")
    if os.name == "posix":
        # No login shell, which Jupyter takes where its output is no terminal: it would set PATH anew.
        shell = os.environ.get("SHELL") or "/bin/sh"
        command.append(f"--ServerApp.terminado_settings={dict(shell_command=[shell])}")
    command += arguments
    # In JupyterLab's terminals `labkit on client` is this environment's, whether or not it was activated.
    programs = os.path.dirname(sys.executable)
    os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])
    try:
        os.chdir(folder)
        if os.name == "posix":
            os.execv(command[0], command)
        return subprocess.run(command, check=False).returncode
    except OSError as error:
        raise CourseError(
            say("JupyterLab cannot be started in {folder}: {why}", folder=folder, why=error.strerror or error)
        ) from error
