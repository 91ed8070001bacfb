"""Which predictions are asked again, and when: a Leitner box for each.

What was answered right comes back after a longer time, what was wrong on the next day.  Practice that is spread over
days is remembered better than the same practice at once (Cepeda et al. 2006).  Days come in as arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

A_DAY = 3  # questions
WAITS = (1, 3, 7, 21, 60)  # days until a question of the first box, the second, … is asked again


def begin(right: bool, today: date) -> dict[str, Any]:
    """What is kept of a prediction made today: its box, and the day when it is due."""
    return _in_box(1 if right else 0, today)


def answered(entry: Mapping[str, Any], right: bool, today: date) -> dict[str, Any]:
    """What changes in a prediction's entry that is answered again today.

    `again` says whether it was ever right at a later try.
    """
    box = min(int(entry["box"]) + 1, len(WAITS) - 1) if right else 0
    return {**_in_box(box, today), "last": today.isoformat(), "again": bool(entry.get("again")) or right}


def due(predictions: Mapping[str, Mapping[str, Any]], today: date) -> list[str]:
    """The predictions to be asked today, by name: those that have waited longest, at most three a day.

    An entry without a question (one without choices, or of an older labkit) is never due.
    """
    waiting = []
    left = A_DAY
    for name, entry in predictions.items():
        left -= entry.get("last") == today.isoformat()
        day = _day(entry.get("due"))
        if day is not None and day <= today and entry.get("asked"):
            waiting.append((day, name))
    return [name for _, name in sorted(waiting)[: max(0, left)]]


def _in_box(box: int, today: date) -> dict[str, Any]:
    return {"box": box, "due": (today + timedelta(days=WAITS[box])).isoformat()}


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
