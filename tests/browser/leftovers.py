"""What a lab has running: its processes, and the networks that they keep."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from browser.driving import START, Lab


class Process(NamedTuple):
    """A process for good: ids are used again, an id and a start time are not."""

    pid: int
    started: str
    network: str
    command: str


def processes(lab: Lab) -> set[Process]:
    """All that `make lab` started, and what that started: each has inherited where progress is kept."""
    mark = f"LABKIT_PROGRESS={lab.progress}".encode()
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            if mark not in (entry / "environ").read_bytes().split(b"\0"):
                continue
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            started = (entry / "stat").read_text().rpartition(")")[2].split()[19]
            found.add(Process(int(entry.name), started, os.readlink(entry / "ns/net"), command))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it has just ended, or belongs to somebody else
    return found


def gone(lab: Lab, before: set[Process]) -> None:
    """Wait until none of these processes is there, nor a process in one of their networks."""
    deadline = time.monotonic() + START / 4
    while left := before & processes(lab):
        assert time.monotonic() < deadline, f"still there: {sorted(left)}"
        time.sleep(0.05)


def networks(lab: Lab) -> set[str]:
    """The network namespaces in which something of the lab's runs."""
    return {process.network for process in processes(lab)}
