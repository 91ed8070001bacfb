"""What the doctor found, as text, as an HTML table and as JSON."""

from __future__ import annotations

import html
import json
import textwrap
from typing import Any, NamedTuple

from .doctor_rows import MISSING, OK, Facts, Row

_MARKS = {"ok": "✓", "note": "!", "missing": "✗"}
_WORDS = {"ok": "works", "note": "look", "missing": "missing"}
_WELL = (
    "Everything works here: every lesson runs live, on real kernel TCP.",
    "  ✓ hosts: each with its own network, made without root",
    "  ✓ cables: each frame that crosses one is recorded",
    "  ✓ Python, the packages of the lessons, file descriptors",
    "doctor(full=True) shows versions and details.",
)
_MODE = {True: "namespaces (everything runs live)", False: "none: Network(...) does not work here"}


class Report(NamedTuple):
    """The doctor's report; `works` says whether the full mode is available."""

    facts: Facts
    rows: tuple[Row, ...]
    full: bool = False

    @property
    def works(self) -> bool:
        """Can networks be made here, with hosts, cables and live kernel TCP?"""
        return all(row.level != MISSING for row in self.rows)

    @property
    def well(self) -> bool:
        """Is there nothing at all to say?"""
        return all(row.level == OK for row in self.rows)

    def _shown(self) -> tuple[Row, ...]:
        return self.rows if self.full else tuple(row for row in self.rows if row.level != OK)

    def __repr__(self) -> str:
        if self.well and not self.full:
            return "\n".join(_WELL)
        width = max(len(row.what) for row in self._shown())
        lines = [f"Mode: {_MODE[self.works]}"]
        for row in self._shown():
            indent = " " * (width + 6)
            lines.append(f"  {_MARKS[row.level]} {row.what:<{width}}  {row.found}")
            lines += textwrap.wrap(row.meaning, 100, initial_indent=indent, subsequent_indent=indent)
            remedy = row.remedy.split("\n") if row.remedy else []
            lines += [f"{indent}{'mend:' if first else '     '} {line}" for first, line in _first(remedy)]
        return "\n".join(lines)

    __str__ = __repr__

    def _repr_html_(self) -> str:
        if self.well and not self.full:
            head, *points, foot = _WELL
            items = "".join(f"<li>{html.escape(point.strip())}</li>" for point in points)
            return f"<div><p><strong>{head}</strong></p><ul>{items}</ul><p>{foot}</p></div>"
        cells = []
        for row in self._shown():
            meaning = f"<p>{html.escape(row.meaning)}</p>" if row.meaning else ""
            remedy = f"<pre><code>{html.escape(row.remedy)}</code></pre>" if row.remedy else ""
            state = f'<td style="text-align:left">{_MARKS[row.level]} {_WORDS[row.level]}</td>'
            cells.append(
                f'<tr><th scope="row" style="text-align:left">{html.escape(row.what)}</th>{state}'
                f'<td style="text-align:left">{html.escape(row.found)}{meaning}{remedy}</td></tr>'
            )
        heads = "".join(
            f'<th scope="col" style="text-align:left">{head}</th>' for head in ("What", "State", "Found")
        )
        caption = f'<caption style="text-align:left">Mode: {html.escape(_MODE[self.works])}</caption>'
        return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{''.join(cells)}</tbody></table>"

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data: `mode` ("namespaces" or null), `works`, `rows` and the `facts` behind
        them."""
        return {
            "format": 1,
            "mode": "namespaces" if self.works else None,
            "works": self.works,
            "rows": [row._asdict() for row in self.rows],
            "facts": self.facts._asdict(),
        }

    def to_json(self) -> str:
        """The report as JSON text."""
        return json.dumps(self.to_dict(), indent=1)


def _first(lines: list[str]) -> list[tuple[bool, str]]:
    return [(place == 0, line) for place, line in enumerate(lines)]
