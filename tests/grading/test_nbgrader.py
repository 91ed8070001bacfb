"""nbgrader takes the lessons as they stand: it hands out, grades and gives feedback.

nbgrader lives in an environment of its own inside the lab's, `make grading`: its JupyterLab extensions are for
teachers.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from grader import done, grades

from labkit.learn.finding import find
from tools import texts

BIN = Path(sys.prefix) / "grading" / ("Scripts" if sys.platform == "win32" else "bin")
PYTHON = BIN / "python"

pytestmark = [
    pytest.mark.skipif(not (BIN / "nbgrader").exists(), reason="nbgrader is not installed: make grading"),
    pytest.mark.walls,
]

VALIDATE = """
import json, sys
from nbgrader.nbgraderformat import MetadataValidator as Validator, read
found = {}
for path in sys.argv[1:]:
    notebook = read(path, as_version=4)
    Validator().validate_nb(notebook)
    cells = [cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata]
    found[path] = [[cell.grade_id, cell.grade, cell.solution, cell.locked, cell.get("points")] for cell in cells]
print(json.dumps(found))
"""

WRONG = {
    "kind": 'def kind(segment):\n    return "SYN"',
    "close-politely": "def answer(conn):\n    conn.recv(4)\n    conn.sendall(b'done')\n    conn.close()",
}

# Each is right for some steps: points are given for these.
IN_PART = {
    "kind": 'def kind(segment):\n    return "SYN" if segment.flags == "S" else "SYN-ACK"',  # 2 of 11
    "close-politely": (
        "def answer(conn):\n    conn.recv(4)\n    conn.sendall(b'done')\n"
        "    conn.shutdown(SHUT_WR)\n    while conn.recv(4096):\n        pass"
    ),  # all but close(): 2 of the 4 that count
}

# Experiments of the student's own, which fail while a later cell is graded: in a thread of the lab's, through a stream
# and a logger that were there before the lab, and in a task that nobody asks.
PLAYS = """import asyncio, gc, logging, sys, threading, warnings
before = sys.stderr
logging.basicConfig()
from labkit import Network
net, fail, cells = Network("client", "server"), threading.Event(), []
async def forgotten():
    raise ValueError("my own task")
task = asyncio.get_running_loop().create_task(forgotten())
def mine(conn):
    fail.wait(60)
    warnings.warn("of mine")
    raise ValueError("my own experiment")
service = net.server.start(mine, port=9000)
caller = net.client.socket()
caller.connect(("server", 9000))
def before_cell(info):
    cells.append(info)
    if len(cells) == 2:  # the first that is graded
        fail.set()
        service.wait_for(errors=1)
        before.write("my own stream\\n")
        logging.error("my own logger")
        globals().pop("task")
        gc.collect()
