"""labkit's pytest plugin in projects of other people: what it costs, and what it does where there are no hosts."""

from __future__ import annotations

import json
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

pytest_plugins = ["pytester"]

PLUGIN = "labkit.course.nbval.plugin"
ITS_OWN = {"labkit", "labkit.lazy", "labkit.version", "labkit.course", "labkit.course.nbval", PLUGIN}
# What a run that has no notebooks can do without: it starts in a third of the time.
WITHOUT = ("-p", "no:nbval", "-p", "no:xdist", "-p", "no:hypothesispytest")
NO_HOSTS = """
from labkit.modes import mode

mode.why_no_namespaces = lambda: "this machine refuses"
"""
TESTS = """
def test_with_hosts(network):
    raise AssertionError("there are none")

def test_without():
    pass
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """On a machine without hosts: a test that wants a network and one that does not, a notebook with labkit and one
    without.
    """
    for name in ("CI", "LABKIT_MAY_SKIP", "LABKIT_MODE", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    pytester.makeconftest(NO_HOSTS)
    pytester.makepyfile(TESTS)
    notebook = new_notebook(cells=[new_code_cell("import labkit"), new_code_cell("1 / 0")])
    nbformat.write(notebook, pytester.path / "own.ipynb")
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), pytester.path / "without.ipynb")
    return pytester


# ---- What it costs ----


def test_loading_it_loads_only_pytest_and_the_standard_library():
    program = f"""
import json, sys
import pytest
before = set(sys.modules)
import {PLUGIN}
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {
        name
        for name in json.loads(ran.stdout)
        if name.partition(".")[0] not in sys.stdlib_module_names | {"pytest", "_pytest", "pluggy"}
    }
    assert loaded == ITS_OWN


@pytest.mark.parametrize("without", [WITHOUT, ()])
def test_a_run_without_notebooks_loads_nothing_more(pytester, without):
    pytester.makepyfile(
        f"""
        import sys

        def test_loaded(pytestconfig):
            assert pytestconfig.pluginmanager.has_plugin({PLUGIN!r})
            rooms = {{name for name in sys.modules if name.startswith("labkit.course")}}
            assert rooms == {{name for name in {ITS_OWN!r} if name.startswith("labkit.course")}}
            assert not {{"matplotlib", "scapy", "labkit.network"}} & set(sys.modules)
            if {bool(without)}:
                assert not {{"nbval", "jupyter_client", "IPython", "nbformat"}} & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess(*without).assert_outcomes(passed=1)


def test_named_on_the_command_line_it_is_the_same_plugin(pytester):
    pytester.makepyfile("def test_nothing(): pass")
    pytester.runpytest_subprocess(*WITHOUT, "-p", PLUGIN).assert_outcomes(passed=1)
    fixture = "network -- *"
    pytester.runpytest_subprocess(*WITHOUT, "--fixtures").stdout.fnmatch_lines([fixture])
    pytester.runpytest_subprocess(*WITHOUT, "-p", f"no:{PLUGIN}", "--fixtures").stdout.no_fnmatch_line(
        fixture
    )


# ---- Machines without hosts ----


@pytest.mark.parametrize(
    ("variables", "outcome"),
    [
        ({}, {"passed": 2, "skipped": 3}),
        ({"CI": "true", "LABKIT_MAY_SKIP": "tun namespaces"}, {"passed": 2, "skipped": 3}),
        pytest.param(
            {"CI": "true"},
            {"passed": 2, "errors": 3},
            marks=pytest.mark.skipif(sys.platform != "linux", reason="elsewhere CI expects skips"),
        ),
    ],
)
def test_without_hosts_what_needs_them_is_skipped_and_fails_in_ci(project, monkeypatch, variables, outcome):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ran = project.runpytest_subprocess("--nbval", "--nbval-current-env", "-ra")
    ran.assert_outcomes(**outcome)
    ran.stdout.fnmatch_lines(["*this machine refuses; `python -m labkit doctor`*"])


def test_a_mode_that_was_asked_for_is_tried(project, monkeypatch):
    monkeypatch.setenv("LABKIT_MODE", "loopback")
    project.runpytest_subprocess(*WITHOUT).assert_outcomes(passed=1, failed=1)
