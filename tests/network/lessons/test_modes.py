"""Every lesson runs to its end in every mode: in kernels from which the kernel of the system really takes the rights.

The mode namespaces is that of the notebooks' own tests.  Here the kernels run without namespaces ("loopback"), and
without capture too ("recorded"), as a user without rights (tests/limits.py); and, as well as Linux can show it, on
another system ("elsewhere"), where what only Linux has is missing.

The learners' edition differs from the solved one only in exercises that are open; it runs as well where
LABKIT_ALL_EDITIONS is set (every night).
"""

from __future__ import annotations

import os
from pathlib import Path

import limits
import nbformat
import pytest
from jupyter_core.utils import run_sync
from nbclient import NotebookClient

from labkit.course.nbval import kernel
from labkit.recordings import store
from labkit.recordings.mark import MARK
from tools import editions, texts

CELL_SECONDS = 60
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


class Limited(kernel.OwnKernelSpec):
    """This environment's kernel, started with less rights."""

    rights: dict[str, bool]

    def get_kernel_spec(self, kernel_name: str):
        spec = super().get_kernel_spec(kernel_name)
        spec.argv = limits.command(spec.argv, **self.rights)
        return spec


def run(notebook: nbformat.NotebookNode, folder: Path, rights: dict[str, bool], before: str = "") -> None:
    """Run all cells, those after an error too, in a kernel with these rights."""
    with kernel.folder_for_sockets() as sockets:
        manager = kernel.manager(Path(sockets), awaited=True)
        manager.kernel_spec_manager = Limited()
        manager.kernel_spec_manager.rights = rights
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=CELL_SECONDS,
            allow_errors=True,
            resources={"metadata": {"path": str(folder)}},
            record_timing=False,
            store_widget_state=False,
        )
        own = {
            name: str(folder / name.lower()) for name in ("IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_RUNTIME_DIR")
        }
        env = {**kernel.surroundings(), **own, "PYTHONPATH": str(texts.ROOT)}
        env.pop("LABKIT_MODE", None)

        async def all_cells() -> None:
            async with client.async_setup_kernel(env=env, cleanup_kc=True):
                if before:
                    assert client.kc is not None
                    reply = await client.kc.execute(before, silent=True, reply=True, timeout=CELL_SECONDS)
                    assert reply["content"]["status"] == "ok", reply["content"]
                for number, cell in enumerate(notebook.cells):
                    await client.async_execute_cell(cell, number)

        try:
            run_sync(all_cells)()
        finally:
            run_sync(manager.shutdown_kernel)(now=True)


def errors(notebook: nbformat.NotebookNode) -> list[str]:
    """What went wrong: errors that the lesson does not mean, and exercises that a check refused."""
    found = []
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", ()):
                found.append(f"cell {number}: {output.ename}: {output.evalue}\n{cell.source}")
            if output.output_type == "stream" and output.text.startswith("✗"):
                found.append(f"cell {number}: {output.text}")
    return found


def is_mark(output: nbformat.NotebookNode) -> bool:
    return bool(output.get("metadata", {}).get(MARK, {}).get("mark"))


def unmarked(notebook: nbformat.NotebookNode, shown: set[str]) -> list[str]:
    """Cells that are shown from the recording and do not say so first, or show something that does not."""
    found = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        if cell.id in shown and not (
            outputs and is_mark(outputs[0]) and "Recorded on" in outputs[0].data["text/plain"]
        ):
            found.append(cell.source)
        if cell.id not in shown and any(
            MARK in each.get("metadata", {}) and not is_mark(each) for each in outputs
        ):
            found.append(cell.source)
    return found


SOURCES = texts.sources()
EDITIONS = ["solved", *(["learner"] if os.environ.get("LABKIT_ALL_EDITIONS") else [])]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("source", SOURCES, ids=texts.name_of)
def test_a_lesson_runs_to_its_end(source, place, edition, tmp_path):
    if why := limits.why_not():
        pytest.skip(f"rights cannot be taken away here: {why}")
    notebook = editions.read(source)[edition == "solved"]
    run(notebook, tmp_path, PLACES[place], ELSEWHERE if place == "elsewhere" else "")
    shown = {cell.id for cell in store.load(texts.name_of(source)).cells if place in cell.shown}
    assert errors(notebook) == []
    assert unmarked(notebook, shown) == []
    if place != "elsewhere":
        first = next(cell for cell in notebook.cells if cell.cell_type == "code")
        modes = [output.data["text/plain"] for output in first.outputs if is_mark(output)]
        assert [mode.split(" (")[0] for mode in modes] == [f"Mode {place}"], first.outputs


def test_no_recorded_lesson_was_forgotten():
    assert store.names() == sorted(map(texts.name_of, SOURCES)), "run `make recordings`"
