"""What `pip install` gives: all of the lab, its lessons as learners get them, and no answer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from answers import leaks, solutions, texts

import labkit
from labkit.course.editions import editions
from tools.editions import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MADE_AT = datetime(2026, 11, 30, 12, 0, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """`make dist` builds it of the sdist, and compares (tests/installed)."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(MADE_AT.timestamp()))}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def files(wheel):
    """{name: content} of what is in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def here(folder: Path) -> set[str]:
    """What lies there; not what Python compiles, under names of the moment while another process is about it."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
    }


def test_the_lab_is_whole_and_nothing_else_travels(files, wheel):
    assert wheel.name == f"labkit_net-{labkit.__version__}-py3-none-any.whl"
    lessons = {f"labkit/notebooks/{edition.file}" for edition in editions()}
    about = {name for name in files if name.startswith(f"labkit_net-{labkit.__version__}.dist-info/")}
    assert set(files) - about == here(ROOT / "labkit") | lessons
    assert lessons == {
        f"labkit/{name}" for name in here(ROOT / "notebooks") if re.match(r"notebooks/\d\d_", name)
    }
    kinds = {Path(name).suffix for name in files}
    assert {".py", ".ipynb", ".js", ".css", ".json", ".zip"} <= kinds, "programs, lessons, panels, recordings"
    assert sum(name.endswith("/recording.zip") for name in files) >= 20


def test_no_answer_travels(files):
    assert not [name for name in files if "/answers/" in name or "solutions" in name or "sabotage" in name]
    said = texts(files.items())
    assert not [
        name
        for name, text in said.items()
        if "BEGIN SOLUTION" in text or re.search(r"^SOLUTION = ", text, re.M)
    ]
    assert leaks(said) == []


def test_every_answer_would_be_found():
    """The solved editions and the files of answers, looked at as if they travelled."""
    told = "\n".join(
        leaks(texts((path.name, path.read_bytes()) for path in ROOT.glob("notebooks/solutions/*.ipynb")))
    )
    both = [(lesson, where) for lesson, where, _ in solutions()]
    solved = [each for each in both if each[1].startswith("solution")]
    missed = [
        f"{where} of lesson {lesson}" for lesson, where in solved if f"{where} of lesson {lesson}" not in told
    ]
    # Each of their lines the lesson itself has elsewhere.
    assert missed == ["solution 1 of lesson layers", "solution 1 of lesson pipes"]
    told = "\n".join(
        leaks(texts((str(path), path.read_bytes()) for path in ROOT.glob("lessons/*/answers/*.py")))
    )
    assert all(f"{where} of lesson {lesson}" in told for lesson, where in both if where.endswith(".py"))
    assert len(both) - len(solved) >= 40


def test_it_says_what_it_is(files):
    about = f"labkit_net-{labkit.__version__}.dist-info"
    said = message_from_bytes(files[f"{about}/METADATA"])
    assert (said["Name"], said["Version"]) == ("labkit-net", labkit.__version__)
    assert said["License-Expression"] == "GPL-2.0-or-later"
    assert said.get_all("License-File") == ["LICENSE", "LICENSE-lessons"]
    assert said["Requires-Python"] == PROJECT["requires-python"]
    points = files[f"{about}/entry_points.txt"].decode()
    assert "labkit = labkit.__main__:main" in points
    assert "labkit-net = labkit.__main__:main" in points, (
        "uvx and pipx run look for a program of the package's name"
    )
    assert "labkit.course.nbval.plugin = labkit.course.nbval.plugin" in points
    # The package index shows this page alone: what it links to must be somewhere.
    page = said.get_payload()
    assert said["Description-Content-Type"] == "text/markdown"
    links = re.findall(r"\]\(([^)]*)\)", page)
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    for text in (page, (ROOT / "README.md").read_text(encoding="utf-8")):
        assert "uvx labkit-net lab" in text and "pipx run labkit-net lab" in text
        assert "pip install labkit-net" in text


def test_its_times_are_those_that_the_builder_says(wheel):
    with zipfile.ZipFile(wheel) as archive:
        assert {info.date_time for info in archive.infolist()} == {MADE_AT.timetuple()[:6]}
