"""Runs a lesson's notebook in a kernel of its own, which may have less rights, and tells what went wrong in it.

notebook = editions.read(source)[1]
run(notebook, tmp_path, {"capture": True})
assert went_wrong(notebook.cells) == []
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import limits
import nbformat
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError
from waiting import wait_for

from labkit.course.nbval import kernel
from tools import texts

CELL_SECONDS = 60
# Rights by place: the modes other than "namespaces", and another system.
PLACES = {
    "loopback": {"capture": True},
    "recorded": {},
    "elsewhere": {},
}
# What macOS lacks of what lessons name.
ELSEWHERE = """
import os, socket, sys
import labkit
from labkit.recordings import player
player.current().place = "elsewhere"
for module, names in ((socket, "TCP_CORK TCP_QUICKACK SO_PEERCRED"), (os, "memfd_create sched_getaffinity")):
    for name in names.split():
        delattr(module, name)
"""

# A figure is then told by its text alone, which is all that is compared of it.
UNDRAWN = "get_config().InlineBackend.figure_formats = set()"


class Limited(kernel.OwnKernelSpec):
    """This environment's kernel, started with less rights."""

    rights: dict[str, bool]

    def get_kernel_spec(self, kernel_name: str):
        spec = super().get_kernel_spec(kernel_name)
        spec.argv = limits.command(spec.argv, **self.rights)
        return spec


def run(
    notebook: nbformat.NotebookNode,
    folder: Path,
    rights: dict[str, bool] | None = None,
    before: str = "",
    seconds: int = CELL_SECONDS,
    drawn: bool = True,
) -> None:
    """Run all cells, those after an error too.

    rights: those that the kernel keeps, of limits.command's; None takes none away.  before: code that runs first.
    seconds: a cell that is not done by then is interrupted, and its outputs say so.  drawn: is what matplotlib plots
    drawn, too?  folder: a test's `tmp_path`; those beside it share matplotlib's list of fonts, made once.
    """
    with kernel.folder_for_sockets() as sockets:
        manager = kernel.manager(Path(sockets), awaited=True)
        if rights is not None:
            manager.kernel_spec_manager = Limited()
            manager.kernel_spec_manager.rights = rights
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=seconds,
            allow_errors=True,
            resources={"metadata": {"path": str(folder)}},
            record_timing=False,
            store_widget_state=False,
        )
        own = {name: str(folder / name.lower()) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
        own["MPLCONFIGDIR"] = str(folder.parent / "mplconfigdir")
        if not drawn:
            profile = folder / "ipythondir" / "profile_default"
            profile.mkdir(parents=True)
            (profile / "ipython_kernel_config.py").write_text(UNDRAWN, encoding="utf-8")
        temporary = Path(sockets) / "tmp"  # short, for those who put a Unix socket there
        temporary.mkdir()
        Path(sockets).chmod(0o711)  # lesson ipc lets other users in
        env = {**kernel.surroundings(), **own, "PYTHONPATH": str(texts.ROOT), "TMPDIR": str(temporary)}
        env.pop("LABKIT_MODE", None)

        async def all_cells() -> None:
            async with client.async_setup_kernel(env=env, cleanup_kc=True):
                if before:
                    assert client.kc is not None
                    reply = await client.kc.execute(before, silent=True, reply=True, timeout=CELL_SECONDS)
                    assert reply["content"]["status"] == "ok", reply["content"]
                for number, cell in enumerate(notebook.cells):
                    try:
                        await client.async_execute_cell(cell, number)
                    except CellTimeoutError:
                        cell.outputs.append(_too_late(seconds))
                        await manager.interrupt_kernel()

        try:
            run_sync(all_cells)()
        finally:
            run_sync(manager.shutdown_kernel)(now=True)
        # The kernel was killed: what is left now is left after each such end.
        wait_for(lambda: not list(temporary.iterdir()))


def _too_late(seconds: int) -> nbformat.NotebookNode:
    told = f"not done after {seconds} s, and interrupted"
    return nbformat.v4.new_output("error", ename="Deadline", evalue=told, traceback=[])


def went_wrong(cells: Iterable[nbformat.NotebookNode], *, solved: bool = True) -> list[str]:
    """Errors that the lesson does not mean, cells that came to no end; where it is solved, what a check refused."""
    found = []
    for number, cell in enumerate(cells, 1):
        meant = "raises-exception" in cell.metadata.get("tags", ())
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and not (meant and output.ename != "Deadline"):
                found.append(f"cell {number}: {output.ename}: {output.evalue}\n{cell.source}")
            if solved and output.output_type == "stream" and output.text.startswith("✗"):
                found.append(f"cell {number}: {output.text}")
    return found
