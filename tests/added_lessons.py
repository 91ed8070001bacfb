"""A teacher's package of lessons, as tests write it: one lesson, as docs/extending.md shows it, and a notebook."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
_SHOWN = re.compile(r"^`([\w./]+)`[^\n]*:\n\n```\w+\n(.*?)```", re.MULTILINE | re.DOTALL)


def shown() -> dict[str, str]:
    """The files that docs/extending.md shows whole, by name: what people copy is what tests try."""
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    return dict(_SHOWN.findall(text))


NOTEBOOK = """{
 "cells": [
  {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Names"},
  {"cell_type": "code", "id": "double", "metadata": {}, "execution_count": null, "outputs": [],
   "source": "from labkit import check, ladder, Network, quiz\\n\\ndef double(number):\\n    return 2 * number"},
  {"cell_type": "code", "id": "checks", "metadata": {}, "execution_count": null, "outputs": [],
   "source": "check(\\"w3-double\\", double)"}
 ],
 "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
 "nbformat": 4, "nbformat_minor": 5
}
"""

_FILES = shown()
PROJECT = _FILES.pop("pyproject.toml")
CARD, QUIZ = _FILES["week_three/dns/__init__.py"], _FILES["week_three/dns/quiz.py"]
FILES = {"week_three/__init__.py": "", "week_three/dns/dns.ipynb": NOTEBOOK, **_FILES}


def write(folder: Path, files: dict[str, str] = FILES) -> Path:
    """Write files into a folder, which is made; returns it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
