"""All scenes in which something is amiss."""

from __future__ import annotations

from bench.explained import beginnings, besides, endings, limiting, losing, shapes, waiting
from bench.explained.stage import Scene

FAULTY = [
    value
    for module in (beginnings, endings, waiting, losing, limiting, shapes, besides)
    for value in vars(module).values()
    if isinstance(value, Scene)
]
