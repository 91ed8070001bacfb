"""A notebook kernel behind walls: it reaches neither the teacher's files, nor other processes, nor any network."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from labkit.course.confining.plan import Plan, private_places, python_places, secret_places
from labkit.course.nbval.kernel import OwnKernelSpec
from labkit.words import say

_ENDED = "ended"
# No module of the folder in which it starts, which is the student's, takes another's place: it would run outside.
_SAFE = (sys.executable, "-P", "-m")


class CannotConfine(Exception):
    """This machine does not let students' code be confined; the message says why and what to do."""


class ConfinedKernelManager(AsyncKernelManager):
    """Starts this environment's Python kernel behind walls.  `bounds` are the plan's, `private` are folders to hide."""

    private: tuple[str, ...] = ()

    def __init__(self, **named: Any):
        self.bounds: dict[str, Any] = {}
        self._ours = Path(tempfile.mkdtemp(prefix=f"labkit-graded-{os.getpid()}-", dir="/tmp"))
        self._sockets = self._ours / "k"  # the path of a Unix socket has at most 107 characters
        self._sockets.mkdir()
        super().__init__(
            **named,
            kernel_spec_manager=OwnKernelSpec(),
            connection_file=str(self._sockets / "kernel.json"),
            transport="ipc",
            ip=str(self._sockets / "s"),
        )

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The kernel's own command, behind the one that builds the walls."""
        usual = super().format_kernel_cmd(extra_arguments=extra_arguments)
        plan = plan_for(self.private, self._sockets, self._ours / _ENDED, **self.bounds)
        usual[usual.index("-m") + 1] = "labkit.course.grading.launched"
        return [*_SAFE, "labkit.course.confining", plan.to_json(), "--", usual[0], "-P", *usual[1:]]

    @property
    def ended(self) -> str:
        """Why the kernel was ended from outside; "" if it was not."""
        try:
            return (self._ours / _ENDED).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def remove(self) -> None:
        """Remove its folder, when it has ended."""
        shutil.rmtree(self._ours, ignore_errors=True)


def plan_for(private: tuple[str, ...], writable: Path, ended: Path, **bounds: Any) -> Plan:
    """The bounds of a student's notebook, of a course that has these folders."""
    hidden = private_places(*private)
    return Plan(hidden, python_places(), secret_places(), str(writable), str(ended), **bounds)


@cache
def try_walls() -> None:
    """Raises CannotConfine where a program cannot be confined."""
    why = say("it takes Linux")
    if sys.platform == "linux":
        with contextlib.ExitStack() as stack:
            writable = stack.enter_context(tempfile.TemporaryDirectory())
            plan = plan_for((writable,), Path(writable), Path(writable) / _ENDED)
            program = [*_SAFE, "labkit.course.confining", plan.to_json(), "--", "/bin/true"]
            tried = subprocess.run(
                program, cwd=writable, capture_output=True, text=True, timeout=60, check=False, env=os.environ
            )
        if tried.returncode == 0:
            return
        why = tried.stderr.strip().splitlines()[-1] if tried.stderr.strip() else str(tried.returncode)
    template = (
        "Students' code cannot be confined on this machine ({why}), so it could read and change the gradebook. Grade in"
        " a container or a virtual machine that holds nothing else, and say so with"
        " c.ConfinedExecute.confine = False in nbgrader_config.py; `labkit doctor` says what user namespaces lack."
    )
    raise CannotConfine(say(template, why=why))
