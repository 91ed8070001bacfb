"""`labkit explain FILE …`: what happened in captures, on the terminal, as a page, or as JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from errno import EEXIST
from pathlib import Path

from labkit.drawing.tables import aligned
from labkit.explain.durations import duration
from labkit.explain.explaining import explain
from labkit.explain.explanation import Explanation
from labkit.explain.page import page
from labkit.traces.files.capturefile import TraceFileError
from labkit.traces.trace import Trace
from labkit.words import say

SUFFIXES = (".pcap", ".pcapng", ".cap", ".snoop")
PACKINGS = ("", ".gz", ".bz2", ".xz")

NOTHING, FOUND, FAILED = 0, 1, 2
"""Exit status: nothing amiss in any of them, something found, or one could not be read."""


def command(files: Sequence[str], html: str | None = None, as_json: bool = False) -> tuple[int, str]:
    """Explain captures, given as files or folders of them; the exit status, and what to print."""
    paths = captures(files)
    explained: list[tuple[str, Explanation]] = []
    failed = False
    for path in paths:
        try:
            explained.append((str(path), explain(Trace.load(path, partial=True))))
        except (OSError, TraceFileError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            print(f"labkit explain: {_about(path, reason)}", file=sys.stderr)
            failed = True
    if not paths:
        print(f"labkit explain: no capture in {', '.join(files)}", file=sys.stderr)
        failed = True
    if html and explained:
        try:
            if _is_no_page(Path(html)):  # so it is in `--html *.pcap`
                raise FileExistsError(EEXIST, "it is there, and is no page; write to another file")
            Path(html).write_text(page(explained), encoding="utf-8")
        except OSError as error:
            print(f"labkit explain: {html} cannot be written: {error.strerror}", file=sys.stderr)
            failed = True
    faults = any(explanation.faults for _, explanation in explained)
    status = FAILED if failed else FOUND if faults else NOTHING
    if as_json:
        told = [{"file": name, **explanation.to_dict()} for name, explanation in explained]
        return status, json.dumps(told, indent=1, ensure_ascii=False)
    if len(paths) == 1 and not os.path.isdir(files[0]):
        return status, "\n".join(repr(explanation) for _, explanation in explained)
    return status, "\n".join(table(explained))


def captures(files: Sequence[str]) -> list[Path]:
    """The files themselves, and of folders all captures in them, by their names' ends."""
    found = []
    for name in files:
        path = Path(name)
        if os.path.isdir(path):
            ends = tuple(suffix + packing for suffix in SUFFIXES for packing in PACKINGS)
            # Not `rglob` and `is_file`: they break off at a link whose target's name is too long for any file.
            there = [Path(folder, each) for folder, _, names in os.walk(path) for each in names]
            found += sorted(each for each in there if each.name.endswith(ends) and os.path.isfile(each))
        else:
            found.append(path)
    return found


def table(explained: Sequence[tuple[str, Explanation]]) -> list[str]:
    """A line for each capture: what was found in it, what cost most first."""
    rows = [(say("file"), say("found"), "")]
    for name, explanation in explained:
        worst = list(dict.fromkeys(finding.title for finding in explanation.findings))
        cost = max((finding.cost_ns for finding in explanation.findings), default=0)
        rows.append((name, ", ".join(worst) or say("nothing unusual"), duration(cost) if cost else ""))
    return aligned(rows) if explained else []


def _is_no_page(path: Path) -> bool:
    """Does a file stand there that no page of ours was?"""
    if not path.is_file() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        return not file.read(100).lstrip().lower().startswith(b"<!doctype html")


def _about(path: Path, reason: str) -> str:
    return reason if str(path) in reason else f"{path}: {reason}"
