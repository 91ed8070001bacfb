"""Where the states and arrows of RFC 9293's figure stand in our drawing of it, placed by hand.  Pure.

Three columns as in the figure: who called stands right, who was called left.  CLOSED is there twice, as in the
figure: at the top before a connection, at the bottom after it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from labkit.panels.machine.rfc import WAYS

WIDE, HIGH = 792, 676
BOX_WIDE, BOX_HIGH = 132, 44

_LEFT, _MIDDLE, _RIGHT = 100, 370, 640
_ROWS = (40, 128, 226, 322, 406, 500, 596)

CLOSED_AFTER = "CLOSED after"
TO_THE_UPPER = frozenset({"LISTEN>CLOSED", "SYN-SENT>CLOSED"})  # ways back to the CLOSED where one begins
CENTRES = {
    "CLOSED": (_MIDDLE, _ROWS[0]),
    "LISTEN": (_MIDDLE, _ROWS[1]),
    "SYN-RECEIVED": (_LEFT, _ROWS[2]),
    "SYN-SENT": (_RIGHT, _ROWS[2]),
    "ESTABLISHED": (_MIDDLE, _ROWS[3]),
    "FIN-WAIT-1": (_LEFT, _ROWS[4]),
    "CLOSE-WAIT": (_RIGHT, _ROWS[4]),
    "FIN-WAIT-2": (_LEFT, _ROWS[5]),
    "CLOSING": (_MIDDLE, _ROWS[5]),
    "LAST-ACK": (_RIGHT, _ROWS[5]),
    "TIME-WAIT": (_MIDDLE, _ROWS[6]),
    CLOSED_AFTER: (_RIGHT, _ROWS[6]),
}
"""The middle of each state's box; "CLOSED after" is the second one."""


class Label(NamedTuple):
    """Where an arrow's words stand: "across" the line (the event above it, the action below) with the middle at
    (x, y) on the line, or "beside" it, right or left of (x, y), the event over the action."""

    kind: str
    x: float
    y: float
    anchor: str = "middle"


class Route(NamedTuple):
    """An arrow's corners, from its beginning to its tip, and where its words stand."""

    points: tuple[tuple[float, float], ...]
    label: Label


def state_of(box: str) -> str:
    """The state that a box stands for."""
    return "CLOSED" if box == CLOSED_AFTER else box


def end_of(way: str, after: str) -> str:
    """The box to which an arrow (its key; of one that the figure leaves out, any) leads, by the state after it."""
    return CLOSED_AFTER if after == "CLOSED" and way not in TO_THE_UPPER else after


def _side(state: str, side: str, shift: float = 0) -> tuple[float, float]:
    """A point on a box's edge: "top", "bottom", "left" or "right", `shift` pixels from its middle."""
    x, y = CENTRES[state]
    if side in ("top", "bottom"):
        return x + shift, y + BOX_HIGH / 2 * (1 if side == "bottom" else -1)
    return x + BOX_WIDE / 2 * (1 if side == "right" else -1), y + shift


def _straight(before, side, after, other, shift=0.0):
    return (_side(before, side, shift), _side(after, other, shift))


def _bent(before, side, shift, after, other, back):
    """One corner: out of a side, then into one at right angles to it."""
    start, end = _side(before, side, shift), _side(after, other, back)
    corner = (start[0], end[1]) if side in ("top", "bottom") else (end[0], start[1])
    return (start, corner, end)


def _y(row: int, shift: float = 0) -> float:
    return _ROWS[row] + shift


_BETWEEN = [(a + b) / 2 for a, b in pairwise(_ROWS)]
_LANE_NOTE_2 = 190  # right of FIN-WAIT-2

