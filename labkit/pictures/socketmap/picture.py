"""Where hosts, sockets and the lines between them stand."""

from __future__ import annotations

import re
from typing import NamedTuple

from labkit.drawing.labels import pieces_width
from labkit.drawing.measure import shortened
from labkit.drawing.shapes import Area, Group, Line, Picture, Words
from labkit.packets.addresses import format_address
from labkit.pictures.socketmap.stations import Station, peers_of
from labkit.sockets.row import QUEUE, Row
from labkit.sockets.rows import ends_of, note_of, notes_of, state_of

_SOCKET_WIDE, _SOCKET_HIGH, _BETWEEN = 296, 46, 10
_HOST_EDGE, _HOST_HEAD, _HOST_GAP, _APART = 14, 34, 18, 12
_LANE = 130  # between the two columns of hosts, where the connections run
_PAGE_EDGE = 4


# -- the drawing -------------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """Where a socket's box stands: its left upper corner, and which of its sides looks at the lane."""

    x: float
    y: float
    rightward: bool

    @property
    def door(self) -> tuple[float, float]:
        return self.x + _SOCKET_WIDE * self.rightward, self.y + _SOCKET_HIGH / 2


def picture_of(stations, title: str, text: str) -> Picture:
    peers = peers_of(stations)
    left, right = _columns(stations)
    places: dict[tuple[int, int], _Place] = {}
    shapes: list = []
    top = 34.0 if title else float(_PAGE_EDGE)
    bottoms = []
    column_wide = _SOCKET_WIDE + 2 * _HOST_EDGE
    two = bool(left and right)
    for column, x in ((left, float(_PAGE_EDGE)), (right, _PAGE_EDGE + two * (column_wide + _LANE))):
        y = top
        for place in column:
            order = _order(place, stations, peers, places)
            high = _host(shapes, places, stations, place, order, x, y, rightward=column is left)
            y += high + _HOST_GAP
        bottoms.append(y - _HOST_GAP)
    wires = _wires(stations, peers, places)
    width = 2 * _PAGE_EDGE + column_wide * (1 + two) + _LANE * (two or bool(wires))
    if title:
        shapes.append(Words(_PAGE_EDGE, 20, ((title, "title"),), "title"))
    name = title or "Sockets of " + ", ".join(station.name for station in stations)
    return Picture(
        width,
        max(bottoms) + _PAGE_EDGE,
        (*shapes, *wires),
        (),
        len(stations),
        name,
        re.sub(r"\s+", " ", text),
    )


def _columns(stations) -> tuple[list[int], list[int]]:
    """Which hosts stand left and which right: those that listen stand right, as servers do in ladders."""
    listening = [
        place for place, station in enumerate(stations) if any(row.state == "LISTEN" for row in station.rows)
    ]
    others = [place for place in range(len(stations)) if place not in listening]
    if listening and others:
        return others, listening
    half = (len(stations) + 1) // 2
    return list(range(half)), list(range(half, len(stations)))


def _order(place: int, stations, peers, places) -> list[int]:
    """The sockets of a host from top to bottom: listeners, then the rest, opposite their peers."""

    def key(number: int):
        row = stations[place].rows[number]
        peer = places.get(peers.get((place, number), (-1, -1)))
        return (row.remote is not None, peer is None, peer.y if peer else 0, number)

    return sorted(range(len(stations[place].rows)), key=key)


def _host(shapes, places, stations, place, order, x, y, rightward) -> float:
    """Draw a host's box with its sockets; gives its height."""
    station = stations[place]
    rows = station.rows
    standing = sum(row.remote is None for row in rows)
    apart = _APART * (0 < standing < len(rows))
    inner = len(rows) * (_SOCKET_HIGH + _BETWEEN) - _BETWEEN if rows else _SOCKET_HIGH / 2
    high = _HOST_HEAD + inner + apart + _HOST_EDGE
    wide = _SOCKET_WIDE + 2 * _HOST_EDGE
    shapes.append(Area(_corners(x, y, wide, high), "band-thin", station.number))
    head = ((station.name, "host"), (station.address, "quiet"))
    shapes.append(Words(x + _HOST_EDGE, y + 22, head, "host", host=station.number))
    if not rows:
        shapes.append(Words(x + _HOST_EDGE, y + _HOST_HEAD + 14, (("no sockets", "quiet"),), "quiet"))
    at = y + _HOST_HEAD
    for position, number in enumerate(order):
        if position == standing and apart:
            at += apart
        places[place, number] = _Place(x + _HOST_EDGE, at, rightward)
        shapes.append(_socket(station, rows[number], x + _HOST_EDGE, at))
        at += _SOCKET_HIGH + _BETWEEN
    return high


def _socket(station: Station, row: Row, x: float, y: float) -> Group:
    """A socket's box: its address and state, its peer's address, what waits in it."""
    listens, kept = row.remote is None, row.held_by.kind != QUEUE
    role = ("solid" if listens else "control") + ("" if kept else " lost")
    corners = _corners(x, y, _SOCKET_WIDE, _SOCKET_HIGH)
    outline = [
        Line(*start, *end, role, station.number)
        for start, end in zip(corners, (*corners[1:], corners[0]), strict=True)
    ]
    state = ((state_of(row), "state"),)
    far = "from anyone" if listens else f"↔ {format_address(row.remote)}"
    if listens and row.state == "CLOSED":
        far = "bound, and no more"
    full = note_of(row)
    room = _SOCKET_WIDE - 30 - pieces_width(((far, "plain"),), "label")
    note = _fitting(row, room)
    far = shortened(far, _SOCKET_WIDE - 30 - pieces_width(((note, "quiet"),), "quiet"), 12)
    return Group(
        str(row) + (f" ({full})" if full else ""),
        (
            Area(corners, "paper"),
            *outline,
            Words(x + 9, y + 19, ((format_address(row.local), "head"),), "label"),
            Words(x + _SOCKET_WIDE - 9, y + 19, state, "state", "end", host=station.number),
            Words(x + 9, y + 37, ((far, "plain"),), "label"),
            Words(x + _SOCKET_WIDE - 9, y + 37, ((note, "quiet"),), "quiet", "end"),
        ),
    )


def _fitting(row: Row, room: float) -> str:
    """The row's note, or its main part where there is no room for all: an address is never cut for it."""
    notes = notes_of(row)
    for words in (", ".join(notes), ", ".join(notes_of(row, brief=True)), *notes[:1]):
        if pieces_width(((words, "quiet"),), "quiet") <= room:
            return words
    return ""


def _wires(stations, peers, places) -> list:
    """A line for each connection; within one column it runs through the lane beside it."""
    wires: list = []
    bends = 0
    for one, other in sorted(peers.items()):
        if other < one or one == other:
            continue
        (x1, y1), (x2, y2) = places[one].door, places[other].door
        host = stations[one[0]].number
        row = stations[one[0]].rows[one[1]]
        role = "solid" if row.state in ("ESTABLISHED", "connected") else "thin lost"
        if places[one].rightward != places[other].rightward:
            parts = [Line(x1, y1, x2, y2, role, host)]
        else:
            bends += 1
            x = x1 + min(24 + 9 * bends, _LANE - 12) * (1 if places[one].rightward else -1)
            parts = [
                Line(x1, y1, x, y1, role, host),
                Line(x, y1, x, y2, role, host),
                Line(x, y2, x2, y2, role, host),
            ]
        wires.append(Group(ends_of(row), tuple(parts)))
    return wires


def _corners(x: float, y: float, wide: float, high: float) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
