"""The link panel's knobs as values, told once to the page: what each sets, where its slider stops.  Pure."""

from __future__ import annotations

from typing import Any, NamedTuple

from labkit.network.conditions import CONDITIONS
from labkit.panels.link.meter import FATES, SPAN

SPELLS = (5, 10, 20, 60)
"""Seconds for which one may send something, to choose from."""

SPELL = 10
"""And what is chosen at first."""


class Knob(NamedTuple):
    """A condition as the panel sets it: by a slider to the usual values, by a field to exact ones.

    name      the condition's, in `link.set`
    words     what the learner calls it
    units     of one and of several ("packet", "packets"); its values are in these (loss in percent)
    stops     the values at the slider's places, rising; None, for no limit, is the last
    example   a value that one may write
    unlimited what None is called; "" where a value must be
    needs     the condition without which this one does nothing; "" for none
    """

    name: str
    words: str
    units: tuple[str, str]
    stops: tuple[float | None, ...]
    example: str
    unlimited: str = ""
    needs: str = ""


def _evenly(step: float, most: float) -> tuple[float, ...]:
    """0 to *most*, *step* by *step*."""
    return tuple(number * step for number in range(round(most / step) + 1))


def _by_tens(least: float, decades: int, each: int, whole: bool = False) -> tuple[float, ...]:
    """So many decades from *least* on, *each* places in one, in two digits or (whole) as whole numbers.

    What would stand at two places stands at one: a key that moves the slider changes the value."""
    exact = (least * 10 ** (place / each) for place in range(decades * each + 1))
    return tuple(dict.fromkeys(round(value) if whole else float(f"{value:.2g}") for value in exact))


KNOBS = (
    Knob("delay_ms", "delay", ("ms", "ms"), _evenly(1, 200), "20"),
    Knob(
        "rate_mbit",
        "rate",
        ("Mbit/s", "Mbit/s"),
        (*_by_tens(0.1, 4, 10), None),
        "10",
        unlimited="no limit",
    ),
    Knob(
        "queue_packets",
        "queue",
        ("packet", "packets"),
        _by_tens(1, 3, 20, whole=True),
        "100",
        needs="rate_mbit",
    ),
    Knob("loss", "loss", ("%", "%"), _evenly(0.5, 30), "5"),
)
assert {knob.name for knob in KNOBS} <= set(CONDITIONS)


def facts() -> dict[str, Any]:
    """What the page is told once: the knobs, what became of lost frames in words, and the times."""
    return {
        "knobs": [knob._asdict() for knob in KNOBS],
        "fates": FATES,
        "span": SPAN,
        "spells": SPELLS,
        "spell": SPELL,
    }
