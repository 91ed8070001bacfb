"""Break one thing in a copy of the repository, run what ought to notice, and say what did.

Nothing in labkit knows of this: a sabotage replaces one piece of text in a copy, and everything runs from there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from labkit.learn import catalogue

ROOT = Path(__file__).resolve().parent.parent
DEADLINE_S = 300
STAMP = ".labkit"  # in an environment: what tools/environment made it of, and where
WHERE = "import labkit, tools; print(labkit.__file__); print(tools.__file__)"


class SabotageError(Exception):
    """A sabotage cannot be carried out as it is written down; the message says which, and why."""


class Sabotage(NamedTuple):
    """One thing broken: in the file `path` the text `old`, which stands there once, becomes `new`.

    `suspects` are what ought to notice: "nagle" is the learner's edition of that lesson, "solutions/nagle"
    the solved one, anything else a file of tests.  `path` is such a lesson too where it is the experiment that is
    broken: then `old` stands in the source of one of its cells, in both editions.
    """

    name: str
    broken: str
    path: str
    old: str
    new: str
    suspects: tuple[str, ...]


class Outcome(NamedTuple):
    """What one suspect made of it: `status` is "caught", "passed" or "no result", `why` its first failure."""

    suspect: str
    status: str
    why: str


def is_lesson(name: str) -> bool:
    """Whether this is a lesson's name ("nagle") and not a file's path."""
    return re.fullmatch(r"\w+", name) is not None


def lesson_file(name: str, root: Path) -> str:
    """The path of a suspect below `root`: "handshake" → "notebooks/02_handshake.ipynb"; a test's stays itself."""
    folder, _, lesson = name.rpartition("/")
    if not (is_lesson(lesson) and folder in ("", "solutions")):
        return name
    try:
        found = Path("notebooks", folder, f"{catalogue.stem(lesson)}.ipynb")
    except catalogue.UnknownLesson as error:
        raise SabotageError(str(error)) from error
    if not (root / found).exists():
        raise SabotageError(f"{found} does not exist: the lesson {lesson} is not written, or not built yet")
    return str(found)


def in_browser(suspect: str) -> bool:
    """Whether this suspect drives a browser: only they see what a script of the page does."""
    return suspect.startswith("tests/browser/")


def no_browser() -> str:
    """Why tests cannot drive a browser here, and what to do; "" if they can."""
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        return "no Chromium: sudo apt install chromium"
    if find_spec("playwright") is None or not Path(sys.prefix, STAMP).exists():
        return "no Playwright in the environment: make browser"
    return ""


def copy_to(folder: Path) -> None:
    """The repository as it lies here, without what .gitignore names; git need not be there, nor its records."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignored = [line.rstrip("/") for line in lines if line and not line.startswith("#")]
    by_name = [pattern for pattern in ignored if "/" not in pattern]
    by_path = [pattern for pattern in ignored if "/" in pattern]

    def left_out(parent: str, names: list[str]) -> set[str]:
        here = Path(parent).relative_to(ROOT)
        return {
            name
            for name in names
            if name == ".git"
            or any(fnmatch(name, pattern) for pattern in by_name)
            or any((here / name).match(pattern) for pattern in by_path)
            or Path(parent, name, "pyvenv.cfg").exists()
        }

    shutil.copytree(ROOT, folder, ignore=left_out, dirs_exist_ok=True)


def lend_environment(root: Path) -> None:
    """Let `make lab`, which the browser's tests run, find this environment in the copy, as if it had made it there."""
    environment = root / ".venv"
    environment.mkdir()
    for each in Path(sys.prefix).iterdir():
        if each.name != STAMP:
            (environment / each.name).symlink_to(each)
    stamp = Path(sys.prefix, STAMP).read_text(encoding="utf-8")
    (environment / STAMP).write_text(stamp.replace(str(ROOT), str(root.resolve())), encoding="utf-8")


def apply(sabotage: Sabotage, root: Path) -> None:
    """Break it; raises SabotageError when the text to break is not there exactly once."""
    if is_lesson(sabotage.path):
        for edition in (sabotage.path, f"solutions/{sabotage.path}"):
            _in_cells(sabotage, root / lesson_file(edition, root))
        return
    file = root / sabotage.path
    broken = _replaced(sabotage, file.read_text(encoding="utf-8"), sabotage.path)
    if file.suffix == ".py":
        compile(broken, sabotage.path, "exec")
    file.write_text(broken, encoding="utf-8")


