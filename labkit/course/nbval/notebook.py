"""nbval's notebooks and cells, where they use labkit: other notebooks stay nbval's own.

Two things differ from plain nbval, and no cell is excused from comparison: pictures that carry real times (SVG, and
labkit's ladders, which are HTML around an SVG) are compared by the text beside them, and kernels are started so that
two at once cannot be given the same port.
"""

from __future__ import annotations

import queue
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from jupyter_client.kernelspec import NoSuchKernel
from nbval.cover import setup_coverage
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager, RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile

from labkit.course.nbval import kernel
from labkit.course.nbval.machine import need_hosts
from labkit.course.nbval.pictures import uses_labkit, without_pictures
from labkit.words import say

ALIVE_S = 0.5  # how often it is asked whether a kernel is alive, while it says nothing


class Kernel(RunningKernel):
    """nbval's kernel, over Unix sockets; what it says is kept, for an error at its start.

    kernel_name: as nbval's; cwd: the folder it works in; startup_timeout: seconds.  Raises RuntimeError when there is
    no such kernel, or when it does not start.
    """

    def __init__(self, kernel_name: str, cwd: str, startup_timeout: float):
        self._folder = kernel.folder_for_sockets()
        try:
            self._start(kernel_name, cwd, startup_timeout)
        except BaseException:
            self.stop()
            raise

    def _start(self, kernel_name: str, cwd: str, startup_timeout: float) -> None:
        folder = Path(self._folder.name)
        self.km = kernel.manager(folder, awaited=False, name=kernel_name, specs=NbvalKernelspecManager())
        log = folder / "stderr"
        try:
            with log.open("wb") as stderr:
                self.km.start_kernel(
                    cwd=cwd, stderr=stderr, stdout=subprocess.DEVNULL, env=kernel.surroundings()
                )
            self.kc = self.km.client()
            self.kc.start_channels()
            self.kc.wait_for_ready(timeout=startup_timeout)
            self._ensure_iopub_up()
        except NoSuchKernel as error:
            text = say(
                "the notebook names the kernel {name!r}, which is not installed here; "
                "pytest --nbval --nbval-current-env runs it in this environment",
                name=kernel_name,
            )
            raise RuntimeError(text) from error
        except RuntimeError as error:
            text = say(
                "the kernel did not start ({error}); it said:\n{said}", error=error, said=log.read_text()
            )
            raise RuntimeError(text) from error

    def get_message(self, stream: str, timeout: float | None = None) -> dict:
        """The kernel's next message, as nbval's; a kernel that died says none more, and a RuntimeError says so at once.

        stream: "iopub" or "shell"; timeout: seconds, after which queue.Empty is raised; None: as long as it lives.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            left = ALIVE_S if until is None else until - time.monotonic()
            try:
                return super().get_message(stream, timeout=max(0, min(ALIVE_S, left)))
            except queue.Empty:
                if not self.is_alive():
                    raise RuntimeError(say("the kernel died")) from None
                if left <= ALIVE_S and until is not None:
                    raise

    def stop(self) -> None:
        """End the kernel, if it has begun and not ended, and remove its sockets.  Stopping twice is as good as once."""
        if hasattr(self, "kc"):
            self.kc.stop_channels()
        if hasattr(self, "km"):
            if self.km.has_kernel:
                self.km.shutdown_kernel(now=True)
            self.km.cleanup_resources()
            del self.km
        self._folder.cleanup()


class Cell(IPyNbCell):
    """A cell whose pictures are compared by the text beside them."""

    def compare_outputs(self, test: list, ref: list, skip_compare: tuple | None = None) -> bool:
        """Are the outputs of this run the stored ones?"""
        return super().compare_outputs(without_pictures(test), without_pictures(ref), skip_compare)


class Notebook(IPyNbFile):
    """A notebook; where it uses labkit, its cells and its kernel are those above, and it needs hosts."""

    ours = False

    def collect(self) -> list[IPyNbCell]:
        """Its code cells."""
        cells = list(super().collect())
        self.ours = uses_labkit(self.nb)
        if not self.ours:
            return cells
        return [
            Cell.from_parent(
                self, name=cell.name, cell_num=cell.cell_num, cell=cell.cell, options=cell.options
            )
            for cell in cells
        ]

    def setup(self) -> None:
        """Start its kernel, as nbval does; where no hosts can be made, skip all its cells."""
        if not self.ours:
            super().setup()
            return
        need_hosts()
        option = self.config.option
        name = option.nbval_kernel_name or self.nb.metadata.get("kernelspec", {}).get("name", "python3")
        if option.nbval_current_env:
            name = CURRENT_ENV_KERNEL_NAME
        self.kernel = Kernel(name, str(self.path.parent), option.nbval_kernel_startup_timeout)
        self.setup_sanitize_files()
        if getattr(option, "cov_source", None):
            setup_coverage(self.config, self.kernel, self.path)

    def teardown(self) -> None:
        """End its kernel, one that has died before too."""
        super().teardown()
        if isinstance(self.kernel, Kernel):
            self.kernel.stop()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Put a `Notebook` where nbval has collected one of its own."""
    collected = yield
    return [
        Notebook.from_parent(parent, path=file_path) if type(one) is IPyNbFile else one for one in collected
    ]
