"""What `make dist` has built, installed into an empty environment and used from a folder that knows no repository.

Every night all lessons are compared there, by day one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
import zipfile
from functools import partial
from pathlib import Path

import added_lessons
import pytest
from waiting import wait_for

import labkit
from labkit.course.editions import editions
from tools.editions import ROOT

DIST = ROOT / "dist"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LESSONS = [] if os.environ.get("LABKIT_EVERY_LESSON") else ["framing"]  # all of them every night
BIN = "Scripts" if sys.platform == "win32" else "bin"
# Nothing of this repository's, or of the session's that runs the tests, is to be met there.
FOREIGN = ("PYTHON", "LABKIT", "JUPYTER", "VIRTUAL_ENV", "PYTEST", "COV_")


def clean(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**kept, "HOME": str(home), "PIP_DISABLE_PIP_VERSION_CHECK": "1", "CI": os.environ.get("CI", "")}


class Lab:
    """An environment with nothing but what `pip install` of the wheel brings, and a folder somewhere to work in."""

    def __init__(self, folder: Path):
        self.home = folder / "somewhere"
        self.home.mkdir()
        self.bin = folder / "empty" / BIN
        subprocess.run([sys.executable, "-m", "venv", folder / "empty"], check=True)

    def __call__(self, program: str, *words: str, expected: int = 0) -> str:
        """Run one of its programs; returns what it prints."""
        argv = [str(self.bin / program), *words]
        ran = subprocess.run(
            argv,
            cwd=self.home,
            env=clean(self.home),
            capture_output=True,
            text=True,
            timeout=1500,
            check=False,
        )
        assert ran.returncode == expected, (
            f"{words}: {ran.returncode}\n{ran.stdout[-8000:]}\n{ran.stderr[-4000:]}"
        )
        return ran.stdout

    def install(self, *words: str) -> None:
        """By uv where it is, in seconds; else by pip, in a minute or more.  Both keep what they fetched."""
        uv = shutil.which("uv")
        python = str(self.bin / "python")
        argv = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        ran = subprocess.run(
            [*argv, "--quiet", *words], env=kept, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr


def only(pattern: str) -> Path:
    found = [*DIST.glob(pattern)]
    assert len(found) == 1, f"dist/{pattern}: {found}; make dist builds it"
    return found[0]


@pytest.fixture(scope="module")
def pins(tmp_path_factory):
    """The lock's versions as constraints: what comes out tomorrow shall not fail today's commit."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("pins") / "constraints.txt"
    pinned = re.findall(r"(?m)^([\w.-]+)(?:\[[\w,-]+\])?(==[^\\\n]*)", lock)  # constraints take no extras
    path.write_text("".join(f"{name}{version}\n" for name, version in pinned), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def lab(tmp_path_factory, pins):
    made = Lab(tmp_path_factory.mktemp("lab"))
    made.install("--constraint", str(pins), str(only("*.whl")))
    return made


@pytest.fixture(scope="module")
def strict(lab, pins):
    """The same with what compares notebooks: pytest and nbval."""
    lab.install("--constraint", str(pins), "pytest", "nbval", "pytest-xdist")
    return lab


# ---- What was built ----


def test_the_same_commit_gives_the_same_bytes_from_the_sdist_and_from_here(tmp_path):
    with zipfile.ZipFile(only("*.whl")) as archive:
        made = {info.date_time for info in archive.infolist()}
    assert len(made) == 1, "all files of one time"
    commit = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or commit.stdout.strip()
    for kind, pattern in (("sdist", "*.tar.gz"), ("wheel", "*.whl")):
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, "SOURCE_DATE_EPOCH": epoch},
            capture_output=True,
            check=True,
        )
        (again,) = tmp_path.glob(pattern)
        assert again.read_bytes() == only(pattern).read_bytes(), (
            f"{again.name} differs: was something changed since?"
        )


# ---- Installed, from a folder that knows nothing ----


def test_nothing_of_the_repository_is_needed_or_met(lab):
    code = "import labkit, sys; print(labkit.__version__, labkit.__file__); print(*sys.path, sep='\\n')"
    version, file = (said := lab("python", "-c", code)).splitlines()[0].split()
    assert version == labkit.__version__ and Path(file).is_relative_to(lab.bin.parent)
    assert str(ROOT) not in said
    for name in ("lessons", "tests", "tools", "sabotage", "bench"):  # where the answers are
        lab("python", "-c", f"import {name}", expected=1)


def test_all_lessons_are_found_and_laid_open(lab):
    listed = lab("labkit", "lessons", "--list").splitlines()
    assert [line.split()[1] for line in listed if "being written" not in line] == [
        each.name for each in editions()
    ]
    assert f"{len(editions())} lessons in mine" in lab("labkit-net", "lessons", "--copy", "mine")
    laid = {
        path.name: json.loads(path.read_text(encoding="utf-8"))
        for path in (lab.home / "mine").glob("*.ipynb")
    }
    assert sorted(laid) == [each.file for each in editions()]
    assert not [
        name for name, notebook in laid.items() if any(cell.get("outputs") for cell in notebook["cells"])
    ]


