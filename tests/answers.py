"""Where do answers stand?  The lines of every solution that a learner is not given, looked for in what learners get."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOLVED = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
# A file may share some lines with a solution (`try:`, `conn.close()`); at most 56 % today, and the solved edition all.
TOO_MUCH = 2 / 3


def solutions(root: Path = ROOT) -> Iterator[tuple[str, str, str]]:
    """(lesson, where it stands, code) of each solution and each file of answers."""
    for path in sorted(root.glob("lessons/*/text.md")):
        for number, code in enumerate(SOLVED.findall(path.read_text(encoding="utf-8"))):
            yield path.parent.name, f"solution {number}", code
    for path in sorted(root.glob("lessons/*/answers/*.py")):
        yield path.parts[-3], path.name, path.read_text(encoding="utf-8")


def lines(text: str) -> list[str]:
    """Lines of code as they are compared: no indentation, none that is empty, a comment or next to nothing."""
    stripped = (line.strip() for line in text.splitlines())
    return [line for line in dict.fromkeys(stripped) if len(line) > 8 and not line.startswith("#")]


def texts(files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """What files say, of a notebook its cells and outputs, of a zip each member."""
    found: dict[str, str] = {}
    for name, content in files:
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(content)) as inner:
                found |= texts((f"{name}!{each}", inner.read(each)) for each in inner.namelist())
        elif name.endswith(".ipynb"):
            notebook = json.loads(content)
            cells = ["".join(cell["source"]) for cell in notebook["cells"]]
            outputs = json.dumps([cell.get("outputs") for cell in notebook["cells"]]).replace("\\n", "\n")
            found[name] = "\n".join([*cells, outputs])
        else:
            found[name] = content.decode("utf-8", "replace")
    return found


def leaks(files: Mapping[str, str], root: Path = ROOT) -> list[str]:
    """Which file holds which solution: more than TOO_MUCH of the lines that no learner is given in its lesson."""
    said = {name: {line.strip() for line in text.splitlines()} for name, text in files.items()}
    given: dict[str, set[str]] = {}
    for path in root.glob("notebooks/[0-9][0-9]_*.ipynb"):
        (text,) = texts([(path.name, path.read_bytes())]).values()
        given[path.stem[3:]] = {line.strip() for line in text.splitlines()}
    found = []
    for lesson, where, code in solutions(root):
        own = [line for line in lines(code) if line not in given[lesson]]
        for name, there in said.items():
            if own and sum(line in there for line in own) > TOO_MUCH * len(own):
                found.append(f"{name} has {where} of lesson {lesson}")
    return found
