"""nbgrader's step that runs a notebook, with walls around it and an end to it.

A cell that takes too long is interrupted by nbgrader; here the whole notebook has bounds, too.  A kernel that dies
takes no marks that were earned before, and gives none after.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.exchange.default import Exchange
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade, is_solution
from traitlets import Bool, Float, Integer

from labkit.course.grading.kernels import ConfinedKernelManager, try_walls
from labkit.course.grading.mode import own_mode
from labkit.course.grading.places import course_of, private_to
from labkit.course.grading.sealing import not_run, sealed, settle
from labkit.course.variants.table import as_seed, seed_of
from labkit.words import say

_FLOOD = 20  # times what is kept of a cell's outputs: then it is ended
_NO_RESTART = "the kernel ended in a cell above"


class ConfinedExecute(Execute):
    """Runs a student's notebook behind walls, for so many seconds, with so much memory and so many processes."""

    confine = Bool(True, help="Run students' code in namespaces of its own").tag(config=True)
    most_seconds = Float(300, help="for one notebook").tag(config=True)
    most_memory_mb = Integer(2000, help="of all processes of a notebook").tag(config=True)
    most_processes = Integer(300, help="of a notebook").tag(config=True)
    most_output = Integer(
        1_000_000, help="characters that a cell may show; what comes after is left out"
    ).tag(config=True)

    def __init__(self, *arguments: Any, **named: Any):
        self._died, self._shown, self._seed = "", 0, 0
        self._private: tuple[str, ...] = ()
        self._managers: list[ConfinedKernelManager] = []
        super().__init__(*arguments, **named)
        if self.confine:
            self.kernel_manager_class = ConfinedKernelManager

    def preprocess(self, nb: NotebookNode, resources: Any, km: Any = None) -> tuple[NotebookNode, Any]:
        """Run the notebook.  Raises NoMark where a check of it could not be made, which is not the student's fault."""
        self._died = ""
        course = course_of(self)
        self._private = private_to(course, Exchange(config=self.config).root)
        self._seed = seed_of(Path(course.root), resources["nbgrader"]["student"])
        if self.confine:
            try_walls()
        try:
            with as_seed(self._seed), own_mode():
                return super().preprocess(nb, resources, km)
        finally:
            self.kernel_name = ""
            for manager in self._managers:
                manager.remove()
            self._managers.clear()

    def create_kernel_manager(self) -> Any:
        """A manager of a confined kernel, whatever kernel the notebook names."""
        manager = super().create_kernel_manager()
        if isinstance(manager, ConfinedKernelManager):
            self._managers.append(manager)
            manager.private = self._private
            manager.bounds = {
                "seconds": self.most_seconds,
                "memory_mb": self.most_memory_mb,
                "processes": self.most_processes,
            }
        return manager

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        """Run a cell; of one that checks, keep what its verdict was and nothing else that looks like one."""
        checks = cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)
        self._shown = 0
        if self._died:
            if cell.cell_type == "code":
                cell.outputs = []
                not_run(cell, say(_NO_RESTART))
            return cell, self.resources
        source, number = cell.source, secrets.token_hex(16)
        if checks:
            cell.source = sealed(source, number, self._seed)
        try:
            cell, resources = super().preprocess_cell(cell, resources, index)
        except DeadKernelError:
            self._died = self._why()
            not_run(cell, self._died)
        except CellTimeoutError:  # nor did it heed the interrupt
            self._died = say("this cell did not come to its end, though it was interrupted")
            not_run(cell, self._died)
        finally:
            cell.source = source
        if checks:
            settle(cell, number, self._died)
        return cell, self.resources

    def process_message(self, msg: Any, cell: NotebookNode, cell_index: int) -> Any:
        """Take what a cell shows, as long as it is not too much."""
        if msg["msg_type"] in ("stream", "display_data", "update_display_data", "execute_result", "error"):
            self._shown += len(json.dumps(msg["content"], default=str))
            if self._shown > _FLOOD * self.most_output:
                self.km.provisioner.process.kill()  # which kills nobody who has its number after it
            if self._shown > self.most_output and msg["msg_type"] not in ("error", "execute_result"):
                return None
        return super().process_message(msg, cell, cell_index)

    def _why(self) -> str:
        """Why the kernel is dead."""
        if self._shown > _FLOOD * self.most_output:
            return say(
                "this cell showed more than {most} characters and was ended", most=_FLOOD * self.most_output
            )
        ended = self.km.ended if isinstance(self.km, ConfinedKernelManager) else ""
        return (
            say("the notebook {why} and was ended", why=ended) if ended else say("this cell ended the kernel")
        )
