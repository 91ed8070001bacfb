"""One kind of thing that can be wrong in a mystery."""

from __future__ import annotations

from typing import NamedTuple

Numbers = tuple[float, float]


class Wrong(NamedTuple):
    """One kind of thing that is wrong.

    name       how a verdict names it: "wrong-address"
    title      how people do
    complaint  what its user says, a template
    hints      three, each says more
    evidence   what shows it, and where to look
    lesson     the name of the lesson that teaches it
    task       what its user does: `labkit.mysteries.programs.caller` with these words, as many times
    times      how many
    places     where it can be: "server" stands for the one that is complained of, "other" for the other
    numbers    (least, most) of what it wants
    explained  what `explain` says of a capture of it, a kind of its own; "" where no frame tells
    """

    name: str
    title: str
    complaint: str
    hints: tuple[str, str, str]
    evidence: str
    lesson: str
    task: str = "fetch"
    times: int = 1
    places: tuple[str, ...] = ("server",)
    numbers: Numbers = (0, 0)
    explained: tuple[str, ...] = ()
