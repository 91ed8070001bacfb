"""A course's nbgrader_config.py: written once, and the teacher's from then on."""

from __future__ import annotations

import re
import shutil
from hashlib import sha256
from pathlib import Path

from labkit.words import say
from tools import texts

CONFIG = texts.ROOT / "tools" / "nbgrader_config.py"
_OURS = "labkit.course.grading.settings"  # what it loads

# Earlier, all that labkit sets stood in the course's own file, and at its end the course's id.
_EARLIER = "57a3fb3944c2d6b1b1f3b227dc96f2ee486dc75e624d91129e6f0cb3bd89be2b"  # the SHA-256 of what stood before the id
_ID = re.compile(r"^c\.CourseDirectory\.course_id = (['\"])([^'\"\\]+)\1$", re.MULTILINE)


def write(folder: Path) -> str:
    """Write it where there is none; returns what to say of one that labkit laid earlier and the teacher has changed."""
    path = folder / CONFIG.name
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if not before or _is_untouched(before):
        shutil.copy(CONFIG, path)
    elif _OURS not in before:
        template = (
            "{file} is of an earlier labkit and was changed, so it stays as it is; for what labkit sets today, move it"
            " away, lay the course out again, and put your lines at the end of the new one"
        )
        return say(template, file=path)
    return ""


def earlier_course(folder: Path) -> str:
    """The course's id, where its file says it, as an earlier labkit wrote it; else nothing."""
    path = folder / CONFIG.name
    found = _ID.findall(path.read_text(encoding="utf-8")) if path.exists() else []
    return found[-1][1] if found else ""


def _is_untouched(text: str) -> bool:
    head, _, id = text.rpartition("\nc.CourseDirectory.course_id = ")
    return id.find("\n") == len(id) - 1 and sha256(head.encode()).hexdigest() == _EARLIER
