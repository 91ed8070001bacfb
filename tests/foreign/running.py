"""Run a module of CPython's tests in processes of their own, and start anew behind a test that hangs or crashes."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 90  # between two looks at how far it has come: no test takes as long
_HUNG = f"no test ended for {SECONDS} s or more"


class Outcome(NamedTuple):
    """What became of a test, and why in its own words.

    what   "passed", "failed", "skipped", "hung", "crashed", or "not run" where what it needs failed before it
    """

    what: str
    words: str = ""


def names(module: str) -> list[str]:
    """The ids of a module's tests. Raises RuntimeError where it cannot be loaded, or has none on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder, "notes")
        said = _child([module, "list", str(notes)], notes, folder)
        if not notes.exists() or not notes.read_text():
            raise RuntimeError(f"{module} has no tests here: {said}")
        return notes.read_text().split("\n")


def run(module: str, on: str, chosen: Collection[str]) -> dict[str, Outcome]:
    """What became of those tests of a module, by id, in processes of its own: a new one after each that ends one."""
    found: dict[str, Outcome] = {}
    left = set(chosen)
    while left:
        with tempfile.TemporaryDirectory() as folder:
            notes, listed = Path(folder, "notes"), Path(folder, "listed")
            listed.write_text("\n".join(left))
            notes.touch()
            said = _child([module, on, str(notes), str(listed)], notes, folder)
            began = ""
            for line in notes.read_text().splitlines():
                what, test, *words = json.loads(line)
                began = test if what == "begin" else ""
                if not began:
                    found[test] = Outcome(what, *words)
        if not began:  # it came to its end
            return found | {test: Outcome("not run", said) for test in left - set(found)}
        found[began] = Outcome("hung" if said.startswith(_HUNG) else "crashed", said)
        left -= set(found)
    return found


def _child(arguments: list[str], notes: Path, folder: str) -> str:
    """Run `child` until it ends, or no step was noted for so long; returns what it said on stderr."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LABKIT_MODE": "namespaces"}
    with tempfile.TemporaryFile() as complaints:
        # A session of its own: what a test leaves behind ends with it.
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.foreign.child", *arguments],
            cwd=folder, env=environment, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints,
        )  # fmt: skip
        ended = os.pidfd_open(child.pid)
        hung, size = "", -1
        try:
            while not hung and not select.select([ended], [], [], SECONDS)[0]:
                before, size = size, notes.stat().st_size if notes.exists() else 0
                hung = _HUNG if size == before else ""
        finally:
            os.close(ended)
            os.killpg(child.pid, signal.SIGKILL)  # before it is reaped: its number is not another's yet
            child.wait()
        complaints.seek(0)
        said = complaints.read().decode(errors="replace").strip()
    return f"{hung}\n{said}".strip() or f"status {child.returncode}, and nothing on stderr"
