"""How long something took, as people say it: "350 µs", "41 ms", "1.2 s".  Pure."""

from __future__ import annotations

_UNITS = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"))


def duration(ns: int) -> str:
    """Nanoseconds in words, with two or three figures."""
    for size, unit in _UNITS:
        if abs(ns) >= size * 0.9995 or unit == "µs":
            value = ns / size
            break
    if abs(value) >= 99.95 or (unit == "µs" and abs(value) >= 10):
        return f"{value:,.0f} {unit}"
    return f"{value:.3g} {unit}"
