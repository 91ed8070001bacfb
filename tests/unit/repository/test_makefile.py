"""The verbs of the Makefile work in a folder of any name, and none of them touches what is the learner's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.editions import ROOT

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="its recipes are a POSIX shell's"),
    pytest.mark.program("make"),
]

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
VERBS = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.M)[1].split()
OURS = re.search(r"^OURS := (.+)$", MAKEFILE, re.M)[1].split()

# Says how it was called, in place of what would take minutes.
STAND_IN = '#!/bin/sh\nprintf "%s|" "$0" "$@" >>"$SAID"\necho >>"$SAID"\n'
TOOLS = ("tools/environment", "tools/dist", "tools/lock")
INSTALLED = ("bin/labkit", "bin/python", "bin/ruff", "bin/mypy", "site/bin/python", "hub/bin/jupyterhub")


def laid(files: list[Path], text: str = "") -> None:
    for path in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)


@pytest.fixture
def lab(tmp_path):
    """A checkout with nothing but the Makefile, in a folder whose name a shell would take apart."""
    folder = tmp_path / "Ada's projects, 2nd $HOME" / "the lab"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    return folder


def make(lab: Path, *words: str) -> list[list[str]]:
    """How the verbs called their programs: each by its path, and what it was given."""
    said = lab.parent / "said"
    said.write_text("")
    command = ["make", "--no-print-directory", *words]
    ran = subprocess.run(
        command,
        cwd=lab,
        env={"PATH": os.environ["PATH"], "SAID": str(said)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return [line.split("|")[:-1] for line in said.read_text().splitlines()]


@pytest.mark.parametrize("venv", [".venv", "my env", "elsewhere"])
def test_every_verb_finds_its_programs_whatever_the_folder_is_called(lab, venv):
    place = venv if venv != "elsewhere" else str(lab.parents[1] / "else where" / "env")
    inside = lab / place  # an absolute one stays itself
    laid([*(lab / name for name in TOOLS), *(inside / name for name in INSTALLED)], STAND_IN)
    calls = make(lab, *(verb for verb in VERBS if verb not in ("help", "clean")), f"VENV={place}")
    called = {os.path.normpath(program) for program, *_ in calls}
    assert called == {*TOOLS, *(str(inside / name) for name in INSTALLED)}
    assert {given[0] for program, *given in calls if program in TOOLS[:2]} == {place}


def test_names_of_the_learners_arrive_as_they_are(lab):
    laid([*(lab / name for name in TOOLS), *(lab / ".venv" / name for name in INSTALLED)], STAND_IN)
    *_, (_, *given) = make(lab, "lab", 'LESSONS=Ada\'s "own" lessons', "LAB_ARGS=--no-browser --port=9000")
    assert given == ["lab", 'Ada\'s "own" lessons', "--", "--no-browser", "--port=9000"]
    *_, (_, *given) = make(lab, "lesson", "NAME=loss", "TITLE=What's `lost`")
    assert given == ["-m", "tools.lesson", "loss", "--title", "What's `lost`"]


THEIRS = [
    "my-lessons/05_framing.ipynb",
    "my-lessons/.ipynb_checkpoints/05_framing-checkpoint.ipynb",
    "my-lessons backup/.ipynb_checkpoints/05_framing-checkpoint.ipynb",
    "Ada's/__pycache__/mine.pyc",
    "course/submitted/ada/framing/.ipynb_checkpoints/05_framing-checkpoint.ipynb",
    ".ipynb_checkpoints/scratch-checkpoint.ipynb",
]
LEFT = [
    ".venv/bin/python",
    "__pycache__/conftest.pyc",
    "build/site/index.html",
    "labkit/wire/__pycache__/loop.pyc",
    "notebooks/.ipynb_checkpoints/05_framing-checkpoint.ipynb",
    "tests/of two words/__pycache__/a.pyc",
]


def there(lab: Path) -> set[str]:
    return {path.relative_to(lab).as_posix() for path in lab.rglob("*") if path.is_file()} - {"Makefile"}


def test_clean_removes_what_tools_left_and_nothing_of_the_learners(lab):
    laid([lab / name for name in (*THEIRS, *LEFT, "notebooks/05_framing.ipynb")])
    for _ in range(2):  # where nothing is left, too
        make(lab, "clean")
        assert there(lab) == {*THEIRS, "notebooks/05_framing.ipynb"}


def test_clean_looks_nowhere_else_where_none_of_our_folders_is(lab):
    laid([lab / name for name in THEIRS])
    make(lab, "clean")
    assert there(lab) == set(THEIRS)


def test_an_environment_whose_name_has_a_blank_is_cleaned_alone(lab):
    laid([lab / name for name in ("my env/bin/python", "my/work", "env/work")])
    make(lab, "clean", "VENV=my env")
    assert there(lab) == {"my/work", "env/work"}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no checkout: nobody says which files are ours")
def test_what_is_cleaned_is_each_folder_of_ours_in_which_python_runs():
    files = subprocess.run(
        ["git", "ls-files", "*.py", "*.ipynb"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert {name.partition("/")[0] for name in files if "/" in name} <= set(OURS)
