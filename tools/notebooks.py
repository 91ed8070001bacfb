"""Build, check and lint the lessons' editions and the tables that list them.

python -m tools.notebooks build                execute what changed, text or code, and write the tables of lessons
python -m tools.notebooks build --all          execute every text; pictures stay where their facts did
python -m tools.notebooks build --fresh nagle  draw one lesson anew, pictures too
python -m tools.notebooks check                are the editions and tables what the texts give? (executes nothing)
python -m tools.notebooks lint                 do texts and editions hold what they must not?
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
from tools import editions, plots, prose, rows, texts
from tools.grading import GradingError
from tools.notebook_lint import problems
from tools.png import smaller
from tools.texts import ROOT, SourceError, name_of

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
            if "image/png" in output.data:
                output.data["image/png"] = smaller(output.data["image/png"])
        kept.append(output)
    return kept


def _without_paths(line: str) -> str:
    line = line.replace(f"{ROOT}/", "")
    for name in ("purelib", "platlib", "stdlib"):
        line = line.replace(sysconfig.get_path(name) + "/", "")
    return re.sub(r"/\S*/lib/python3\.\d+/(site-packages/)?", "", line)


def build(source: Path, *, force: bool = False, fresh: bool = False) -> bool:
    """Write both editions of a source; False when no cell had to be run: they were in step, or only prose differed."""
    learner, solved = editions.read(source)
    as_before = not (force or fresh) and editions.is_of_this_code(source)
    if as_before and (not editions.differences(source) or _of_prose(source, learner, solved)):
        return False
    pairs = list(zip(texts.edition_paths(source), (learner, solved), strict=True))
    for path, notebook in pairs:
        path.parent.mkdir(parents=True, exist_ok=True)
        execute(notebook, path.parent)
        if not fresh:
            editions.keep_pictures(editions.before(path), notebook)
    editions.leave_pictures(solved, learner)
    plots.describe(learner, solved, name_of(source))
    for path, notebook in pairs:
        notebook.metadata["labkit"] = {
            "source": f"lessons/{name_of(source)}/text.md",
            "stamp": editions.stamp(notebook),
            "code": editions.beside(source),
        }
        _write(path, notebook)
    return True


def _of_prose(source: Path, learner: NotebookNode, solved: NotebookNode) -> bool:
    """Write the prose of both editions anew where nothing else has changed: no run is needed for it."""
    places = texts.edition_paths(source)
    old = [editions.load(path) for path in places]
    pairs = list(zip(old, (learner, solved), strict=True))
    if not all(each is not None and prose.with_prose(each, new) for each, new in pairs):
        return False
    plots.describe(*old, name_of(source))
    for path, edition in zip(places, old, strict=True):
        edition.metadata["labkit"]["stamp"] = editions.stamp(edition)
        _write(path, edition)
    return True


def _write(path: Path, notebook: NotebookNode) -> None:
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook, indent=1) + "\n", encoding="utf-8")


def check(root: Path = ROOT) -> list[str]:
    """What is not in step between texts, editions and README's table."""
    found = [text for source in texts.sources(root) for text in editions.differences(source)]
    found += [
        f"{path.parent.name}/{path.name} has no text: make notebooks" for path in editions.orphans(root)
    ]
    is_, should = rows.readme(root)
    return (
        found
        if is_ == should
        else [*found, "README.md's table of the lessons is out of step: make notebooks"]
    )


def lint(root: Path = ROOT) -> list[str]:
    """What texts and editions hold that they must not."""
    found = []
    for source in texts.sources(root):
        found += [f"lessons/{name_of(source)}/text.md: {text}" for text in texts.problems(source)]
        for path, learner in zip(texts.edition_paths(source), (True, False), strict=True):
            edition = editions.load(path)
            said = (
                ["it is missing: make notebooks"] if edition is None else problems(edition, learner=learner)
            )
            found += [f"{path.relative_to(root)} {text}" for text in said]
    return [*found, *texts.misnamed(root)]


def tidy(root: Path = ROOT) -> list[str]:
    """Bring into step what no cell is run for: README's table, and editions whose lesson is gone or renumbered.

    An edition that was changed since it was made is somebody's work and stays.  Says what was done.
    """
    done = ["README.md: its table of the lessons was written anew"] if rows.write(root) else []
    for path in editions.orphans(root):
        place = f"{path.parent.name}/{path.name}"
        if editions.is_as_made(editions.load(path)):
            path.unlink()
            done.append(f"{place}: no text gives it any more, it was removed")
        else:
            done.append(
                f"{place}: no text gives it, and it was changed by hand: move it elsewhere, or delete it"
            )
    return done


def main(arguments: list[str] | None = None) -> int:
    """The command line; the number of the exit."""
    parser = argparse.ArgumentParser(prog="python -m tools.notebooks", description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    maker = verbs.add_parser("build", help="execute texts into both editions")
    maker.add_argument("names", nargs="*", help="which, by name or number (nagle, 06); all if none is given")
    maker.add_argument("--all", action="store_true", help="also those in step")
    maker.add_argument("--fresh", action="store_true", help="as --all, and draw every picture anew")
    verbs.add_parser("check", help="are the editions and tables what the texts give?")
    verbs.add_parser("lint", help="do texts and editions hold what they must not?")
    options = parser.parse_args(arguments)
    try:
        if options.verb == "build":
            return _build(options)
        found = check() if options.verb == "check" else lint()
    except (SourceError, GradingError) as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


def _build(options: argparse.Namespace) -> int:
    failed = 0
    for source in texts.chosen(options.names):
        begin, name = time.monotonic(), name_of(source)
        try:
            done = build(source, force=options.all or bool(options.names), fresh=options.fresh)
        except (CellExecutionError, CellTimeoutError, SourceError, GradingError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed += 1
        else:
            spent = time.monotonic() - begin
            print(f"{name}: {f'executed twice in {spent:.1f} s' if done else 'in step'}", flush=True)
    if failed:
        return 1
    print("".join(f"{line}\n" for line in tidy()), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
