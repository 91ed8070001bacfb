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
from labkit.learn.troubles import troubles
from labkit.words import say

FOLDER = "my-lessons"

# How JupyterLab is set for a learner, whoever installed it: it asks nobody about news, for which it would ask another
# machine, and a lesson that is opened the next day still shows its forms, in place of an error where each stood.
SETTINGS = Path(__file__).parent / "jupyter"


def listing() -> str:
    """All lessons, a line each: number, name, title; of one that is not written yet, that it is being written.

    Then what is wrong with those that others added.
    """
    here = {each.name for each in editions()}
    wide = max(map(len, catalogue.names()))
    lines = []
    for name in catalogue.names():
        said = _title(name)
        if name not in here:
            template = "{title} (no notebook)" if name in catalogue.others() else "{title} (being written)"
            said = say(template, title=said)
        lines.append(f"{catalogue.number(name):02}  {name:<{wide}}  {said}")
    return "\n".join([*lines, *troubles()])


def _title(name: str) -> str:
    try:
        return catalogue.title(name)
    except Exception:  # of a lesson that was added: troubles() says what
        if name not in catalogue.others():
            raise
        return name


def copy(folder: str, names: Sequence[str] = (), outputs: bool = False) -> list[str]:
    """Lay the lessons (those named, or all) into a folder; returns what there is to read.  Raises CourseError."""
    picked = chosen(names, editions())
    said = lay(picked, Path(folder), outputs)
    return [*said, say("{count} lessons in {folder}", count=len(picked), folder=folder)]


def lab(folder: str, arguments: Sequence[str] = ()) -> int:
    """Lay the lessons into a folder and open JupyterLab there, at the first; its own arguments follow.

    On POSIX JupyterLab takes this process's place; elsewhere this returns its exit status.  Raises CourseError.
    """
    found = editions()
    for line in [*lay(found, Path(folder)), *troubles()]:
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
    _add("JUPYTER_CONFIG_PATH", str(SETTINGS))
    # In JupyterLab's terminals `labkit on client` is this environment's, whether or not it was activated.
    _add("PATH", os.path.dirname(sys.executable), os.defpath)
    try:
        os.chdir(folder)
        if os.name == "posix":
            os.execv(command[0], command)
        return subprocess.run(command, check=False).returncode
    except OSError as error:
        raise CourseError(
            say("JupyterLab cannot be started in {folder}: {why}", folder=folder, why=error.strerror or error)
        ) from error


def _add(variable: str, folder: str, default: str = "") -> None:
    """Put a folder before the others that a variable of the environment names."""
    os.environ[variable] = os.pathsep.join(filter(None, [folder, os.environ.get(variable, default)]))
