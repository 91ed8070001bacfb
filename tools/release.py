"""Is this commit the release that its tag says?  Prints the release's notes, its part of CHANGELOG.md.

    python -m tools.release v0.1.0

Three files say a version: labkit/version.py, of which the package is built, CHANGELOG.md, with the day, and
CITATION.cff.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
_VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_CITED = re.compile(r"^version: (\S+)$", re.MULTILINE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class NotReleasable(Exception):
    """The tag and the files do not say the same; the message says what to change."""


def notes(tag: str, root: Path = ROOT) -> str:
    """What the changelog says of the version that a tag names.  Raises NotReleasable."""
    version = tag.removeprefix("v")
    if tag == version:
        raise NotReleasable(f"a release's tag begins with v: v{version}")
    for name, pattern in (("labkit/version.py", _VERSION), ("CITATION.cff", _CITED)):
        found = pattern.search((root / name).read_text(encoding="utf-8"))
        if found is None or found[1] != version:
            raise NotReleasable(f"{name} says {found[1] if found else 'no version'}, the tag {version}")
    parts = re.split(r"^## ", (root / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for part in parts:
        head, _, body = part.partition("\n")
        if head.startswith(f"[{version}]"):
            if not _DAY.search(head):
                raise NotReleasable(f"CHANGELOG.md names no day: ## [{version}] - 2026-11-30")
            if not body.strip():
                raise NotReleasable(f"CHANGELOG.md has nothing under [{version}]")
            return body.strip()
    raise NotReleasable(
        f"CHANGELOG.md has no ## [{version}]: give what is [Unreleased] that name, and the day"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.release", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("tag", help="v and the version: v0.1.0")
    try:
        print(notes(parser.parse_args(arguments).tag))
    except NotReleasable as error:
        print(f"not this commit: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
