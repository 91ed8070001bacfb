"""How pytest runs the lessons: nbval, strict, each notebook in a kernel of its own.

Two things differ from plain nbval, and no cell is excused from comparison: pictures that carry real times
(SVG, and labkit's ladders, which are HTML around an SVG) are compared by the text beside them, and kernels
are started so that two at once cannot be given the same port.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import nbval.kernel
import nbval.plugin

from tools import kernel
from tools.editions import without_pictures


class Kernel(nbval.kernel.RunningKernel):
    """nbval's kernel, of this environment, over Unix sockets, with what it says at its death kept."""

    def __init__(self, kernel_name: str, cwd: str | None = None, startup_timeout: float = 60):
        self.folder = kernel.folder_for_sockets()
        folder = Path(self.folder.name)
        self.km = kernel.manager(folder, awaited=False)
        log = folder / "stderr"
        with log.open("wb") as stderr:
            self.km.start_kernel(cwd=cwd, stderr=stderr, stdout=subprocess.DEVNULL, env=kernel.surroundings())
        self.kc = self.km.client()
        self.kc.start_channels()
        try:
            self.kc.wait_for_ready(timeout=startup_timeout)
            self._ensure_iopub_up()
        except RuntimeError as error:
            self.stop()
            raise RuntimeError(f"the kernel did not start ({error}); it said:\n{log.read_text()}") from error

    def stop(self) -> None:
        """End the kernel and remove its sockets."""
        self.kc.stop_channels()
        self.km.shutdown_kernel(now=True)
        self.km.cleanup_resources()
        del self.km
        self.folder.cleanup()


def _compare_outputs(
    cell, test, ref, skip_compare=None, *, compare=nbval.plugin.IPyNbCell.compare_outputs
) -> bool:
    return compare(cell, without_pictures(test), without_pictures(ref), skip_compare)


# nbval offers no hook for either.
nbval.plugin.RunningKernel = Kernel
nbval.plugin.IPyNbCell.compare_outputs = _compare_outputs
