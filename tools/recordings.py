"""Record the lessons, for the machines that have not the full mode.

python -m tools.recordings            record the lessons whose recording is not what their source gives
python -m tools.recordings 02 05      these, whatever
python -m tools.recordings --all      every one
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import os
import platform
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode

from labkit import __version__
from labkit.course.nbval import kernel
from labkit.recordings import store
from labkit.recordings.store import Cell, Content, Recording
from tools import editions
from tools.editions import ROOT

CELL_SECONDS, TRIAL_SECONDS = 60, 30
MOST_TRIALS = 8
TRIALS = (("loopback", "loopback"), ("recorded", "recorded"), ("recorded", "elsewhere"))
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


def code_cells(source: Path) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """The code cells of both editions, learners' and solved."""
    learner, solved = editions.read(source)
    return (
        [cell for cell in learner.cells if cell.cell_type == "code"],
        [cell for cell in solved.cells if cell.cell_type == "code"],
    )


def table(source: Path) -> list[Cell]:
    """The lesson's cells as a recording knows them, all live."""
    return [
        Cell(cell.id, store.digest(cell.source), _first_line(cell.source), mine.source != cell.source, {})
        for mine, cell in zip(*code_cells(source), strict=True)
    ]


def _first_line(source: str) -> str:
    return source.strip().splitlines()[0][:72]


def in_step(source: Path, folder: Path = store.DATA) -> bool:
    """Whether there is a recording of just these cells."""
    try:
        recording = store.load(source.stem, folder)
        store.read(recording)
    except store.RecordingError:
        return False
    return [cell._replace(shown={}) for cell in recording.cells] == table(source)


async def record(source: Path, folder: Path = store.DATA) -> str:
    """Record a lesson and find where each cell runs live; says in a word what came of it.

    The files are written only where what they say has changed.
    """
    old = _known(source, folder)
    with tempfile.TemporaryDirectory(prefix="labkit-recording-") as scratch:
        fresh = await _recorded(source, Path(scratch))
        for mode, place in TRIALS:
            fresh = await _tried(fresh, source, mode, place)
        content = store.read(fresh)
        if old is not None and _says(*old) == _says(fresh, content):
            return "says what it said"
        store.save(fresh._replace(folder=folder), content)
        return "recorded"


def _known(source: Path, folder: Path) -> tuple[Recording, Content] | None:
    try:
        recording = store.load(source.stem, folder)
        return recording, store.read(recording)
    except store.RecordingError:
        return None


def _says(recording: Recording, content: Content) -> list:
    """What a recording tells: all but times, pictures and the bytes of variables."""
    outputs = [[_facts(output) for output in cell] for cell in content.outputs]
    return [[cell._asdict() for cell in recording.cells], outputs, content.removed]


def _facts(output: dict[str, Any]) -> list:
    if output["output_type"] == "call":
        return ["call"]
    node = nbformat.from_dict({"metadata": {}, **output})
    return editions.facts(NotebookNode(outputs=[node]))


async def _recorded(source: Path, folder: Path) -> Recording:
    _, cells = code_cells(source)
    notebook = nbformat.v4.new_notebook(cells=cells)
    begin = f"import tools.recording_kernel as _k; _recorder = _k.Recorder({str(folder)!r})"
    await run(notebook, "namespaces", begin, "_recorder.finish()")
    listed = [f"{number:02}" for number in range(len(cells))]
    content = Content(
        (folder / "tables.pickle").read_bytes(),
        [outputs_of(cell) for cell in cells],
        [(folder / f"{name}.pickle").read_bytes() for name in listed],
        [json.loads((folder / f"{name}.json").read_text()) for name in listed],
    )
    made = {
        "system": platform.system(),
        "kernel": ".".join(platform.release().split(".")[:2]),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "labkit": __version__,
    }
    return store.save(Recording(source.stem, made, tuple(table(source)), "", folder), content)


