"""Exercise: a fault to find alone, on level 1."""

from __future__ import annotations

from labkit.lessons.detective.verdicts import FIRST, exercise

EXERCISE = exercise("verdict-one", "Find the fault: level 1", *FIRST, place=3)
