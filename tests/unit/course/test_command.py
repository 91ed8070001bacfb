"""`labkit lessons` and `labkit lab` from a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from labkit.__main__ import main
from labkit.course import command


def test_lessons_are_listed_and_laid(capsys, tmp_path):
    assert main(["lessons", "--list"]) == 0
    assert "handshake  The handshake and the goodbye" in capsys.readouterr().out
    assert main(["lessons", "--copy", str(tmp_path / "a b"), "handshake", "00"]) == 0
    laid = sorted(path.name for path in (tmp_path / "a b").glob("*.ipynb"))
    assert laid == ["00_start.ipynb", "02_handshake.ipynb"]
    assert capsys.readouterr().out == f"2 lessons in {tmp_path / 'a b'}\n"


def test_what_cannot_be_laid_is_told(capsys, tmp_path):
    assert main(["lessons", "--copy", str(tmp_path), "quic"]) == 2
    assert "labkit lessons: there is no lesson 'quic'" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="elsewhere JupyterLab is a child")
def test_lab_lays_the_lessons_and_becomes_jupyterlab(capfd, monkeypatch, tmp_path):
    became = []
    monkeypatch.setattr(os, "execv", lambda program, command: became.append((os.getcwd(), program, command)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/somewhere")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/etc/mine")
    monkeypatch.setenv("SHELL", "/bin/fish")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0))
    main(["lab", "mine", "--", "--no-browser", "--port=9000"])
    ((folder, program, arguments),) = became
    assert folder == str(tmp_path / "mine") and program == sys.executable
    assert arguments[1:4] == ["-m", "jupyterlab", "--LabApp.default_url=/lab/tree/00_start.ipynb"]
    shell = (
        "--ServerApp.terminado_settings={'shell_command': ['/bin/fish']}"  # no -l, which would set PATH anew
    )
    assert arguments[-3:] == [shell, "--no-browser", "--port=9000"]
    assert (tmp_path / "mine" / "00_start.ipynb").exists()
    settings = Path(os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0], "labconfig")
    told = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in settings.glob("*.json")}
    assert told == {
        "page_config": {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}},
        "default_setting_overrides": {"@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True}},
    }
    assert os.environ["JUPYTER_CONFIG_PATH"].endswith(f"{os.pathsep}/etc/mine")
    # `labkit on client` in a terminal of JupyterLab's is the `labkit` beside this Python.
    assert os.environ["PATH"].split(os.pathsep) == [os.path.dirname(sys.executable), "/somewhere"]


def test_nothing_heavy_is_loaded_for_it():
    code = (
        "import sys; before = set(sys.modules); import labkit.__main__, labkit.course.command as c; c.listing();"
        " print(*sorted(set(sys.modules) - before))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "nbformat",
        "jupytext",
        "jupyterlab",
        "IPython",
        "matplotlib",
        "scapy",
        "asyncio",
        "labkit.network",
    }
    assert heavy & set(ran.stdout.split()) == set()
    assert command.FOLDER == "my-lessons"