async def _tried(recording: Recording, source: Path, mode: str, place: str) -> Recording:
    """The recording, knowing which cells must be shown from it in this place."""
    for _ in range(MOST_TRIALS):
        answer = recording.folder / "trial.json"
        _, cells = code_cells(source)
        begin = (
            "import tools.recording_kernel as _k;"
            f"_trial = _k.Trial({str(recording.folder)!r}, {mode!r}, {place!r}, {recording.lesson!r})"
        )
        await run(
            nbformat.v4.new_notebook(cells=cells), mode, begin, f"_trial.finish({str(answer)!r})", trial=True
        )
        found = {int(number): why for number, why in json.loads(answer.read_text()).items()}
        own = [number for number in found if recording.cells[number].own]
        if own:
            raise CannotRecord(f"{source.name}: the exercise in code cell {own[0]} fails: {found[own[0]][1]}")
        if VERBOSE:
            for number, (why, told) in found.items():
                print(
                    f"  {recording.lesson} {place} [{number}] {recording.cells[number].begins}: {why} ({told[:150]})"
                )
        if not found:
            return recording
        cells_ = tuple(
            cell._replace(shown={**cell.shown, place: found[number][0]}) if number in found else cell
            for number, cell in enumerate(recording.cells)
        )
        recording = recording._replace(cells=cells_)
        store.save_table(recording)
    raise CannotRecord(f"{source.name}: in {place}, other cells fail each time: {found}")


VERBOSE = False


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


def smaller(png: str) -> str:
    """The picture (base64) with 128 colours of its own, where that is smaller: plots have few."""
    from PIL import Image

    data = base64.b64decode(png)
    written = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    best = min((written.getvalue(), data), key=len)
    return base64.b64encode(best).decode()


async def _all(sources: list[Path], jobs: int) -> int:
    free, failed = asyncio.Semaphore(jobs), 0

    async def one(source: Path) -> bool:
        async with free:
            begun = time.monotonic()
            try:
                said = await record(source)
            except (CellExecutionError, CellTimeoutError, CannotRecord, editions.SourceError) as error:
                print(f"{source.name}: {error}", file=sys.stderr)
                return False
            size = sum((store.DATA / f"{source.stem}.{kind}").stat().st_size for kind in ("json", "zip"))
            print(
                f"{source.stem}: {said} in {time.monotonic() - begun:.1f} s, {size / 1000:.0f} kB", flush=True
            )
            return True

    failed = (await asyncio.gather(*map(one, sources))).count(False)
    for name in set(store.names()) - {source.stem for source in editions.sources()}:
        for kind in ("json", "zip"):
            (store.DATA / f"{name}.{kind}").unlink(missing_ok=True)
        print(f"{name}: it has no source any more, its recording was removed")
    return 1 if failed else 0


def main(arguments: list[str] | None = None) -> int:
    """The command line; the number of the exit."""
    parser = argparse.ArgumentParser(prog="python -m tools.recordings", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="which, by the beginning of their names (02)")
    parser.add_argument("--all", action="store_true", help="also those in step with their sources")
    parser.add_argument("--jobs", type=int, default=2, help="lessons at a time")
    parser.add_argument("--why", action="store_true", help="say why each cell is shown from the recording")
    options = parser.parse_args(arguments)
    global VERBOSE
    VERBOSE = options.why
    sources = [s for s in editions.sources() if not options.names or s.name.startswith(tuple(options.names))]
    if not sources:
        known = ", ".join(source.stem for source in editions.sources())
        print(f"no source begins with {' or '.join(options.names)}; there are: {known}", file=sys.stderr)
        return 2
    if not (options.all or options.names):
        for source in [source for source in sources if in_step(source)]:
            print(f"{source.stem}: in step")
            sources.remove(source)
    return asyncio.run(_all(sources, options.jobs))


if __name__ == "__main__":
    sys.exit(main())
