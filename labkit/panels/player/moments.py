"""The moments at which something happens in a ladder, in order: where the player stops."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from labkit.pictures.ladders.axis import Axis
from labkit.pictures.ladders.story import Story
from labkit.pictures.ladders.timed import Laid

NEAR = 2.0
"""Pixels: what happens closer together is one step."""


ARRIVES, CAME, RETURNS, CALLS, SENDS, SENT = range(6)
"""What happens at one time, in order of causes: a frame arrives, a state changes with it, a call returns; another
begins, a frame leaves, a state changes with that."""


class Moment(NamedTuple):
    """A step: when, where on the axis, in words, and the place of the frame that it is about (-1: none)."""

    time_ns: int
    y: float
    words: str
    frame: int


def ways(flight, lines) -> list:
    """The lines that a frame flies along: [x1, y1, x2, y2, is it lost at its end?]"""
    whole, broken = lines
    return [[*(round(part, 2) for part in line), flight.lost] for line in whole] + [
        [*(round(part, 2) for part in line), True] for line in broken
    ]


def moments(story: Story, picture: Laid) -> list[Moment]:
    """The steps of the player: departures, arrivals, losses, calls and their returns, in order of time.

    What happens less than `NEAR` pixels apart is one step.
    """
    axis, names = picture.axis, story.names
    found: list[tuple[float, int, int, str, int]] = []  # (y, time, order, words, frame)
    changes: dict[tuple[int, int], list[str]] = {}
    for change in story.changes:
        changes.setdefault((change.number, change.host), []).append(
            f"{names[change.host]} is {change.state} now"
        )

    def add(time: int, order: int, words: str, frame: int = -1, y: float | None = None) -> None:
        found.append((axis.y(time) if y is None else y, time, order, words, frame))

    for place, (flight, (lines, broken)) in enumerate(zip(picture.flights, picture.lines, strict=True)):
        arrow = flight.arrow
        short = " ".join(f"{arrow.head} {arrow.body}".split())
        what = f"{short} {arrow.quote}".rstrip()
        mark = f" ({arrow.mark})" if arrow.mark else ""
        add(arrow.departed, SENDS, f"{names[arrow.source]} sends {what}{mark}", place)
        for words in changes.get((arrow.number, arrow.source), ()):
            add(arrow.departed, SENT, words, place)
        came: dict[int, list[str]] = {}
        for end in () if flight.lost else flight.ends:
            came.setdefault(end.last, []).append(names[end.host])
            for words in changes.pop((arrow.number, end.host), ()):
                add(end.time, CAME, words, place)
        for time, hosts in came.items():
            last = "the last of " if arrow.count > 1 else ""
            add(time, ARRIVES, f"{last}{short} arrives at {' and '.join(dict.fromkeys(hosts))}", place)
        gone = [(line, arrow.fate.words) for line in lines[:1]] if flight.lost and arrow.fate else []
        gone += [(line, why.words) for line, (_, why) in zip(broken, arrow.missed, strict=True)]
        for line, why in gone:
            add(time_at(axis, line[3]), ARRIVES, f"{short} is lost: {why}", place, line[3])
    for acts, begin, end in picture.calls:
        act, host = acts[0], names[acts[0].host]
        if len(acts) > 1:
            add(begin, CALLS, f"{host} begins {len(acts)} calls of {act.call.name}")
        elif end == begin:
            add(begin, CALLS if act.cause is not None else RETURNS, f"{host}: {act.line}")
        else:
            add(begin, CALLS, f"{host} calls {act.begun}")
            if end is not None:
                add(
                    end,
                    RETURNS,
                    f"{host}: {act.call.name} " + (f"→ {act.outcome}" if act.outcome else "returns"),
                )
    found.sort(key=lambda each: (each[0], each[1], each[2]))
    steps: list[Moment] = []
    begun = 0.0
    for y, time, _, words, frame in found:
        if steps and y - begun < NEAR:
            before = steps[-1]
            about = frame if frame >= 0 else before.frame
            steps[-1] = Moment(max(time, before.time_ns), max(y, before.y), f"{before.words}; {words}", about)
        else:
            begun = y
            steps.append(Moment(time, y, words, frame))
    return steps


def time_at(axis: Axis, y: float) -> int:
    """The time that is drawn at y: the inverse of `Axis.y`."""
    if not axis.places:
        return 0
    index = bisect_left(axis.places, y)
    if index == 0 or index == len(axis.places):
        return axis.times[min(index, len(axis.times) - 1)]
    before, after = axis.places[index - 1], axis.places[index]
    share = (y - before) / (after - before) if after > before else 0.0
    return round(axis.times[index - 1] + share * (axis.times[index] - axis.times[index - 1]))
