"""The state machine as SVG: one drawing for documents and for the widget, which only changes classes in it.  Pure.

Each arrow is a group `.way` with its line three times: faint, and as the trail of either end (`.t0` solid, `.t1`
dashed), seen when the group has the class `on0` or `on1`.  Each state is a group `.state` with a sign for each end.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise
from math import hypot
from typing import NamedTuple

from labkit.drawing.measure import shortened, text_width
from labkit.drawing.shapes import Box
from labkit.panels.machine.look import CSS, LABEL, NAME, SIGN
from labkit.panels.machine.places import (
    BOX_HIGH,
    BOX_WIDE,
    CENTRES,
    EXITS,
    HIGH,
    ROUTES,
    WIDE,
    Route,
    state_of,
)
from labkit.panels.machine.rfc import LEFT_OUT, STATES, WAYS

_LINE, _RADIUS, _TIP, _APART = 13.0, 12.0, (9.0, 4.2), 2.2
_SIGN_WIDE = 58
_KEEP = {"FIN-WAIT-1>TIME-WAIT": ("rcv FIN,", "ACK of FIN", "|", "snd ACK", "(note 2)")}


class Place(NamedTuple):
    """A line of words: (x, y) on its baseline; "|" is the bar between event and action, as wide as `wide`."""

    text: str
    x: float
    y: float
    anchor: str
    wide: float


def words_of(route: Route, event: str, action: str, key: str = "") -> list[Place]:
    """An arrow's words, line by line, where its route says."""
    kind, x, y, anchor = route.label

    def place(text: str, dy: float) -> Place:
        return Place(text, x, y + dy, anchor, text_width(text, LABEL))

    if kind in ("above", "below"):
        return [place(" / ".join(filter(None, (event, action))), -6 if kind == "above" else 15)]
    if kind == "across":
        return [place(event, -6)] + [place(action, 15)] * bool(action)
    lines = _KEEP.get(key) or (event, "|", action) if action else (event,)
    bar = lines.index("|") if "|" in lines else len(lines)
    found = [place(text, (at - bar + 1) * _LINE - 4) for at, text in enumerate(lines[:bar])]
    if bar < len(lines):
        found += [place(text, at * _LINE + 12) for at, text in enumerate(lines[bar + 1 :])]
        found.append(Place("|", x, y, anchor, max(each.wide for each in found)))
    return found


def box_of(place: Place) -> Box:
    """The rectangle that a line of words takes."""
    shift = {"start": place.wide / 2, "middle": 0.0, "end": -place.wide / 2}[place.anchor]
    if place.text == "|":
        return Box(place.x + shift, place.y, place.wide / 2, 0.5)
    return Box(place.x + shift, place.y - LABEL * 0.34, place.wide / 2 + 1, LABEL * 0.52)


class Mark(NamedTuple):
    """An end as it is drawn: the short name in a state's box, its name and its address in the legend, and the
    number of its host's colour."""

    sign: str
    name: str
    address: str
    colour: int


class View(NamedTuple):
    """What of the diagram is lit.

    on       {way: the ends that have taken it};  now: (end, way) of the last step
    lit      the box ("CLOSED after") in which each end is, "" for nowhere
    reached  the boxes on the way of either end, the others stay faint; None: all alike
    """

    on: dict[str, tuple[int, ...]]
    now: tuple[tuple[int, str], ...]
    lit: tuple[str, ...]
    reached: frozenset[str] | None


BARE = View({}, (), (), None)


def exit_key(state: str, label: str) -> str:
    """The key of a way that the figure leaves out."""
    return f"{state}>exit:{label}"


def svg_of_machine(marks=(), exits=(), view: View = BARE, *, css: str = "", ground: bool = False) -> str:
    """The diagram as `<svg>`.

    marks  how each end is drawn;  exits: (state, label) of each way that the figure leaves out and the trace shows
    css    a style sheet that goes in before its own;  ground: with a ground of its own, fit for a file
    """
    parts = [_way(way, view) for way in WAYS] + [_exit(state, label, view) for state, label in exits]
    parts += [_state(box, marks, view) for box in CENTRES] + _legend(marks)
    colours = "".join(
        f"--c{n}:var(--h{mark.colour});--u{n}:var(--t{mark.colour});" for n, mark in enumerate(marks)
    )
    high = HIGH if exits else HIGH - 36  # the lowest lane is theirs
    back = f'<rect width="{WIDE}" height="{high}" fill="var(--paper)"/>' if ground else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lk machine" viewBox="0 0 {WIDE} {high}" width="{WIDE}" '
        f'height="{high}" style="{colours}max-width:100%;height:auto" role="group" '
        f'aria-label="TCP\'s state machine, RFC 9293 Figure 5"><style>{css}{CSS}</style>{back}{"".join(parts)}</svg>'
    )


def _way(way, view) -> str:
    note = f" ({way.note})" if way.note else ""
    said = f"{way.before} to {way.after}: {way.label}{note}"
    route = ROUTES[way.key]
    words = words_of(route, way.event, way.action, way.key)
    return _group(way.key, "way", said, route, words, view, way.key in _KEEP)