get_ipython().events.register("pre_run_cell", before_cell)
"""


def lessons() -> dict[str, Path]:
    """The solved editions, by the names of their sources."""
    solved = {texts.name_of(source): texts.edition_paths(source)[1] for source in texts.sources()}
    return {name: path for name, path in solved.items() if path.exists()}


def ran(*command: str | Path, cwd: Path) -> str:
    """What a program printed; the test fails with all of it if the program did."""
    ended = done(command, cwd)
    assert ended.returncode == 0, f"{command}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


# ---- The lessons ----


def test_the_metadata_of_all_editions_is_valid_and_complete():
    paths = [path.parents[up] / path.name for path in lessons().values() for up in (0, 1)]
    found = json.loads(ran(PYTHON, "-c", VALIDATE, *paths, cwd=texts.ROOT))
    for path, cells in found.items():
        solutions = [name for name, *_, points in cells if points is None]
        checks = {name: points for name, *_, points in cells if points is not None}
        assert list(checks) == [f"check-{name}" for name in solutions], path
        assert all(points > 0 for points in checks.values())
        for name, grade, solution, locked, _ in cells:
            is_check = name in checks
            assert (grade, solution, locked) == (is_check, not is_check, is_check), name


def test_nbgrader_hands_out_every_lesson_as_we_do(tmp_path):
    course = course_of(tmp_path, {name: read(path) for name, path in lessons().items()})
    ran(BIN / "nbgrader", "generate_assignment", "--assignment=handshake", "--create", cwd=course)
    for name, path in lessons().items():
        theirs = read(course / "release" / "handshake" / f"{name}.ipynb")
        ours = read(path.parents[1] / path.name)
        assert [cell.source for cell in theirs.cells] == [cell.source for cell in ours.cells]


# ---- A course: three students ----


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def course_of(folder: Path, notebooks: dict[str, nbformat.NotebookNode]) -> Path:
    """A course whose one assignment has these notebooks."""
    shutil.copy(texts.ROOT / "tools" / "nbgrader_config.py", folder)
    source = folder / "source" / "handshake"
    source.mkdir(parents=True)
    for name, notebook in notebooks.items():
        nbformat.write(notebook, source / f"{name}.ipynb")
    return folder


def short() -> nbformat.NotebookNode:
    """The lessons handshake and silence, cut to an exercise of each and what they need."""
    notebook, more = read(lessons()["handshake"]), read(lessons()["silence"])
    wanted = [name for exercise in WRONG for name in (exercise, f"check-{exercise}")]
    cells = [*notebook.cells, *more.cells]
    kept = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") in wanted]
    imports = nbformat.v4.new_code_cell("from socket import SHUT_WR\n\nfrom labkit import check, hint")
    notebook.cells = [notebook.cells[0], imports, *kept]
    return notebook


def test_a_right_a_wrong_and_an_empty_submission_are_graded(tmp_path):
    solved = short()
    course = course_of(tmp_path, {"handshake": solved})
    nbgrader = BIN / "nbgrader"
    ran(nbgrader, "generate_assignment", "--assignment=handshake", "--create", cwd=course)
    release = course / "release" / "handshake" / "handshake.ipynb"
    right = {
        cell.metadata.nbgrader.grade_id: cell.source for cell in solved.cells if "nbgrader" in cell.metadata
    }
    for student, answers in (
        ("right", right),
        ("plays", right),
        ("wrong", WRONG),
        ("part", IN_PART),
        ("empty", {}),
    ):
        handed_in = read(release)
        if student == "plays":
            handed_in.cells.insert(1, nbformat.v4.new_code_cell(PLAYS))
        for cell in handed_in.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in WRONG:
                cell.source = answers.get(name, cell.source)
            elif name is not None and student == "wrong":
                cell.source = "print('full points, please')"  # nbgrader restores what is locked
        target = course / "submitted" / student / "handshake" / "handshake.ipynb"
        target.parent.mkdir(parents=True)
        nbformat.write(handed_in, target)

    ran(nbgrader, "autograde", "--assignment=handshake", "--create", cwd=course)
    given = grades(course)
    points = {
        "right": (1.0, 1.0),
        "plays": (1.0, 1.0),
        "wrong": (0.09, 0.0),
        "part": (0.18, 0.5),
        "empty": (0.0, 0.0),
    }
    assert given == {
        student: {f"check-{name}": (each, 1.0, False) for name, each in zip(WRONG, due, strict=True)}
        for student, due in points.items()
    }

    ran(nbgrader, "generate_feedback", "--assignment=handshake", cwd=course)
    said = {
        student: (course / "feedback" / student / "handshake" / "handshake.html").read_text(encoding="utf-8")
        for student in given
    }
    assert "✓ kind: Name a segment by its flags" in said["right"]
    played = read(course / "autograded" / "plays" / "handshake" / "handshake.ipynb")
    told = "".join(out.text for cell in played.cells if "outputs" in cell for out in cell.outputs)
    for own in ("experiment", "task", "stream", "logger"):
        assert f"my own {own}" in told, "what it cost nothing to fail is told all the same"
    for student, text in said.items():
        assert "Test cell" not in text, student
        for name in WRONG:
            assert f'<a href="#check-{name}">{find(name).title}</a> (Score:' in text, student
        assert "pre { white-space: pre-wrap" in text, "a long line of a story is not cut"
    assert "✗ kind: Name a segment by its flags" in said["wrong"]
    assert "answers those with RST" in said["wrong"] and "NotSolved" in said["wrong"]
    assert "Points: 0.5 of 1, for 2 of the 4 steps that count" in said["part"]
    assert "checking.py" not in said["wrong"], "a stack trace says nothing to a student"
    assert "○ kind" in said["empty"] and "✗ close-politely" in said["empty"]
