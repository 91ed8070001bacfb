"""What nbgrader reads in a course's settings: all that labkit needs, and what the teacher has written below it."""

from __future__ import annotations

import json
import subprocess

import pytest

from bench.classroom import run
from tools import course

pytestmark = [
    pytest.mark.skipif(not run.PYTHON.exists(), reason="nbgrader is not installed: make grading"),
    pytest.mark.walls,
]

READ = """
import json
from nbgrader.apps import NbGraderApp
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


def ran(folder) -> subprocess.CompletedProcess:
    """nbgrader, called in a course's folder, as the lab's environment for grading has it."""
    return subprocess.run(
        [run.PYTHON, "-c", READ], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def read(folder) -> list:
    """What it has read there."""
    done = ran(folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_labkits_are_there_and_the_teachers_count(tmp_path):
    assert course.main([str(tmp_path), "handshake", "--course", "net26"]) == 0
    id, timeout, seconds, steps = read(tmp_path)
    assert (id, timeout, seconds) == ("net26", 60, None)
    assert "ConfinedExecute" in steps and "SaveAllGrades" in steps and "Execute" not in steps
    with (tmp_path / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("c.ConfinedExecute.most_seconds = 900\nc.ExecutePreprocessor.timeout = 90\n")
    assert course.main([str(tmp_path), "handshake", "--course", "net27"]) == 0
    assert read(tmp_path) == ["net27", 90, 900, steps]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("course.toml", "course = ", "course.toml, which says how the course is laid out, cannot be read"),
        ("nbgrader_config.py", "c.ConfinedExecute.most_seconds = 9OO", "SyntaxError"),
        ("nbgrader_config.py", "c.ConfinedExecute.most_seconds = many", "NameError"),
    ],
)
def test_a_slip_ends_it(tmp_path, file, text, said):
    """Better no grading than one without walls, which nbgrader by itself would go on with."""
    assert course.main([str(tmp_path), "handshake"]) == 0
    with (tmp_path / file).open("a", encoding="utf-8") as settings:
        settings.write(f"{text}\n")
    done = ran(tmp_path)
    assert (bool(done.returncode), done.stdout) == (True, "") and said in done.stderr
