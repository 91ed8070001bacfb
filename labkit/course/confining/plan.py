"""What a confined program may see and take: a value that travels as JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

_PACKAGE = Path(__file__).resolve().parents[2]
# Of a checkout: what students must not read, the answers in the history too.
_SECRET = ("lessons", "notebooks", "tests", ".git")


class Plan(NamedTuple):
    """The bounds of one confined program.

    `hidden` are folders that it finds empty, and may write to until `disk_mb` are full; `shown` are folders inside
    these that it finds as they are; `writable` is one that it shares with whoever started it.  It starts in a copy of
    the folder in which it was started, `work_mb` at most.  `ended` is a file that says why it was ended, if it was.
    """

    hidden: tuple[str, ...]
    shown: tuple[str, ...]
    secret: tuple[str, ...]
    writable: str
    ended: str
    seconds: float = 300
    memory_mb: int = 2000
    processes: int = 300
    disk_mb: int = 256
    work_mb: int = 64

    def to_json(self) -> str:
        """The plan as one line."""
        return json.dumps(self._asdict())

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The plan that a line says."""
        said: dict[str, Any] = json.loads(text)
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in said.items()
        }
        return cls(**values)


def private_places(*private: str) -> tuple[str, ...]:
    """Folders that a student's program has no business in: the course's, a teacher's home, what others left in /tmp."""
    home = os.path.expanduser("~")
    usual = ["/home", "/root", "/tmp", "/var/tmp", "/run", "/dev/shm", "/mnt", "/media", "/srv"]
    found = [*private, home, *usual]
    there = {os.path.realpath(place) for place in found if os.path.isdir(place)} - {"/"}
    return tuple(sorted(there, key=lambda place: (place.count("/"), place)))


def python_places() -> tuple[str, ...]:
    """Where this Python, its packages and labkit are."""
    found = {sys.prefix, sys.base_prefix, str(_PACKAGE)}
    found |= {place for place in sys.path if place.endswith(("site-packages", "dist-packages"))}
    found |= {os.path.realpath(place) for place in found}
    there = [place for place in found if os.path.exists(place)]
    within = {place for place in there for other in there if place != other and place.startswith(f"{other}/")}
    return tuple(sorted(set(there) - within))


def secret_places() -> tuple[str, ...]:
    """Where a checkout of labkit keeps answers; nothing where labkit was installed without."""
    root = _PACKAGE.parent
    if not (root / "lessons").is_dir():
        return ()
    return tuple(str(root / name) for name in _SECRET if (root / name).exists())