def _in_cells(sabotage: Sabotage, notebook: Path) -> None:
    content = json.loads(notebook.read_text(encoding="utf-8"))
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    holding = [cell for cell in cells if sabotage.old in "".join(cell["source"])]
    if len(holding) != 1:
        raise SabotageError(
            f"{sabotage.name}: {len(holding)} cells of {notebook.name} hold {sabotage.old!r}, one should"
        )
    source = _replaced(sabotage, "".join(holding[0]["source"]), notebook.name)
    holding[0]["source"] = source.splitlines(keepends=True)
    notebook.write_text(json.dumps(content), encoding="utf-8")


def _replaced(sabotage: Sabotage, text: str, where: str) -> str:
    if sabotage.old == sabotage.new or text.count(sabotage.old) != 1:
        raise SabotageError(
            f"{sabotage.name}: {where} holds {text.count(sabotage.old)} times {sabotage.old!r}, it should be once"
        )
    return text.replace(sabotage.old, sabotage.new)


def run(sabotage: Sabotage | None, suspects: Iterable[str]) -> list[Outcome]:
    """What the suspects make of the sabotage (None: of a copy in which nothing is broken)."""
    with tempfile.TemporaryDirectory(prefix="labkit-sabotage-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        copy_to(root)
        if sabotage is not None:
            apply(sabotage, root)
        suspects = list(suspects)
        if any(map(in_browser, suspects)):
            lend_environment(root)
        # The environment's own labkit is the repository's: the copy must come before it, also in kernels.
        surroundings = {
            **os.environ,
            "PYTHONPATH": name,
            "PYTHONDONTWRITEBYTECODE": "1",
            "LABKIT_PROGRESS": "off",
        }
        loaded = subprocess.run(
            [sys.executable, "-c", WHERE],
            cwd=root,
            env=surroundings,
            capture_output=True,
            text=True,
            check=True,
        )
        if not all(line.startswith(str(root)) for line in loaded.stdout.splitlines()):
            raise SabotageError(f"the copy is not what is imported, but {loaded.stdout}")
        return [_ask(suspect, root, surroundings) for suspect in suspects]


def _ask(suspect: str, root: Path, surroundings: dict[str, str]) -> Outcome:
    report = root / "report.xml"
    report.unlink(missing_ok=True)
    # Tests that tell a figure (record_property) cannot be written down in pytest's newer kind of report.
    options = ["-x", "-q", "-p", "no:cacheprovider", "-o", "junit_family=xunit1", f"--junitxml={report}"]
    command = [sys.executable, "-m", "pytest", *options]
    process = subprocess.Popen(
        [*command, lesson_file(suspect, root)],
        cwd=root,
        env=surroundings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        code = process.wait(DEADLINE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return Outcome(suspect, "no result", f"not done after {DEADLINE_S} s")
    if code == 0:
        return Outcome(suspect, "passed", "")
    failures = [
        (case.get("name", ""), f"{failure.get('message') or ''}\n{failure.text or ''}")
        for case in (ElementTree.parse(report).iter("testcase") if report.exists() else ())
        for failure in case.iter("failure")
    ]
    if code != 1 or not failures:
        return Outcome(suspect, "no result", f"pytest ended with {code} and no test failed")
    name, message = failures[0]
    return Outcome(suspect, "caught", f"{name}: {_gist(message)}")


def _gist(message: str) -> str:
    """The line of a failure that says most."""
    # junit.xml has no place for the escape character and spells it out.
    lines = [re.sub(r"(\x1b|#x1B)\[[0-9;]*m", "", line).strip() for line in message.splitlines()]
    lines = [line for line in lines if line]
    errors = [line for line in lines if re.match(r"(\w+\.)*\w+(Error|Exception|Warning|Unreachable)\b", line)]
    if any("output == test_output" in line for line in lines):
        errors = ["its output differs from the lesson's"]
    text = (errors[-1:] or lines[:1] or [""])[0]
    return text if len(text) <= 100 else f"{text[:97]}..."
