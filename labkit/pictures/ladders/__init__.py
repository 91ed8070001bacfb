"""Ladders: sequence diagrams of a trace, with calls, TCP states and segments on one time axis.

story → text, and story → layout → svg or png; `story` gathers (arrows, calls, order), `layout` places (axis,
flights, margins, labels).  All is pure but for the last step of drawing.
"""

from __future__ import annotations

from labkit.pictures.ladders.ladder import Ladder, ladder

__all__ = ["Ladder", "ladder"]
