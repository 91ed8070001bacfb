"""Every program that a test is marked with is there where CI runs the test, which may not skip it (conftest.py)."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache

import pytest
import yaml

from tools.editions import ROOT

SCRIPT = ROOT / ".ci" / "programs"
LIST = re.search(r"^PROGRAMS=\((.*?)^\)", SCRIPT.read_text(encoding="utf-8"), re.S | re.M)[1]
PACKAGES = dict(each.split("=") for each in LIST.split())
BY_VERB = {"test": "tests", "sabotage": "tests", "test-browser": "tests/browser", "dist": "tests/installed"}
JOBS = {
    f"{path.name} {name}": job
    for path in sorted((ROOT / ".github/workflows").glob("*.yml"))
    for name, job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].items()
    if job["runs-on"].startswith("ubuntu")  # elsewhere CI may skip
}


def marks(nodes: Iterable[ast.AST]) -> set[str]:
    """The programs that marks somewhere in these nodes name."""
    calls = [node for top in nodes for node in ast.walk(top) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "program"]
    return {
        ast.literal_eval(name)
        for call in named
        if ast.unparse(call.func) == "pytest.mark.program"
        for name in call.args
    }


@cache  # each job asks for most files again
def marked(source: str) -> set[str]:
    """The programs with which tests are marked in a file."""
    return marks([ast.parse(source)]) if "program" in source else set()


def unmarked(source: str) -> set[str]:
    """The programs of the list that a file's tests run, `["ping", ...]`, and are not marked with; of what tests call,
    those that nothing in the file is marked with.
    """
    tree = ast.parse(source)
    everywhere = marks(node for node in tree.body if isinstance(node, ast.Assign))

    def known(node: ast.AST, above: set[str]) -> set[str]:
        if not isinstance(node, ast.FunctionDef):
            return above
        if not node.name.startswith("test_"):
            return marked(source)
        return above | marks(node.decorator_list)

    def runs(node: ast.AST, above: set[str]) -> set[str]:
        allowed = known(node, above)
        first = node.elts[0] if isinstance(node, ast.List) and node.elts else None
        name = first.value if isinstance(first, ast.Constant) else None
        found = {name} & set(PACKAGES) - allowed
        return found.union(*(runs(child, allowed) for child in ast.iter_child_nodes(node)))

    return runs(tree, everywhere)


def marked_in(place: str) -> set[str]:
    """The same of a file of tests, or a folder."""
    path = ROOT / place
    files = [path] if path.suffix == ".py" else path.rglob("*.py")
    return {name for file in files for name in marked(file.read_text(encoding="utf-8"))}


def places_run_by(run: str) -> list[str]:
    """The folders and files of tests that a step of a job runs."""
    if given := re.search(r'TESTS="([^"]*)"', run):
        return given[1].split()
    if given := re.search(r"-m pytest (.*)", run):
        return given[1].split()
    return [BY_VERB[word] for word in run.split() if run.startswith("make ") and word in BY_VERB]


def lacking(job: dict) -> set[str]:
    """The programs that a job's tests are marked with, and that no step before has installed."""
    steps = [step.get("run", "") for step in job["steps"]]
    cut = next((number for number, run in enumerate(steps) if run == "sudo .ci/programs"), len(steps))
    before = {name for run in steps[:cut] for place in places_run_by(run) for name in marked_in(place)}
    after = {name for run in steps[cut:] for place in places_run_by(run) for name in marked_in(place)}
    return before | (after - set(PACKAGES))


def test_every_program_is_in_the_list():
    found = marked_in("tests")
    assert {"redis-benchmark", "traceroute", "tshark", "ip"} <= found, "the marks are found"
    assert found - set(PACKAGES) == set()


def test_a_test_that_runs_one_is_marked_with_it():
    files = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
    assert {path.name: found for path, text in files.items() if (found := unmarked(text))} == {}


def test_one_that_is_not_marked_is_found():
    body = 'def test_x(net):\n    assert net.client.run(["ping", "server"]).returncode == 0\n'
    assert unmarked(body) == {"ping"}
    assert unmarked('@pytest.mark.program("nc")\n' + body) == {"ping"}
    assert unmarked('@pytest.mark.program("ping")\n' + body) == set()
    assert unmarked('pytestmark = [pytest.mark.program("ping")]\n' + body) == set()
    called = 'def pinged(host):\n    host.run(["ping", "server"])\n'
    assert unmarked(called) == {"ping"}
    assert (
        unmarked(called + '@pytest.mark.program("ping")\ndef test_x(net):\n    pinged(net.client)\n') == set()
    )


