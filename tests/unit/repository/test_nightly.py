"""What tests leave to the night is run every night: .github/workflows/nightly.yml sets what they ask for."""

from __future__ import annotations

import re

import yaml

from tools.editions import ROOT

NIGHTLY = yaml.safe_load((ROOT / ".github/workflows/nightly.yml").read_text(encoding="utf-8"))
STEPS = [step for job in NIGHTLY["jobs"].values() for step in job["steps"]]


def asked_for() -> dict[str, list[str]]:
    """{variable of the environment: the test files that do more where it is set, and say "every night"}."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "every night" in text and path.name != "test_nightly.py":
            for name in re.findall(r'environ\.get\("(LABKIT_\w+)"\)', text):
                found.setdefault(name, []).append(path.relative_to(ROOT).as_posix())
    return found


def test_what_is_left_to_the_night_is_run_then():
    assert asked_for()
    for name, files in asked_for().items():
        runs = [step["run"] for step in STEPS if name in step.get("env", {})]
        folders = [each for run in runs for each in re.search(r'TESTS="([^"]+)"', run)[1].split()]
        left = [file for file in files if not any(file.startswith(folder) for folder in folders)]
        assert not left, f"{name} is set for none of {left} in nightly.yml"


def test_libraries_that_are_not_installed_by_day_are_by_night():
    file = "tests/network/sockets/test_inside_others.py"
    wanted = re.findall(r'importorskip\("(\w+)"\)', (ROOT / file).read_text(encoding="utf-8"))
    runs = [step.get("run", "") for step in STEPS]
    (installs,) = [number for number, run in enumerate(runs) if "pip install" in run]
    assert sorted(wanted) == runs[installs].partition("pip install ")[2].split()
    assert runs[installs + 1].endswith(f"pytest {file}")