def _exit(state: str, label: str, view: View) -> str:
    route = EXITS[state]
    words = words_of(route, *LEFT_OUT[label])
    return _group(exit_key(state, label), "way exit", f"{state} to CLOSED: {label}", route, words, view, True)


def _group(key, kind, said, route, words, view, dotted) -> str:
    classes = [kind, *(f"on{end}" for end in view.on.get(key, ()))]
    classes += [f"now{end}" for end, which in view.now if which == key]
    body = _arrow(route.points, "faint dotted" if dotted else "faint")
    body += "".join(
        f'<g class="trail t{end} e{end}">{_arrow(_shifted(route.points, shift), "run")}</g>'
        for end, shift in ((0, -_APART), (1, _APART))
    )
    for each in words:
        if each.text == "|":
            far = each.x + each.wide * {"start": 0.92, "end": -0.92}[each.anchor]
            body += (
                f'<line class="bar" x1="{each.x:.1f}" y1="{each.y:.1f}" x2="{far:.1f}" y2="{each.y:.1f}"/>'
            )
        else:
            body += _text(each.text, each.x, each.y, each.anchor)
    return f'<g class="{" ".join(classes)}" data-way="{escape(key)}"><title>{escape(said)}</title>{body}</g>'


def _text(text, x, y, anchor="start", kind="words") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text, quote=False)}</text>'


def _arrow(points, kind: str) -> str:
    """A line with round corners, and its tip."""
    long, half = _TIP
    (x1, y1), (x2, y2) = points[-2:]
    size = hypot(x2 - x1, y2 - y1)
    ux, uy = (x2 - x1) / size, (y2 - y1) / size
    stop = (x2 - ux * long, y2 - uy * long)
    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        a, b = _toward(corner, before), _toward(corner, after)
        path.append(f"L{a[0]:.1f} {a[1]:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {b[0]:.1f} {b[1]:.1f}")
    path.append(f"L{stop[0]:.1f} {stop[1]:.1f}")
    tip = (
        (x2, y2),
        (stop[0] - uy * half, stop[1] + ux * half),
        (stop[0] + uy * half, stop[1] - ux * half),
    )
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in tip)
    return f'<path class="{kind}" d="{"".join(path)}"/><polygon class="{kind} tip" points="{corners}"/>'


def _toward(corner, other) -> tuple[float, float]:
    size = hypot(other[0] - corner[0], other[1] - corner[1])
    share = min(_RADIUS, size / 2) / size
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share


def _shifted(points, by: float) -> tuple[tuple[float, float], ...]:
    """The same line, moved so many pixels to its right; its parts are level or upright."""
    normals = []
    for (x1, y1), (x2, y2) in pairwise(points):
        size = hypot(x2 - x1, y2 - y1)
        normals.append(((y1 - y2) / size * by, (x2 - x1) / size * by))
    moved = []
    for place, (x, y) in enumerate(points):
        around = normals[max(0, place - 1) : place + 1]
        if len(set(around)) == 1:
            around = around[:1]
        moved.append((x + sum(n[0] for n in around), y + sum(n[1] for n in around)))
    return tuple(moved)


def _state(box, marks, view) -> str:
    name = state_of(box)
    x, y = CENTRES[box]
    here = [end for end, where in enumerate(view.lit) if where == box]
    classes = ["state", *(f"lit{end}" for end in here), *["both"] * (len(here) == 2), *["lit"] * bool(here)]
    if view.reached is not None and box not in view.reached:
        classes.append("apart")
    left, top = x - BOX_WIDE / 2, y - BOX_HIGH / 2
    size = f'x="{left}" y="{top}" width="{BOX_WIDE}" height="{BOX_HIGH}" rx="9"'
    body = f'<rect class="box" {size}/><rect class="ring r0 e0" {size}/><rect class="ring r1 e1" {size}/>'
    body += _text(name, x, y + NAME * 0.35, "middle", "name")
    for number, mark in enumerate(marks):
        body += (
            f'<g class="sign s{number} e{number}"><rect x="{x - _SIGN_WIDE / 2}" y="{y + 2}" width="{_SIGN_WIDE}" '
            f'height="16" rx="8"/>{_text(mark.sign, x, y + 14, "middle", "who")}</g>'
        )
    said = f"{name}: {STATES[name].meaning}"
    return f'<g class="{" ".join(classes)}" data-box="{box}"><title>{escape(said)}</title>{body}</g>'


def _legend(marks) -> list[str]:
    """Who is who, and what the words at the arrows mean."""
    parts = [
        _text("TCP's state machine", 16, 24, kind="head"),
        _text("RFC 9293, Figure 5: event / action", 16, 41),
    ]
    for number, mark in enumerate(marks):
        y = 64 + 19 * number
        line = f'<path class="run" d="M16 {y - 4}H50"/>'
        parts.append(
            f'<g class="trail t{number} e{number} key">{line}</g><text class="words legend e{number}" x="58" y="{y}">'
            f'<tspan class="who">{escape(mark.name)}</tspan>  <tspan>{escape(mark.address)}</tspan></text>'
        )
    return parts


def sign_of(name: str) -> str:
    """A name as it fits into the sign of an end."""
    return shortened(name, _SIGN_WIDE - 8, SIGN, True)
