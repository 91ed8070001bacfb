"""Build, check and lint the lessons' editions.

python -m tools.notebooks build            execute the sources that changed
python -m tools.notebooks build --all      execute every source; pictures stay where their facts did
python -m tools.notebooks build --fresh 02 draw lesson 02 anew, pictures too
python -m tools.notebooks check            are the editions what the sources give? (executes nothing)
python -m tools.notebooks lint             do the editions hold what they must not?
"""

from __future__ import annotations

import argparse
import re
import sys
import sysconfig
import time
from pathlib import Path

import nbformat
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode

from labkit.course.nbval import kernel
from tools import editions
from tools.editions import NOTEBOOKS, ROOT
from tools.grading import GradingError
from tools.notebook_lint import problems

CELL_SECONDS = 60  # as long as nbval waits
WIDGET = "application/vnd.jupyter.widget-view+json"


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run every cell in a fresh kernel that works in `folder`, and put the outputs in the notebook.

    Raises CellExecutionError for a cell that fails without the tag raises-exception, CellTimeoutError
    for one that takes more than CELL_SECONDS.
    """
    with kernel.folder_for_sockets() as sockets:
        manager = kernel.manager(Path(sockets), awaited=True)
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=CELL_SECONDS,
            resources={"metadata": {"path": str(folder)}},
            record_timing=False,
            store_widget_state=False,
        )
        try:
            client.execute(env=kernel.surroundings())
        finally:
            run_sync(manager.shutdown_kernel)(now=True)  # nbclient ends only kernels of its own making
    notebook.metadata = nbformat.from_dict(editions.METADATA)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _settled(cell.outputs)


def _settled(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The outputs without what differs from run to run by no fault of the cell."""
    kept: list[NotebookNode] = []
    streams: dict[str, NotebookNode] = {}
    for output in outputs:
        if output.output_type == "stream":
            # The kernel flushes when it likes: one stream of a name, as nbval compares them.
            if output.name in streams:
                streams[output.name].text += output.text
                continue
            streams[output.name] = output
        elif output.output_type == "error":
            output.traceback = [_without_paths(line) for line in output.traceback]
        else:
            output.data.pop(WIDGET, None)  # a random number of a model that lived in that kernel only
        kept.append(output)
    return kept


def _without_paths(line: str) -> str:
    line = line.replace(f"{ROOT}/", "")
    for name in ("purelib", "platlib", "stdlib"):
        line = line.replace(sysconfig.get_path(name) + "/", "")
    return re.sub(r"/\S*/lib/python3\.\d+/(site-packages/)?", "", line)


def build(source: Path, *, force: bool = False, fresh: bool = False) -> bool:
    """Write both editions of a source; False when they were in step already and nothing was done."""
    if not (force or fresh) and not editions.differences(source):
        return False
    for path, notebook in zip(editions.edition_paths(source), editions.read(source), strict=True):
        path.parent.mkdir(exist_ok=True)
        execute(notebook, path.parent)
        if not fresh:
            editions.keep_pictures(editions.load(path), notebook)
        notebook.metadata["labkit"] = {"source": f"source/{source.name}", "stamp": editions.stamp(notebook)}
        nbformat.validate(notebook)
        path.write_text(nbformat.writes(notebook, indent=1) + "\n", encoding="utf-8")
    return True


def check(notebooks: Path) -> list[str]:
    """What is not in step between sources and editions."""
    found = [text for source in editions.sources(notebooks) for text in editions.differences(source)]
    return found + [f"{path.name} has no source" for path in editions.orphans(notebooks)]


def lint(notebooks: Path) -> list[str]:
    """What the editions hold that they must not."""
    found = []
    for source in editions.sources(notebooks):
        for path, learner in zip(editions.edition_paths(source), (True, False), strict=True):
            edition = editions.load(path)
            texts = (
                ["it is missing: make notebooks"] if edition is None else problems(edition, learner=learner)
            )
            found += [f"{path.relative_to(notebooks.parent)} {text}" for text in texts]
    return found


def main(arguments: list[str] | None = None) -> int:
    """The command line; the number of the exit."""
    parser = argparse.ArgumentParser(prog="python -m tools.notebooks", description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    maker = verbs.add_parser("build", help="execute sources into both editions")
    maker.add_argument(
        "names", nargs="*", help="which, by the beginning of their names (02); all if none is given"
    )
    maker.add_argument("--all", action="store_true", help="also those in step")
    maker.add_argument("--fresh", action="store_true", help="as --all, and draw every picture anew")
    verbs.add_parser("check", help="are the editions what the sources give?")
    verbs.add_parser("lint", help="do the editions hold what they must not?")
    options = parser.parse_args(arguments)
    if options.verb == "build":
        return _build(options)
    found = (check if options.verb == "check" else lint)(NOTEBOOKS)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


def _build(options: argparse.Namespace) -> int:
    chosen = [s for s in editions.sources() if not options.names or s.name.startswith(tuple(options.names))]
    if options.names and not chosen:
        names = ", ".join(source.stem for source in editions.sources())
        print(
            f"no source begins with {' or '.join(options.names)}; there are: {names or 'none yet'}",
            file=sys.stderr,
        )
        return 2
    failed = 0
    for source in chosen:
        begin = time.monotonic()
        try:
            done = build(source, force=options.all or bool(options.names), fresh=options.fresh)
        except (CellExecutionError, CellTimeoutError, editions.SourceError, GradingError) as error:
            print(f"{source.name}: {error}", file=sys.stderr)
            failed += 1
        else:
            spent = time.monotonic() - begin
            print(f"{source.stem}: {f'executed twice in {spent:.1f} s' if done else 'in step'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
