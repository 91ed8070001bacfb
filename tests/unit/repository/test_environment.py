"""What a fresh machine installs: three files in step, and errors that say which command mends it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import labkit
from tools.editions import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
DIRECT = [Requirement(text) for text in [*PROJECT["dependencies"], *EXTRAS["test"]]]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
SYSTEMS = ["linux", "darwin", "win32"]


def locked(name: str) -> list[Requirement]:
    """The pins of a lock file, each with its marker."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = [line.removesuffix("\\").strip() for line in lines if line and not line.startswith(("#", " "))]
    return [Requirement(pin) for pin in pins]


def chosen(pins: list[Requirement], python: str, system: str) -> dict[str, str]:
    """Which version of each package a Python on a system gets."""
    target = {**default_environment(), "python_version": python, "python_full_version": f"{python}.5"}
    target |= {
        "sys_platform": system,
        "platform_system": {"win32": "Windows", "darwin": "Darwin"}.get(system, "Linux"),
    }
    target |= {"os_name": "nt" if system == "win32" else "posix", "implementation_name": "cpython"}
    target |= {"platform_python_implementation": "CPython"}
    found: dict[str, str] = {}
    for pin in pins:
        if pin.marker is None or pin.marker.evaluate(target):
            name = canonicalize_name(pin.name)
            assert name not in found, f"two versions of {name} for Python {python} on {system}"
            found[name] = str(pin.specifier).removeprefix("==")
    return found


# ---- Three files in step ----


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_pins_what_the_project_asks_for(python, system):
    pins = chosen(locked("requirements.lock"), python, system)
    for wanted in [*DIRECT, *map(Requirement, EXTRAS["build"])]:
        name = canonicalize_name(wanted.name)
        assert name in pins, f"{name} is missing: make lock"
        assert wanted.specifier.contains(pins[name]), (
            f"{name} {pins[name]} is not {wanted.specifier}: make lock"
        )


def test_the_lock_pins_the_extras_that_its_packages_ask_for():
    """Of a package with an extra that is not pinned with it, an older pip tries the newest, and refuses that.

    So an environment could be made until the day on which a newer one came out.
    """
    pins = {canonicalize_name(pin.name): pin for pin in locked("requirements.lock")}
    asked = {
        (canonicalize_name(wanted.name), extra)
        for name in pins
        if (wants := requirements_of(name))
        for wanted in map(Requirement, wants)
        if wanted.extras and (wanted.marker is None or wanted.marker.evaluate({"extra": ""}))
        for extra in wanted.extras
    }
    assert asked, "no package asks for an extra of another: this test looks at nothing"
    assert sorted((name, extra) for name, extra in asked if extra not in pins[name].extras) == []


def requirements_of(name: str) -> list[str]:
    """What an installed package asks for; nothing of one that only other systems install."""
    with contextlib.suppress(metadata.PackageNotFoundError):
        return metadata.requires(name) or []
    return []


@pytest.mark.parametrize(
    ("extra", "package"),
    [
        ("browser", "playwright"),
        ("grading", "nbgrader"),
        ("site", "sphinx"),
        ("dist", "twine"),
        ("hub", "jupyterhub"),
    ],
)
def test_an_extra_lock_has_the_same_pins_and_its_package(extra, package):
    lab, larger = (
        {canonicalize_name(pin.name): str(pin) for pin in locked(name)}
        for name in ("requirements.lock", f"requirements-{extra}.lock")
    )
    assert lab.items() <= larger.items(), "make lock"
    assert package in larger


@pytest.mark.parametrize(
    "name",
    [
        "requirements.lock",
        *(f"requirements-{extra}.lock" for extra in ("browser", "grading", "site", "dist", "hub")),
    ],
)
def test_every_pin_has_hashes_and_no_machine_is_named(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for pin in re.split(r"\n(?=\w)", text)[1:]:
        assert "==" in pin.split()[0], pin
        assert "--hash=sha256:" in pin, pin
    assert not re.search(r"://|--index|--find-links|@ file", text)


def test_the_package_says_the_version_of_the_project():
    """It stands in labkit/version.py alone (and test_package.py looks at what is built)."""
    assert PROJECT["dynamic"] == ["version"] and "version" not in PROJECT
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", labkit.__version__)


CONDAS = {
    "redis-py": "redis"
}  # what conda-forge calls otherwise than PyPI does; its `redis` would be the server


def test_conda_gets_the_same_packages():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    names = [line for line in conda["dependencies"] if isinstance(line, str)]
    asked = {
        (CONDAS.get(r.name, r.name), str(r.specifier))
        for r in map(Requirement, names)
        if r.name not in ("python", "pip", "make")
    }
    assert asked == {(r.name, str(r.specifier)) for r in DIRECT}
    python = next(Requirement(line).specifier for line in names if line.startswith("python "))
    assert [version for version in ["3.10", *PYTHONS, "3.15"] if python.contains(version)] == PYTHONS
    assert conda["dependencies"][-1] == {"pip": ["--editable ."]}


def test_workflow_tests_every_supported_python():
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["linux"]["strategy"]["matrix"]["python"] == PYTHONS
    uses = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) for action in uses), uses


# ---- tools/environment on machines that lack something ----

needs_shell = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell script")

OLD = 'echo "3.9 /usr old"'
BARE = 'echo "3.12 /usr bare"'
BROKEN = "exit 127"


