"""From a lesson's source to the cells of its two editions, and what of an edition is fact and what picture.

Nothing here executes a cell: reading, comparing and stamping only.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from labkit.course.nbval.pictures import LADDER, is_ladder, without_pictures
from labkit.learn import finding
from tools import folding, glossing, grading, leading, marking, plots, rows
from tools.grading import BEGIN, END
from tools.texts import ROOT, SourceError, edition_paths, linked, name_of, root_of, sources

# What stands where a solution was, as in labkit/course/grading/settings.py. It is no `raise NotImplementedError()`: an
# exercise left open never stops the cells below it.
CODE_STUB = "...  # your code"
TEXT_STUB = "*Your answer.*"

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}

# In place of a picture that the learner's edition has already.
ELSEWHERE = (
    f"{LADDER}><em>The picture is in the learner's edition, the facts are in the text beside.</em></div>"
)


def clear_solutions(text: str, stub: str) -> str:
    """The text with each marked solution replaced by the stub, indented as the mark was (nbgrader's rule)."""
    kept: list[str] = []
    inside = False
    for line in text.split("\n"):
        if BEGIN in line:
            if inside:
                raise SourceError(f"a second {BEGIN} before {END}, in the cell:\n{text}")
            inside = True
            indent = re.match(r"\s*", line).group()
            kept.extend(indent + part for part in stub.split("\n"))
        elif END in line:
            if not inside:
                raise SourceError(f"{END} without {BEGIN}, in the cell:\n{text}")
            inside = False
        elif not inside:
            kept.append(line)
    if inside:
        raise SourceError(f"{BEGIN} without {END}, in the cell:\n{text}")
    return "\n".join(kept)


def read(source: Path) -> tuple[NotebookNode, NotebookNode]:
    """The learner's edition and the solved one, not executed. The same source gives the same bytes."""
    text = source.read_text(encoding="utf-8")
    if not text.startswith("---\n"):
        raise SourceError(
            f"lessons/{name_of(source)}/text.md begins with no front matter (---, kernelspec, ---)"
        )
    solved = _solved(text, source)
    learner = copy.deepcopy(solved)
    for cell in learner.cells:
        cell.source = clear_solutions(cell.source, CODE_STUB if cell.cell_type == "code" else TEXT_STUB)
    return learner, solved


def _solved(text: str, source: Path) -> NotebookNode:
    import jupytext  # seconds, which those who only look at editions need not wait

    notebook = jupytext.reads(text, fmt="md:myst")
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        # An id that stays when cells are added above or lessons before, and is the same in both editions.
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    grading.mark(notebook.cells)
    for cell in notebook.cells:
        if folding.FOLDED in cell.metadata.get("tags", ()):
            folding.fold(cell)
        if cell.cell_type == "markdown":
            cell.source = glossing.expanded(rows.expanded(linked(cell.source, source), source), source)
    marking.mark(notebook.cells, name_of(source))
    leading.lead_on(notebook.cells)
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def facts(cell: NotebookNode) -> list:
    """What a cell's outputs say, pictures left out."""
    said = []
    for output in without_pictures(cell.outputs):
        data = {
            kind: None if kind.startswith("image/") else value
            for kind, value in output.get("data", {}).items()
        }
        said.append([output.output_type, output.get("name"), output.get("text"), output.get("evalue"), data])
    return said


def leave_pictures(solved: NotebookNode, learner: NotebookNode) -> None:
    """Take out of the solved edition the pictures of cells that say the same in the learner's: one copy is enough."""
    ours = {cell.id: cell for cell in learner.cells if cell.cell_type == "code"}
    for cell in solved.cells:
        if cell.cell_type != "code" or facts(cell) != facts(ours[cell.id]):
            continue
        for output in cell.outputs:
            data = output.get("data", {})
            for kind in [kind for kind in data if kind.startswith("image/") and "text/plain" in data]:
                del data[kind]
            if is_ladder(data) and "text/plain" in data:
                data["text/html"] = ELSEWHERE


def keep_pictures(old: NotebookNode | None, new: NotebookNode) -> None:
    """Give cells that say what they said before their old pictures: a run changes no byte for nothing."""
    if old is None:
        return
    before = {cell.get("id"): cell for cell in old.cells if cell.cell_type == "code"}
    for cell in new.cells:
        was = before.get(cell.id)
        if (
            cell.cell_type != "code"
            or was is None
            or was.source != cell.source
            or ELSEWHERE in str(was.outputs)
        ):
            continue
        if facts(was) == facts(cell):
            cell.outputs = was.outputs
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = cell.execution_count


def stamp(notebook: NotebookNode) -> str:
    """A digest of all that a run wrote: tells an edition that was changed by hand since."""
    cells = [
        [c.cell_type, c.get("id"), c.source, c.metadata, c.get("execution_count"), c.get("outputs")]
        for c in notebook.cells
    ]
    text = json.dumps(cells, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def code(source: Path) -> str:
    """A digest of a lesson's code, which its cells show as they show their own."""
    folder = root_of(source) / "labkit" / "lessons" / name_of(source)
    files = "".join(
        f"{path.name}\n{path.read_text(encoding='utf-8')}\n" for path in sorted(folder.glob("*.py"))
    )
    return hashlib.sha256(files.encode()).hexdigest()[:16]


def beside(source: Path) -> str:
    """A digest of all that a text's cells show beside it: its lesson's code, and where all lessons are listed, what
    there is to solve in them."""
    if rows.HERE not in source.read_text(encoding="utf-8"):
        return code(source)
    solved = [
        (
            lesson.name,
            [(each.id, each.title) for each in (*lesson.exercises, *lesson.orders, *lesson.quizzes)],
        )
        for lesson in finding.lessons()
    ]
    return hashlib.sha256(f"{code(source)} {solved}".encode()).hexdigest()[:16]


def is_of_this_code(source: Path) -> bool:
    """Whether both editions were made with the code as it is; one that does not say with which is taken to be."""
    now, made = beside(source), map(load, edition_paths(source))
    return all(each is None or each.metadata.get("labkit", {}).get("code", now) == now for each in made)


def load(path: Path) -> NotebookNode | None:
    """An edition as it lies on the disk; None when there is none."""
    return nbformat.read(path, as_version=4) if path.exists() else None


def differences(source: Path) -> list[str]:
    """What keeps the two editions from being what their source gives; empty when they are in step."""
    found, made = [], [load(path) for path in edition_paths(source)]
    for path, edition, expected in zip(edition_paths(source), made, read(source), strict=True):
        place = f"{path.parent.name}/{path.name}"
        if edition is None:
            found.append(f"{place} is missing")
            continue
        for number, (is_, should) in enumerate(zip(edition.cells, expected.cells, strict=False)):
            if identity(is_) != identity(should):
                found.append(f"{place}: cell {number} is not what the source says:\n{is_.source}")
                break
        else:
            if len(edition.cells) != len(expected.cells):
                found.append(f"{place}: {len(edition.cells)} cells, the source has {len(expected.cells)}")
            elif not is_as_made(edition):
                found.append(f"{place}: its outputs were changed since they were made")
    if not (found or plots.in_step(*made, name_of(source))):
        found.append(f"{name_of(source)}: its plots are told in other words than docs/plots.json has")
    return found


def identity(cell: NotebookNode) -> tuple:
    """What its source decides of a cell."""
    return cell.cell_type, cell.get("id"), cell.source, json.dumps(cell.metadata, sort_keys=True)


def orphans(root: Path = ROOT) -> list[Path]:
    """Editions whose lesson is gone, or has another number now."""
    wanted = {path for source in sources(root) for path in edition_paths(source)}
    notebooks = root / "notebooks"
    found = sorted([*notebooks.glob("*.ipynb"), *notebooks.glob("solutions/*.ipynb")])
    return [path for path in found if path not in wanted]


def is_as_made(edition: NotebookNode) -> bool:
    """Whether a run wrote all of it, and nobody has changed it since."""
    return edition.metadata.get("labkit", {}).get("stamp") == stamp(edition)


def before(path: Path) -> NotebookNode | None:
    """The edition that a new one takes the place of: at its path, or under another number; None when there is none."""
    _, _, name = path.name.partition("_")
    earlier = [path, *sorted(path.parent.glob(f"[0-9][0-9]_{name}"))]
    return next((load(each) for each in earlier if each.exists()), None)
