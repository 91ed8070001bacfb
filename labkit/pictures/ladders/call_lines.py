"""What stands of a call beside the arrows of a text: a line in pieces, to be said in fewer columns, too.  Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from labkit.drawing.measure import columns, cut
from labkit.pictures.ladders.acts import Act

ARGUMENTS, HOST, ERROR = "arguments", "host", "error"
"""What a piece is, by which it is shortened: first the arguments of a call whose result is there, then the host of an
address (its name stands above; its port is news), then the beginning of an error's name."""

OPENS, CLOSES = " ┐", " ◀┘"
"""The ends of a bracket from where a call begins to where it returns."""

_ERROR = re.compile(r"([A-Z][a-z]+)([A-Z][a-z]+[A-Z]\w+)")


class Piece(NamedTuple):
    """Some of a line; `kind`: ARGUMENTS, HOST, ERROR, or "" for what is not shortened."""

    text: str
    kind: str = ""


class Line(NamedTuple):
    """The pieces of a line, one after the other, and the end of a bracket that stands behind them."""

    pieces: tuple[Piece, ...] = ()
    turn: str = ""

    @classmethod
    def of(cls, text: str) -> Line:
        """A line in one piece."""
        return cls((Piece(text),))

    @property
    def text(self) -> str:
        """All of it but the turn."""
        return "".join(piece.text for piece in self.pieces)

    def within(self, room: int) -> str:
        """As much of its text as says most, at most `room` columns wide: "recv(…) → …ResetError"."""
        pieces = list(self.pieces)
        for kind, shorter in _SHORTER.items():
            excess = sum(columns(piece.text) for piece in pieces) - room
            place = next((place for place, piece in enumerate(pieces) if piece.kind == kind), None)
            if excess > 0 and place is not None:
                text = pieces[place].text
                pieces[place] = Piece(shorter(text, len(text) - excess))
        return cut("".join(piece.text for piece in pieces), room)


def line_of(act: Act) -> Line:
    """The call and what came of it."""
    if act.call.end_ns is None:
        return Line.of(act.line)
    if not act.outcome:
        return begun_of(act)
    return Line((*_around(act.begun, act.args, ARGUMENTS), Piece(" → "), *_outcome(act)))


def begun_of(act: Act, turn: str = "") -> Line:
    """How the call was begun."""
    return Line(_around(act.begun, _host(act), HOST), turn)


def back_of(act: Act, turn: str) -> Line:
    """What came of a call that returned later."""
    return Line(_outcome(act) if act.outcome else (Piece("returns"),), turn)


def _outcome(act: Act) -> tuple[Piece, ...]:
    found = _ERROR.fullmatch(act.call.error)
    if found:
        return Piece(found[1], ERROR), Piece(found[2])
    return _around(act.outcome, "" if act.call.error else _host(act), HOST)


def _host(act: Act) -> str:
    address = act.call.address
    return str(address[0]) if isinstance(address, tuple) else ""


def _around(text: str, value: str, kind: str) -> tuple[Piece, ...]:
    """The text with the value that stands in it as a piece of that kind."""
    if not value or value not in text:
        return (Piece(text),)
    before, _, after = text.rpartition(value)
    return Piece(before), Piece(value, kind), Piece(after)


def _nothing(text: str, room: int) -> str:
    return "…"


def _ends(text: str, room: int) -> str:
    room = max(room, 3)
    return text[: room // 2].rstrip(".:") + "…" + text[len(text) - (room - 1) // 2 :].lstrip(".:")


def _beginning(text: str, room: int) -> str:
    return text[: room - 1] + "…" if room > 4 else "…"


_SHORTER = {ARGUMENTS: _nothing, HOST: _ends, ERROR: _beginning}
