"""Exercise: a fault to find alone, on level 2."""

from __future__ import annotations

from labkit.lessons.detective.verdicts import SECOND, exercise

EXERCISE = exercise("verdict-two", "Find the fault: level 2", *SECOND, place=4)
