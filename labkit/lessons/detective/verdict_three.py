"""Exercise: a fault to find alone, on level 3."""

from __future__ import annotations

from labkit.lessons.detective.verdicts import THIRD, exercise

EXERCISE = exercise("verdict-three", "Find the fault: level 3", *THIRD, place=5)
