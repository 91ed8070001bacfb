"""A trace as text: a line for each of what its frames carried, and what is missing.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labkit.packets.segment import lines
from labkit.words import say

SHOWN = 400  # lines of a repr: a notebook that shows a bulk transfer by mistake stays usable


def whole(items: Sequence[Any], missed: int, full: bool, notes: Sequence[str] = ()) -> str:
    """All of it."""
    return "\n".join(lines(items) + _notes(missed, full, notes)) or say("no frames")


def brief(items: Sequence[Any], missed: int, full: bool, notes: Sequence[str] = ()) -> str:
    """All of it, or of a long one its beginning and its end."""
    if len(items) <= SHOWN:
        return whole(items, missed, full, notes)
    half = SHOWN // 2
    text = lines([*items[:half], *items[-half:]])
    text.insert(half, say("... {count} more; print(trace) shows all ...", count=len(items) - SHOWN))
    return "\n".join(text + _notes(missed, full, notes))


def _notes(missed: int, full: bool, more: Sequence[str]) -> list[str]:
    notes = [f"({note})" for note in more]
    if missed == 1:
        notes.append(say("(1 frame missing: a port of the wire lost them)"))
    elif missed:
        notes.append(say("({count} frames missing: a port of the wire lost them)", count=missed))
    if full:
        notes.append(say("(the record was full: later frames are missing)"))
    return notes
