"""Plots by matplotlib: sequence numbers over time, other curves, distributions."""

from typing import TYPE_CHECKING

from labkit.lazy import face

if TYPE_CHECKING:
    from labkit.plots.curves import curves
    from labkit.plots.distributions import ecdfs, strips
    from labkit.plots.sequence import time_sequence

_PUBLIC = {
    "curves": "labkit.plots.curves",
    "ecdfs": "labkit.plots.distributions",
    "strips": "labkit.plots.distributions",
    "time_sequence": "labkit.plots.sequence",
}

__getattr__, __dir__, __all__ = face(__name__, _PUBLIC)
