"""What of the diagram is lit after each step of a connection, and the message that the widget gets.  Pure."""

from __future__ import annotations

from itertools import pairwise

from labkit.drawing.measure import shortened
from labkit.drawing.style import HOST_COLOURS
from labkit.packets.addresses import format_address
from labkit.panels.machine.drawing import Mark, View, exit_key, sign_of
from labkit.panels.machine.look import LEGEND
from labkit.panels.machine.places import CENTRES, end_of, state_of
from labkit.panels.machine.rfc import BY_KEY, STATES, ways_out
from labkit.panels.machine.steps import Journey, Step


def ways_of(step: Step) -> tuple[str, ...]:
    """The keys of the arrows that a step takes."""
    if step.ways or step.before == step.after:
        return step.ways
    return (exit_key(step.before, step.label),)


def box_after(step: Step) -> str:
    """The box in which the step's end stands after it."""
    if step.before == step.after == "CLOSED":
        return step.after  # it never left
    return end_of(step.ways[-1] if step.ways else "", step.after)


def view_of(journey: Journey, count: int) -> View:
    """What is lit after so many steps."""
    on: dict[str, tuple[int, ...]] = {}
    lit = [end.start for end in journey.ends]
    for step in journey.steps[:count]:
        for way in ways_of(step):
            on[way] = tuple(sorted({*on.get(way, ()), step.end}))
        lit[step.end] = box_after(step)
    now: tuple[tuple[int, str], ...] = ()
    if 0 < count <= len(journey.steps):
        last = journey.steps[count - 1]
        now = tuple((last.end, way) for way in ways_of(last))
    return View(on, now, tuple(lit), frozenset(reached_by(journey)))


def reached_by(journey: Journey) -> list[str]:
    """The boxes in which either end ever stands, in the order in which it comes there."""
    found = [end.start for end in journey.ends if end.start]
    for step in journey.steps:
        found += [BY_KEY[first].after for first, _ in pairwise(step.ways)]
        found.append(box_after(step))
    return list(dict.fromkeys(found))


def exits_of(journeys) -> tuple[tuple[str, str], ...]:
    """(state, label) of each way that the figure leaves out and one of the connections took."""
    return tuple(
        dict.fromkeys(
            (step.before, step.label)
            for each in journeys
            for step in each.steps
            if step.label and not step.ways
        )
    )


def marks_of(journey: Journey, hosts) -> tuple[Mark, ...]:
    """How the ends of a connection are drawn; hosts: all names of the trace, by which they are coloured."""
    same = journey.ends[0].host == journey.ends[1].host
    marks = []
    for end in journey.ends:
        colour = hosts.index(end.host) % len(HOST_COLOURS) if end.host in hosts else 0
        name = shortened(end.host, 90, LEGEND, True)
        sign = sign_of(f":{end.address[1]}" if same else end.host)
        marks.append(Mark(sign, name, format_address(end.address), colour))
    return tuple(marks)


def title_of(journey: Journey) -> str:
    """ "client 10.0.0.1:40000 ↔ server 10.0.0.2:8080" """
    return " ↔ ".join(f"{end.host} {format_address(end.address)}" for end in journey.ends)


def message_of(journeys, hosts) -> list[dict]:
    """The connections as the widget gets them, once."""
    return [
        {
            "title": title_of(each),
            "marks": [mark._asdict() for mark in marks_of(each, hosts)],
            "start": [end.start for end in each.ends],
            "hosts": [end.host for end in each.ends],
            "reached": reached_by(each),
            "remarks": list(each.remarks),
            "steps": [
                {"end": step.end, "said": str(step), "ways": ways_of(step), "box": box_after(step)}
                for step in each.steps
            ],
        }
        for each in journeys
    ]


def book() -> dict[str, dict]:
    """What the widget says of each box, and where the ways out of it lead; the first is where one begins."""
    return {box: _page(state_of(box)) for box in CENTRES}


def _page(name: str) -> dict:
    return {
        "name": name,
        "meaning": STATES[name].meaning,
        "section": STATES[name].section,
        "out": [
            {
                "key": way.key,
                "label": way.label,
                "after": way.after,
                "note": way.note,
                "box": end_of(way.key, way.after),
            }
            for way in ways_out(name)
        ],
    }