@pytest.fixture
def machine(tmp_path):
    """A machine whose Pythons are what the test says: a function that runs tools/environment there."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for tool in ("sh", "cat", "cksum", "dirname", "grep", "head", "sed", "tr"):
        (bin_ / tool).symlink_to(shutil.which(tool))
    repository = tmp_path / "lab"
    (repository / "tools").mkdir(parents=True)
    for name in ("tools/environment", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, repository / name)

    def run(
        pythons: dict[str, str], packager: str = "apt-get", **variables: str
    ) -> subprocess.CompletedProcess:
        for name, does in {**pythons, packager: "exit 0"}.items():
            (bin_ / name).write_text(f"#!/bin/sh\n{does}\n")
            (bin_ / name).chmod(0o755)
        command = [str(repository / "tools" / "environment"), ".venv"]
        environment = {"PATH": str(bin_), **variables}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    run.repository = repository
    return run


@needs_shell
@pytest.mark.parametrize(
    ("pythons", "packager", "said"),
    [
        ({}, "apt-get", ["No Python was found", "sudo apt install python3 python3-venv"]),
        ({}, "brew", ["No Python was found", "brew install python@3.13"]),
        ({}, "other", ["No Python was found", "https://www.python.org/downloads/"]),
        ({"python3": OLD}, "apt-get", ["python3 is Python 3.9", "3.11 or newer", "sudo apt install"]),
        ({"python3": OLD}, "dnf", ["python3 is Python 3.9", "sudo dnf install python3.13"]),
        (
            {"python3": BARE},
            "apt-get",
            ["Python 3.12", "no venv or ensurepip", "sudo apt install python3.12-venv"],
        ),
        ({"python3": BARE}, "dnf", ["Python 3.12", "install the venv and ensurepip modules"]),
        ({"python3": OLD, "python3.12": BARE}, "apt-get", ["python3.12 is Python 3.12", "python3.12-venv"]),
        ({"python3": BROKEN}, "apt-get", ["No Python was found"]),
    ],
)
def test_a_python_that_will_not_do_gives_the_command_that_mends_it(machine, pythons, packager, said):
    ran = machine(pythons, packager)
    assert ran.returncode == 1
    assert all(part in ran.stderr for part in [*said, "conda env create"]), ran.stderr
    assert not (machine.repository / ".venv").exists()


@needs_shell
@pytest.mark.parametrize(
    ("does", "said"),
    [
        (OLD, "Python 3.9"),
        (BARE, "no venv"),
        (BROKEN, "does not run as a Python"),
        (None, "does not run as a Python"),
    ],
)
def test_a_chosen_python_that_will_not_do_is_refused_although_another_would(machine, does, said):
    mine = {} if does is None else {"mine": does}
    ran = machine({"python3": 'echo "3.12 /usr ok"', **mine}, PYTHON="mine")
    assert ran.returncode == 1
    assert said in ran.stderr


@needs_shell
def test_the_first_python_that_will_do_is_taken(machine):
    making = 'if [ "$1" = -m ]; then echo "$0 $*"; exit 1; fi; echo "3.13 /usr ok"'
    ran = machine({"python3": OLD, "python3.13": making})
    assert "with python3.13 (Python 3.13)" in ran.stderr
    assert "-m venv --clear .venv" in ran.stdout


@needs_shell
def test_an_environment_that_is_right_is_left_alone_and_one_of_another_lock_is_not(machine):
    venv = machine.repository / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").write_text('#!/bin/sh\n[ "$1" = -c ]\n')
    (venv / "bin" / "python").chmod(0o755)
    names = ("requirements.lock", "pyproject.toml", "tools/environment")
    together = b"".join((machine.repository / name).read_bytes() for name in names)
    recipe = (
        subprocess.run(["cksum"], input=together, capture_output=True, check=True).stdout.decode().strip()
    )
    (venv / ".labkit").write_text(f"{recipe} {os.path.realpath(machine.repository)}\n3.12 /usr ok\n")
    assert machine({}).returncode == 0

    same, other = 'echo "3.12 /usr ok"', 'echo "3.13 /usr ok"'
    assert machine({"mine": same}, PYTHON="mine").returncode == 0
    assert "Making the environment" in machine({"mine": other}, PYTHON="mine").stderr

    with (machine.repository / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    assert "No Python was found" in machine({}).stderr


# ---- The Makefile ----


@pytest.mark.program("make")
def test_help_says_one_line_for_each_verb():
    ran = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    verbs = [line.split()[1] for line in ran.stdout.splitlines()]
    assert {"lab", "test", "test-browser", "notebooks", "bench", "lint", "lock", "clean", "help"} <= set(
        verbs
    )
    assert all(len(line) <= 110 for line in ran.stdout.splitlines())


def test_readme_gives_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make lab" in text
    assert "make test" in text


# ---- Skips ----

SKIPPING = """
import pytest

def test_skips():
    pytest.skip("no namespaces here")

@pytest.mark.tun
def test_wants_tun():
    pytest.skip("no tun here")

@pytest.mark.program("no-such-program")
def test_wants_a_program():
    pass

@pytest.mark.xfail(strict=True)
def test_is_known_to_fail():
    assert False
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere CI expects skips")
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "3 skipped, 1 xfailed"),
        ({"CI": "true"}, "2 failed, 1 xfailed, 1 error"),
        ({"CI": "true", "LABKIT_MAY_SKIP": "tun program"}, "1 failed, 2 skipped, 1 xfailed"),
    ],
)
def test_ci_allows_no_skip_that_it_did_not_announce(tmp_path, variables, said):
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "test_skips.py").write_text(SKIPPING)
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "LABKIT_MAY_SKIP")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_skips.py"]
    ran = subprocess.run(
        command, cwd=tmp_path, env={**kept, **variables}, capture_output=True, text=True, check=False
    )
    assert said in ran.stdout, ran.stdout
