"""A lesson that `make lesson` lays out passes every check as it is, and leaves no trace when it is deleted."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from labkit.course.nbval import kernel
from sabotage.runner import copy_to


@pytest.fixture
def tree(tmp_path):
    """The repository as it lies here, and a way to run its tools."""
    copy_to(tmp_path)

    def run(*arguments: str) -> str:
        env = {**kernel.surroundings(), "PYTHONPATH": str(tmp_path)}
        env.pop("PYTEST_XDIST_WORKER", None)
        ran = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    return tmp_path, run


def files(folder) -> dict[str, bytes]:
    """What is in a tree, but for what Python compiled."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_a_new_lesson_passes_every_check_and_goes_without_a_trace(tree):
    folder, run = tree
    before = files(folder)
    run("tools.lesson", "trial")
    run("ruff", "check", "--no-cache", "labkit/lessons/trial", "lessons/trial")
    run("ruff", "format", "--no-cache", "--check", "labkit/lessons/trial", "lessons/trial")
    assert "trial: executed twice" in run("tools.notebooks", "build", "trial", "start")
    assert "[Trial](25_trial.ipynb)" in (folder / "notebooks" / "00_start.ipynb").read_text()
    assert "| 25 | [Trial](notebooks/25_trial.ipynb) |" in (folder / "README.md").read_text()
    assert run("tools.notebooks", "lint") == ""
    editions = ["notebooks/25_trial.ipynb", "notebooks/solutions/25_trial.ipynb", "notebooks/00_start.ipynb"]
    assert "passed" in run("pytest", "-q", "-p", "no:cacheprovider", *editions)
    exercises = ["tests/unit/learn/test_exercises.py", "-k", "trial"]
    assert "passed" in run("pytest", "-q", "-p", "no:cacheprovider", *exercises)

    shutil.rmtree(folder / "labkit" / "lessons" / "trial")
    shutil.rmtree(folder / "lessons" / "trial")
    run("tools.notebooks", "build", "start")
    after = files(folder)
    assert sorted(after) == sorted(before)
    assert [name for name in after if after[name] != before[name]] == []
