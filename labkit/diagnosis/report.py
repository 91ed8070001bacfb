"""What the doctor found, as text, as an HTML table and as JSON."""

from __future__ import annotations

import html
import json
import os
import re
import sys
import textwrap
from typing import Any, NamedTuple

from labkit.diagnosis.facts import Facts
from labkit.diagnosis.row import MISSING, OK, Row
from labkit.drawing.tables import Cell, aligned, page_table

FORMAT = 2
_MARKS = {"ok": "✓", "note": "!", "missing": "✗"}
_WORDS = {"ok": "works", "note": "look", "missing": "missing"}
_WELL = (
    "Everything works here: every lesson runs live, on real kernel TCP.",
    "  ✓ hosts: each with its own network, made without root",
    "  ✓ cables: each frame that crosses one is recorded",
    "  ✓ Python, the packages of the lessons, file descriptors",
    "doctor(full=True) shows versions and details.",
)
_NOW = {
    "namespaces": "everything runs live, on hosts of its own.",
    "loopback": (
        "real sockets on this machine's loopback addresses, and the packets between them, live. What needs hosts"
        " and cables is shown from recordings, and marked so."
    ),
    "recorded": (
        "real sockets on this machine's loopback addresses, live. Packets, and what needs hosts and cables, are"
        " shown from recordings, and marked so."
    ),
}
_CELL = "text-align:left;vertical-align:top"
# Commands are long, and a page may be narrow: broken into lines, they are copied as one.
_WRAPPED = 'style="white-space:pre-wrap;overflow-wrap:anywhere"'
# Paths say who somebody is; those of the kernel and of the system do not.
_PATH = re.compile(r"(?<![\w/.>])(?:[A-Za-z]:\\|/(?!(?:proc|sys|dev|etc|usr)\b))[^\s'\",;:]+")


class Report(NamedTuple):
    """The doctor's report; `works` says whether the full mode (namespaces) is what one gets."""

    facts: Facts
    rows: tuple[Row, ...]
    full: bool = False

    @property
    def works(self) -> bool:
        """Does every lesson run live here, on hosts of its own, with all that it needs?"""
        return self.facts.mode == "namespaces" and all(row.level != MISSING for row in self.rows)

    @property
    def well(self) -> bool:
        """Is there nothing at all to say?"""
        return self.works and all(row.level == OK for row in self.rows)

    @property
    def causes(self) -> list[str]:
        """What is amiss, each in a word that stays the same, such as "apparmor" or "packages"."""
        return [row.cause for row in self.rows if row.cause]

    def _shown(self) -> tuple[Row, ...]:
        return self.rows if self.full else tuple(row for row in self.rows if row.level != OK)

    def _headline(self) -> str:
        mode = self.facts.mode
        if mode == "namespaces" and any(
            row.level == MISSING for row in self.rows if row.what in ("hosts", "cables")
        ):
            return "none: this machine lets no Network be made, and another mode was not chosen."
        return f"{mode}: {_NOW[mode]}" if mode else "none: labkit does not run like this."

    def __repr__(self) -> str:
        if self.well and not self.full:
            return "\n".join(_WELL)
        shown = self._shown()
        heads = aligned([(f"{_MARKS[row.level]} {row.what}", row.found) for row in shown])
        indent = " " * (max(len(row.what) for row in shown) + 6)
        lines = textwrap.wrap(f"Mode: {self._headline()}", 100, subsequent_indent="      ")
        for place, row in enumerate(shown):
            lines.append(f"  {heads[place]}")
            lines += textwrap.wrap(row.meaning, 100, initial_indent=indent, subsequent_indent=indent)
            remedy = row.remedy.split("\n") if row.remedy else []
            lines += [
                f"{indent}{'     ' if number else 'mend:'} {line}" for number, line in enumerate(remedy)
            ]
        return "\n".join(lines)

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        if self.well and not self.full:
            head, *points, foot = _WELL
            items = "".join(f"<li>{html.escape(point.strip())}</li>" for point in points)
            plain = 'style="list-style: none; padding-left: 1em"'  # each point has its tick
            return f"<div><p><strong>{head}</strong></p><ul {plain}>{items}</ul><p>{foot}</p></div>"
        cells = []
        for row in self._shown():
            meaning = f"<p>{html.escape(row.meaning)}</p>" if row.meaning else ""
            remedy = f"<pre {_WRAPPED}>{html.escape(row.remedy)}</pre>" if row.remedy else ""
            cells.append(
                [
                    Cell.of(row.what, _CELL, "row"),
                    Cell(f"{_MARKS[row.level]}&nbsp;{_WORDS[row.level]}", _CELL),
                    Cell(html.escape(row.found) + meaning + remedy, _CELL),
                ]
            )
        return page_table(
            cells,
            [Cell.of(head, _CELL, "col") for head in ("What", "State", "Found")],
            caption=f"Mode: {html.escape(self._headline())}",
            caption_style=_CELL,
        )

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, for teachers who collect it; format 2:

        format    2; another number where one of these means something else
        labkit    the version of labkit
        mode      "namespaces", "loopback" or "recorded"; null where labkit does not run
        forced    true where LABKIT_MODE chose the mode
        works     true in the full mode: every lesson runs live
        causes    what is amiss, in words that stay the same ("apparmor", "packages" …)
        rows      a list of {what, level ("ok", "note", "missing"), found, meaning, remedy, cause}
        facts     what all this follows from

        Nothing in it says who or where: no names of users or machines, and `<path>` for each folder that is not the
        system's own.
        """
        from labkit.version import __version__

        facts = self.facts._asdict()
        del facts["executable"]
        facts["environment"] = self.facts.environment._asdict()
        return _impersonal(
            {
                "format": FORMAT,
                "labkit": __version__,
                "mode": self.facts.mode or None,
                "forced": self.facts.forced,
                "works": self.works,
                "causes": self.causes,
                "rows": [row._asdict() for row in self.rows],
                "facts": facts,
            }
        )

    def to_json(self) -> str:
        """The report as JSON text; see `to_dict`."""
        return json.dumps(self.to_dict(), indent=1)


def _impersonal(value: Any) -> Any:
    """The same without folders of this machine's people."""
    if isinstance(value, dict):
        return {name: _impersonal(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_impersonal(inner) for inner in value]
    if not isinstance(value, str):
        return value
    for folder in (os.path.expanduser("~"), sys.prefix):  # first these, which may have spaces in them
        if len(folder) > 1 and not folder.startswith("/usr"):
            value = value.replace(folder, "<path>")
    return _PATH.sub("<path>", value)