ROUTES = {
    "CLOSED>LISTEN": Route(
        _straight("CLOSED", "bottom", "LISTEN", "top", -22),
        Label("beside", _MIDDLE - 31, _BETWEEN[0], "end"),
    ),
    "LISTEN>CLOSED": Route(
        _straight("LISTEN", "top", "CLOSED", "bottom", 22),
        Label("beside", _MIDDLE + 31, _BETWEEN[0], "start"),
    ),
    "CLOSED>SYN-SENT": Route(
        _bent("CLOSED", "right", -13, "SYN-SENT", "top", 44), Label("across", 560, _y(0, -13))
    ),
    "SYN-SENT>CLOSED": Route(
        _bent("SYN-SENT", "top", 0, "CLOSED", "right", 13), Label("beside", _RIGHT - 9, _y(1, -44), "end")
    ),
    "LISTEN>SYN-RECEIVED": Route(
        _bent("LISTEN", "left", 11, "SYN-RECEIVED", "top", 26), Label("across", 215, _y(1, 11))
    ),
    "SYN-RECEIVED>LISTEN": Route(
        _bent("SYN-RECEIVED", "top", -26, "LISTEN", "left", -11), Label("above", 190, _y(1, -11))
    ),
    "LISTEN>SYN-SENT": Route(
        _bent("LISTEN", "right", 11, "SYN-SENT", "top", -44), Label("across", 506, _y(1, 11))
    ),
    "SYN-SENT>SYN-RECEIVED": Route(
        _straight("SYN-SENT", "left", "SYN-RECEIVED", "right", 0), Label("across", _MIDDLE, _y(2))
    ),
    "SYN-SENT>ESTABLISHED": Route(
        _bent("SYN-SENT", "bottom", 0, "ESTABLISHED", "right", 0), Label("across", 526, _y(3))
    ),
    "SYN-RECEIVED>ESTABLISHED": Route(
        _bent("SYN-RECEIVED", "bottom", 26, "ESTABLISHED", "left", 0), Label("across", 216, _y(3))
    ),
    "SYN-RECEIVED>FIN-WAIT-1": Route(
        _straight("SYN-RECEIVED", "bottom", "FIN-WAIT-1", "top", -44),
        Label("beside", _LEFT - 35, (_ROWS[2] + _ROWS[4]) / 2, "start"),
    ),
    "ESTABLISHED>FIN-WAIT-1": Route(
        _bent("ESTABLISHED", "bottom", -22, "FIN-WAIT-1", "right", -16), Label("across", 232, _y(4, -16))
    ),
    "ESTABLISHED>CLOSE-WAIT": Route(
        _bent("ESTABLISHED", "bottom", 22, "CLOSE-WAIT", "left", 0), Label("across", 500, _y(4))
    ),
    "FIN-WAIT-1>CLOSING": Route(
        _bent("FIN-WAIT-1", "right", 16, "CLOSING", "top", -22), Label("across", 280, _y(4, 16))
    ),
    "FIN-WAIT-1>FIN-WAIT-2": Route(
        _straight("FIN-WAIT-1", "bottom", "FIN-WAIT-2", "top", -44),
        Label("beside", _LEFT - 35, _BETWEEN[4], "start"),
    ),
    "FIN-WAIT-1>TIME-WAIT": Route(
        (
            _side("FIN-WAIT-1", "bottom", 52),
            (_LEFT + 52, _BETWEEN[4] + 6),
            (_LANE_NOTE_2, _BETWEEN[4] + 6),
            (_LANE_NOTE_2, _y(6, -11)),
            _side("TIME-WAIT", "left", -11),
        ),
        Label("beside", _LANE_NOTE_2 + 9, _y(5, 4), "start"),
    ),
    "FIN-WAIT-2>TIME-WAIT": Route(
        _bent("FIN-WAIT-2", "bottom", 0, "TIME-WAIT", "left", 11), Label("across", 205, _y(6, 11))
    ),
    "CLOSING>TIME-WAIT": Route(
        _straight("CLOSING", "bottom", "TIME-WAIT", "top"), Label("beside", _MIDDLE + 9, _BETWEEN[5], "start")
    ),
    "CLOSE-WAIT>LAST-ACK": Route(
        _straight("CLOSE-WAIT", "bottom", "LAST-ACK", "top"),
        Label("beside", _RIGHT + 9, _BETWEEN[4], "start"),
    ),
    "LAST-ACK>CLOSED": Route(
        _straight("LAST-ACK", "bottom", CLOSED_AFTER, "top"),
        Label("beside", _RIGHT + 9, _BETWEEN[5], "start"),
    ),
    "TIME-WAIT>CLOSED": Route(
        _straight("TIME-WAIT", "right", CLOSED_AFTER, "left", 0), Label("across", 521, _y(6))
    ),
}
"""How each way of `machine_rfc.WAYS` is drawn, by its key."""

_BUS, _EAST, _WEST, _INNER = 652, 734, 14, 465  # the lanes
_ARRIVES_BELOW, _ARRIVES_RIGHT = _side(CLOSED_AFTER, "bottom"), _side(CLOSED_AFTER, "right")


def _by_west(state: str) -> tuple[tuple[float, float], ...]:
    x, y = _side(state, "left")
    return ((x, y), (_WEST, y), (_WEST, _BUS), (_RIGHT, _BUS), _ARRIVES_BELOW)


def _by_east(state: str) -> tuple[tuple[float, float], ...]:
    x, y = _side(state, "right")
    return ((x, y), (_EAST, y), (_EAST, _ARRIVES_RIGHT[1]), _ARRIVES_RIGHT)


_SAID_BELOW, _SAID_WEST = Label("below", 505, _BUS), Label("below", 250, _BUS)
_SAID_EAST = {
    state: Label("beside", _EAST + 8, CENTRES[state][1] + 36, "start")
    for state in ("SYN-SENT", "CLOSE-WAIT", "LAST-ACK")
}

EXITS = {
    **{state: Route(_by_west(state), _SAID_WEST) for state in ("SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2")},
    **{state: Route(_by_east(state), _SAID_EAST[state]) for state in ("SYN-SENT", "CLOSE-WAIT", "LAST-ACK")},
    "ESTABLISHED": Route(
        (
            _side("ESTABLISHED", "bottom"),
            (_MIDDLE, _BETWEEN[4] - 4),
            (_INNER, _BETWEEN[4] - 4),
            (_INNER, _BUS),
            (_RIGHT, _BUS),
            _ARRIVES_BELOW,
        ),
        _SAID_BELOW,
    ),
    "CLOSING": Route(
        (_side("CLOSING", "right"), (_INNER, _y(5)), (_INNER, _BUS), (_RIGHT, _BUS), _ARRIVES_BELOW),
        _SAID_BELOW,
    ),
    "TIME-WAIT": Route(
        (_side("TIME-WAIT", "bottom"), (_MIDDLE, _BUS), (_RIGHT, _BUS), _ARRIVES_BELOW), _SAID_BELOW
    ),
}
"""How a reset, or giving up, is drawn from each state: the figure leaves these out, so they show only when taken."""

assert set(ROUTES) == {way.key for way in WAYS}
