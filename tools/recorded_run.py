"""Run a lesson's cells in a fresh kernel of one mode, to record them or to try a recording; and keep what they gave."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode

from labkit.course.nbval import kernel
from tools.png import smaller
from tools.texts import ROOT

CELL_SECONDS, TRIAL_SECONDS = 60, 30
CALL = "application/vnd.labkit.call+json"
WIDGET = "application/vnd.jupyter.widget-view+json"


class CannotRecord(RuntimeError):
    """A lesson that cannot be recorded; says why."""


async def run(
    notebook: NotebookNode, mode: str, begin: str, end: str, *, trial: bool = False
) -> NotebookNode:
    """Run the notebook's cells in a fresh kernel of this mode, between two silent pieces of code.

    In a trial a cell may fail, or wait for ever: then it is interrupted.
    """
    with (
        kernel.folder_for_sockets() as sockets,
        tempfile.TemporaryDirectory(prefix="labkit-") as folder,
    ):
        manager = kernel.manager(Path(sockets), awaited=True)
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=TRIAL_SECONDS if trial else CELL_SECONDS,
            interrupt_on_timeout=trial,
            allow_errors=trial,
            resources={"metadata": {"path": folder}},
            record_timing=False,
            store_widget_state=False,
        )
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        env = {**kernel.surroundings(), "LABKIT_MODE": mode, "PYTHONPATH": path}
        try:
            async with client.async_setup_kernel(env=env, cleanup_kc=True):
                await _silently(client, begin)
                for number, cell in enumerate(notebook.cells):
                    await client.async_execute_cell(cell, number)
                await _silently(client, end)
        finally:
            await manager.shutdown_kernel(now=True)
    return notebook


async def _silently(client: NotebookClient, code: str) -> None:
    assert client.kc is not None
    reply = await client.kc.execute(code, silent=True, store_history=False, reply=True, timeout=CELL_SECONDS)
    if reply["content"]["status"] != "ok":
        told = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(reply["content"].get("traceback", [])))
        raise CannotRecord(f"the kernel said, to {code!r}:\n{told}")


def outputs_of(cell: NotebookNode) -> list[dict[str, Any]]:
    """A cell's outputs as they are kept: calls of the learning loop in place of what they showed."""
    kept: list[dict[str, Any]] = []
    inside = 0
    for output in cell.outputs:
        marker = output.get("data", {}).get(CALL)
        if marker is not None:
            if "begin" in marker and not inside:
                kept.append({"output_type": "call", "call": marker["begin"]})
            inside += 1 if "begin" in marker else -1
        elif inside:
            continue
        elif output.output_type == "stream":
            if kept and kept[-1].get("name") == output.name:
                kept[-1]["text"] += output.text
            else:
                kept.append({"output_type": "stream", "name": output.name, "text": output.text})
        elif output.output_type == "error":
            kept.append({key: output[key] for key in ("output_type", "ename", "evalue", "traceback")})
        else:
            data = {kind: value for kind, value in output.data.items() if kind != WIDGET}
            if "image/png" in data:
                data["image/png"] = smaller(data["image/png"])
            kept.append({"output_type": "display_data", "data": data, "metadata": dict(output.metadata)})
    return kept