def asked(about: dict[str, str], path: str) -> str:
    """What a Jupyter server answers."""
    request = urllib.request.Request(
        about["url"] + path, headers={"Authorization": f"token {about['token']}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def reached(runtime: Path) -> dict[str, str]:
    """What the server that runs says of itself; nothing while it has not written all of that, or listens not yet."""
    try:
        about = json.loads(next(runtime.glob("jpserver-*.json")).read_text(encoding="utf-8"))
        return about if asked(about, "api") else {}
    except (StopIteration, ValueError, urllib.error.URLError):
        return {}


def test_the_lab_opens_on_the_start_page(lab):
    """Two commands: pip install, labkit lab."""
    argv = [
        str(lab.bin / "labkit"),
        "lab",
        "opened",
        "--",
        "--no-browser",
        "--port=0",
        "--ServerApp.port_retries=0",
    ]
    log = (lab.home / "server.log").open("w+", encoding="utf-8")
    with log, subprocess.Popen(argv, cwd=lab.home, env=clean(lab.home), stdout=log, stderr=log) as server:
        try:
            runtime = lab.home / ".local/share/jupyter/runtime"
            wait_for(lambda: reached(runtime), timeout=60)
            about = reached(runtime)
            get = partial(asked, about)
            assert Path(about["root_dir"]) == lab.home / "opened"
            assert "00_start.ipynb" in get("api/contents/00_start.ipynb?content=0")
            page = get("lab/tree/00_start.ipynb")
            assert "@jupyterlab/apputils-extension:announcements" in page, "a learner is not asked about news"
            widgets = get("lab/api/settings/@jupyter-widgets/jupyterlab-manager:plugin")
            assert json.loads(widgets)["schema"]["properties"]["saveState"]["default"] is True
        finally:
            server.terminate()
            server.wait(60)


def test_the_doctor_names_what_this_user_has(lab):
    report = json.loads(
        subprocess.run(
            [lab.bin / "labkit", "doctor", "--json"],
            cwd=lab.home,
            env=clean(lab.home),
            capture_output=True,
            text=True,
        ).stdout
    )
    assert report["facts"]["environment"]["kind"] == "package"
    assert "packages" not in report["causes"]


def test_a_capture_is_explained(lab):
    shutil.copy(next((ROOT / "tests/golden").rglob("reset.pcapng")), lab.home / "seen.pcapng")
    argv = [lab.bin / "labkit", "explain", "seen.pcapng"]
    ran = subprocess.run(argv, cwd=lab.home, env=clean(lab.home), capture_output=True, text=True)
    assert ran.returncode == 1 and " finding" in ran.stdout, ran.stderr


def test_a_lesson_changed_upstream_comes_beside_the_work(lab):
    lab("labkit", "lessons", "--copy", "work", "framing")
    mine = lab.home / "work" / "05_framing.ipynb"
    content = json.loads(mine.read_text(encoding="utf-8"))
    next(cell for cell in content["cells"] if cell["cell_type"] == "code")["source"] = "my_own = 42"
    mine.write_text(json.dumps(content), encoding="utf-8")
    shipped = Path(lab("python", "-c", "import labkit; print(labkit.__file__)").strip()).parent / "notebooks"
    edition = shipped / "05_framing.ipynb"
    before = edition.read_text(encoding="utf-8")
    try:
        edition.write_text(before.replace("# A stream has no messages", "# A stream has no messages, still"))
        assert edition.read_text(encoding="utf-8") != before
        said = lab("labkit", "lessons", "--copy", "work", "framing")
    finally:
        edition.write_text(before, encoding="utf-8")
    assert "05_framing.ipynb holds your work and stays as it is" in said and "05_framing.new.ipynb" in said
    assert "my_own = 42" in mine.read_text(encoding="utf-8")
    assert "still" in (lab.home / "work" / "05_framing.new.ipynb").read_text(encoding="utf-8")


# ---- With pytest and nbval ----

NBVAL = (
    "-m",
    "pytest",
    "-q",
    "--nbval",
    "--nbval-current-env",
    "--nbval-cell-timeout=60",
    "-p",
    "no:cacheprovider",
)


def test_lessons_give_what_they_gave_where_they_were_made(strict):
    strict("labkit", "lessons", "--copy", "compared", "--outputs", *LESSONS)
    said = strict("python", *NBVAL, "-n", "2", "--dist", "loadfile", "compared")
    assert re.search(r"\d+ passed", said) and "skipped" not in said and "failed" not in said


def test_a_teachers_package_is_installed_beside_it(strict, pins, tmp_path):
    """As docs/extending.md says: a folder with a pyproject.toml that names an entry point, and a folder a lesson."""
    project = added_lessons.write(tmp_path / "week-three", {"pyproject.toml": added_lessons.PROJECT})
    added_lessons.write(project)
    strict.install("--constraint", str(pins), str(project))
    try:
        assert re.search(r"\d+  dns +Names$", strict("labkit", "lessons", "--list"), re.M)
        strict("labkit", "lessons", "--copy", "week", "dns")
        (laid,) = (strict.home / "week").glob("*_dns.ipynb")
        code = "from labkit import check; check('w3-double', lambda number: number + 2)"
        assert "double(0) should return 0, but returned 2" in strict("python", "-c", code)
        execute = (
            f"import nbformat, nbclient; n = nbformat.read({str(laid)!r}, 4); nbclient.NotebookClient(n).execute();"
            f"nbformat.write(n, {str(laid)!r})"
        )
        strict("python", "-c", execute)
        assert "Double it" in laid.read_text(encoding="utf-8"), "the check has told its story"
        assert "2 passed" in strict("python", *NBVAL, str(laid))
    finally:
        strict("python", "-m", "pip", "uninstall", "--quiet", "--yes", "week-three")
