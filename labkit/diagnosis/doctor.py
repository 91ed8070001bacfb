"""`doctor()`: what this machine allows, why, and the exact command that mends what is missing."""

from __future__ import annotations

from labkit.diagnosis.facts import gather
from labkit.diagnosis.report import Report
from labkit.diagnosis.rows import rows


def doctor(full: bool = False) -> Report:
    """What this machine allows, as a value: text, an HTML table in JupyterLab, `to_json()` for teachers.

    The short form says only what is amiss, and nothing that differs between machines on which all is well;
    `full=True` shows everything that was found, with versions.
    """
    facts = gather()
    return Report(facts, tuple(rows(facts)), full)
