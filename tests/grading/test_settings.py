"""What nbgrader reads in a course's settings: all that labkit needs, and what the teacher has written below it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bench.classroom import run
from tools import course

pytestmark = [
    pytest.mark.skipif(not run.PYTHON.exists(), reason="nbgrader is not installed: make grading"),
    pytest.mark.walls,
]

# nbgrader, called in each of these courses' folders: a process for each, in which it is loaded already.
READ = """
import json, os, sys
from nbgrader.apps import NbGraderApp
for folder in sys.argv[1:]:
    if reader := os.fork():
        status = os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1])
        with open(f"{folder}.status", "w") as file:
            file.write(str(status))
        continue
    for stream, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{folder}.{name}", os.O_WRONLY | os.O_CREAT), stream)
    os.chdir(folder)
    break
else:
    sys.exit()

app = NbGraderApp()
app.load_config_file()
print("it goes on", flush=True)
c = app.config
print(json.dumps([
    c.CourseDirectory.course_id,
    c.ExecutePreprocessor.timeout,
    c.ConfinedExecute.get("most_seconds"),
    [step.__name__ for step in c.Autograde.autograde_preprocessors],
]))
"""

SLIPS = {
    "not TOML": (
        "course.toml",
        "course = ",
        "course.toml, which says how the course is laid out, cannot be read",
    ),
    "not Python": ("nbgrader_config.py", "c.ConfinedExecute.most_seconds = 9OO", "SyntaxError"),
    "no such name": ("nbgrader_config.py", "c.ConfinedExecute.most_seconds = many", "NameError"),
}


def lay(folder: Path, id: str) -> None:
    assert course.main([str(folder), "handshake", "--course", id]) == 0


def add(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as settings:
        settings.write(text)


@pytest.fixture(scope="module")
def courses(tmp_path_factory) -> Path:
    """Courses in which nbgrader was called, each with what it said beside it."""
    here = tmp_path_factory.mktemp("courses")
    lay(here / "new", "net26")
    lay(here / "again", "net26")
    add(
        here / "again" / "nbgrader_config.py",
        "c.ConfinedExecute.most_seconds = 900\nc.ExecutePreprocessor.timeout = 90\n",
    )
    lay(here / "again", "net27")
    for name, (file, text, _) in SLIPS.items():
        lay(here / name, "net26")
        add(here / name / file, f"{text}\n")
    folders = [here / name for name in ("new", "again", *SLIPS)]
    called = subprocess.run(
        [run.PYTHON, "-c", READ, *folders], capture_output=True, text=True, timeout=120, check=False
    )
    assert called.returncode == 0, called.stderr
    return here


def said(folder: Path) -> tuple[int, str, str]:
    """Its status there, and what it printed on its two streams."""
    status, out, err = (Path(f"{folder}.{what}").read_text("utf-8") for what in ("status", "out", "err"))
    return int(status), out, err


def read(folder: Path) -> list:
    """What it has read there."""
    status, out, err = said(folder)
    assert status == 0, err
    return json.loads(out.splitlines()[-1])


def test_labkits_are_there_and_the_teachers_count(courses):
    id, timeout, seconds, steps = read(courses / "new")
    assert (id, timeout, seconds) == ("net26", 60, None)
    assert "ConfinedExecute" in steps and "SaveAllGrades" in steps and "Execute" not in steps
    assert read(courses / "again") == ["net27", 90, 900, steps]


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_ends_it(courses, slip):
    """Better no grading than one without walls, which nbgrader by itself would go on with."""
    status, out, err = said(courses / slip)
    assert (bool(status), out) == (True, "") and SLIPS[slip][2] in err
