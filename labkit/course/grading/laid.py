"""How a course was laid out, in `course.toml` in its folder: laid out again, it forgets nothing."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from labkit.words import say

FILE = "course.toml"
NAME = "labkit"
WORTH: Mapping[str, float] = {"quiz": 1.0, "order": 1.0, "predict": 0.0}
"""What a course is called, and what its questions are worth, where nobody has said otherwise."""

_HEAD = "# Written by `python -m tools.course`, which leaves as they are what its options do not change."


class LaidError(ValueError):
    """The file cannot be read; the message says why, and what to do."""


class Laid(NamedTuple):
    """How a course is laid out.

    course   its id in the exchange
    worth    points for each "quiz", "order" and "predict"
    written  the SHA-256 of each notebook as it was written, by its path in the course's folder
    """

    course: str
    worth: Mapping[str, float]
    written: Mapping[str, str]


def read(folder: Path) -> Laid | None:
    """How the course in this folder is laid out; None where the file is not there.  Raises LaidError."""
    try:
        said = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
        if not isinstance(said["course"], str):
            raise TypeError(say("course is no text"))
        worth = {kind: float(said["worth"][kind]) for kind in WORTH}
        written = {str(path): str(digest) for path, digest in said["written"].items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        template = (
            "{file}, which says how the course is laid out, cannot be read ({why}); mend it, or remove it and lay the"
            " course out again with all its options"
        )
        raise LaidError(say(template, file=folder / FILE, why=error)) from error
    return Laid(said["course"], worth, written)


def write(folder: Path, laid: Laid) -> None:
    """Write the file anew."""
    lines = [
        _HEAD,
        f"course = {_text(laid.course)}",
        "\n[worth]",
        *(f"{kind} = {float(points)!r}" for kind, points in laid.worth.items()),
        "\n[written]",
        *(f"{_text(path)} = {_text(digest)}" for path, digest in sorted(laid.written.items())),
    ]
    (folder / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _text(value: str) -> str:
    # TOML and JSON write texts alike, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
