"""Record the lessons, for the machines that have not the full mode.

python -m tools.recordings                   record the lessons whose recording is not what their text gives
python -m tools.recordings handshake nagle   these, whatever
python -m tools.recordings --all             every one
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode

from labkit import __version__
from labkit.recordings import store
from labkit.recordings.store import Cell, Content, Recording
from tools import editions, texts
from tools.recorded_run import CannotRecord, outputs_of, run
from tools.texts import SourceError, name_of

MOST_TRIALS = 8
TRIALS = (("loopback", "loopback"), ("recorded", "recorded"), ("recorded", "elsewhere"))


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


def in_step(source: Path, folder: Path = store.LESSONS) -> bool:
    """Whether there is a recording of just these cells, made with the lesson's code as it is."""
    try:
        recording = store.load(name_of(source), folder)
        store.read(recording)
    except store.RecordingError:
        return False
    now = editions.code(source)
    if recording.made.get("code", now) != now:
        return False
    return [cell._replace(shown={}) for cell in recording.cells] == table(source)


async def record(source: Path, folder: Path = store.LESSONS) -> str:
    """Record a lesson and find where each cell runs live; says in a word what came of it.

    The files are written only where what they say has changed.
    """
    old = _known(source, folder)
    with tempfile.TemporaryDirectory(prefix="labkit-recording-") as scratch:
        fresh = await _recorded(source, Path(scratch))
        for mode, place in TRIALS:
            fresh = await _tried(fresh, source, mode, place)
        content = needed(fresh, store.read(fresh))
        if old is not None and _says(*old) == _says(fresh, content):
            known = old[0]
            if known.made.get("code") != fresh.made["code"]:
                store.save_table(known._replace(made={**known.made, "code": fresh.made["code"]}))
            return "says what it said"
        store.save(fresh._replace(folder=folder), content)
        return "recorded"


def needed(recording: Recording, content: Content) -> Content:
    """The content without what no machine is shown: of a cell that is live everywhere, its imports alone are kept."""
    live = [not cell.shown for cell in recording.cells]
    imports = [recording.folder / f"{number:02}.imports" for number in range(len(live))]
    return content._replace(
        outputs=[[] if one else outputs for one, outputs in zip(live, content.outputs, strict=True)],
        values=[
            path.read_bytes() if one else values
            for one, path, values in zip(live, imports, content.values, strict=True)
        ],
        removed=[[] if one else names for one, names in zip(live, content.removed, strict=True)],
    )


def _known(source: Path, folder: Path) -> tuple[Recording, Content] | None:
    try:
        recording = store.load(name_of(source), folder)
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
        "code": editions.code(source),
    }
    return store.save(Recording(name_of(source), made, tuple(table(source)), "", folder), content)


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
            raise CannotRecord(
                f"{recording.lesson}: the exercise in code cell {own[0]} fails: {found[own[0]][1]}"
            )
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
    raise CannotRecord(f"{recording.lesson}: in {place}, other cells fail each time: {found}")


VERBOSE = False


async def _all(sources: list[Path], jobs: int) -> int:
    free, failed = asyncio.Semaphore(jobs), 0

    async def one(source: Path) -> bool:
        async with free:
            begun, name = time.monotonic(), name_of(source)
            try:
                said = await record(source)
            except (CellExecutionError, CellTimeoutError, CannotRecord, SourceError) as error:
                print(f"{name}: {error}", file=sys.stderr)
                return False
            size = sum(store.file(name, kind).stat().st_size for kind in ("json", "zip"))
            print(f"{name}: {said} in {time.monotonic() - begun:.1f} s, {size / 1000:.0f} kB", flush=True)
            return True

    failed = (await asyncio.gather(*map(one, sources))).count(False)
    for name in set(store.names()) - set(map(name_of, texts.sources())):
        for kind in ("json", "zip"):
            store.file(name, kind).unlink(missing_ok=True)
        print(f"{name}: it has no text any more, its recording was removed")
    return 1 if failed else 0


def main(arguments: list[str] | None = None) -> int:
    """The command line; the number of the exit."""
    parser = argparse.ArgumentParser(prog="python -m tools.recordings", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="which, by name or number (nagle, 06)")
    parser.add_argument("--all", action="store_true", help="also those in step with their texts")
    parser.add_argument("--jobs", type=int, default=2, help="lessons at a time")
    parser.add_argument("--why", action="store_true", help="say why each cell is shown from the recording")
    options = parser.parse_args(arguments)
    global VERBOSE
    VERBOSE = options.why
    try:
        sources = texts.chosen(options.names)
    except SourceError as error:
        print(error, file=sys.stderr)
        return 2
    if not (options.all or options.names):
        for source in [source for source in sources if in_step(source)]:
            print(f"{name_of(source)}: in step")
            sources.remove(source)
    return asyncio.run(_all(sources, options.jobs))


if __name__ == "__main__":
    sys.exit(main())