@pytest.mark.parametrize("name", JOBS)
def test_a_job_has_the_programs_of_its_tests(name):
    assert lacking(JOBS[name]) == set()


def test_a_job_that_lacks_some_is_found():
    fetch, test = {"uses": "actions/checkout"}, {"run": 'make test TESTS="tests/network/lessons notebooks"'}
    redis = {"redis-server", "redis-cli", "redis-benchmark"}
    assert lacking({"steps": [fetch, test]}) == redis
    assert lacking({"steps": [test, {"run": "sudo .ci/programs"}]}) == redis, "too late"
    assert lacking({"steps": [fetch, {"run": "sudo .ci/programs"}, test]}) == set()
    assert {"tshark", "nc"} <= lacking({"steps": [{"run": "make browser sabotage PYTHON=python"}]})
    assert (
        lacking({"steps": [{"run": ".venv/bin/python -m pytest tests/network/sockets/test_table.py"}]})
        == set()
    )


def test_ci_on_a_bare_machine_installs_them_before_anything_runs():
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "\n.ci/programs " in text.partition('\nstep "')[0]


# ---- The script, on machines of which the test says what they have ----

needs_bash = pytest.mark.skipif(sys.platform != "linux", reason="it is for Debian and Ubuntu")


@pytest.fixture
def machine(tmp_path):
    """Runs the script for a user, where these programs are: its status, what it says, what apt-get was asked."""
    bin_, log = tmp_path / "bin", tmp_path / "log"

    def run(user: int, programs: set[str], refuses: str = "", more: tuple[str, ...] = ()):
        shutil.rmtree(bin_, ignore_errors=True)
        bin_.mkdir()
        log.write_text("")
        brings = {**PACKAGES, **dict(each.split("=") for each in more)}
        cases = "".join(
            f"{package}) for each in {' '.join(name for name in brings if brings[name] == package)}; do"
            f" [ -e {bin_}/$each ] || {shutil.which('ln')} -s /bin/true {bin_}/$each; done ;;\n"
            for package in sorted({*brings.values()} - {refuses})
        )
        apt = (
            f'echo "$*" >>{log}\nfor last in "$@"; do :; done\n'
            f"case $last in {refuses or '-'}) exit 100 ;;\n{cases}esac"
        )
        stand_ins = {"apt-get": apt, "id": f"echo {user}", "debconf-set-selections": "exit 0"}
        for name, does in {**stand_ins, **dict.fromkeys(programs, "exit 0")}.items():
            (bin_ / name).write_text(f"#!/bin/sh\n{does}\n")
            (bin_ / name).chmod(0o755)
        ran = subprocess.run(
            [shutil.which("bash"), SCRIPT, *more],
            env={"PATH": str(bin_)},
            capture_output=True,
            text=True,
            check=False,
        )
        asked = [line.split()[-1] for line in log.read_text().splitlines()]
        return ran.returncode, ran.stderr, asked

    return run


@needs_bash
def test_a_bare_machine_gets_each_package_once(machine):
    status, said, asked = machine(0, set(), more=("chromium=chromium",))
    assert (status, said) == (0, "")
    assert asked[0] == "-qq" and sorted(asked[1:]) == sorted({*PACKAGES.values(), "chromium"})


@needs_bash
def test_only_what_is_missing_is_installed(machine):
    there = set(PACKAGES) - {"traceroute", "redis-benchmark"}
    assert machine(0, there) == (0, "", ["-qq", "traceroute", "redis-tools"])
    assert machine(1000, set(PACKAGES)) == (0, "", []), "whoever has all of it need not be root"


@needs_bash
def test_one_that_cannot_be_had_costs_no_other_and_is_told(machine):
    there = set(PACKAGES) - {"traceroute", "redis-benchmark"}
    status, said, asked = machine(0, there, refuses="traceroute")
    assert (status, asked[-1]) == (1, "redis-tools")
    assert said == "not there: traceroute (apt-get install traceroute did not bring it)\n"
    status, said, asked = machine(1000, there)
    assert (status, asked) == (1, [])
    assert (
        said.count("not there: ") == 2 and "(not root on a Debian or an Ubuntu: install redis-tools)" in said
    )
