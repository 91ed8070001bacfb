"""One kind of finding: its sentence, what to do about it, the lesson that teaches it."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """One kind of finding.

    name    how programs name it: "closed-window"
    title   how people do
    one     its sentence;  many: the same where it happened several times (`count`), or ""
    advice  what to do about it
    lesson  the name of the lesson that teaches it
    note    is it only worth knowing, and no fault?
    """

    name: str
    title: str
    one: str
    many: str
    advice: str
    lesson: str
    note: bool = False
