"""Calls in TLS, and the frames that they sent or waited for.  Pure.

A program's bytes are not those on the wire: n of them go out in a record that holds more.  So calls are matched with
records, in order: in TLS 1.3 a record with n bytes of a program's holds n + 17 (RFC 8446, section 5.2), by which it is
told from those of the handshake; and what an end reads is what the other's calls have sent.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from labkit.packets.tls import messages as tls
from labkit.packets.tls.keys import TAG
from labkit.packets.tls.records import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    PIECE,
    Record,
    records,
)
from labkit.traces.calls import RECEIVING, SENDING
from labkit.traces.flows import stream

if TYPE_CHECKING:
    from labkit.pictures.ladders.carriers import Side
    from labkit.traces.calls import Call

_MORE = TAG + 1  # what a record of TLS 1.3 holds beside the bytes inside: their type, and what proves them
_GOODBYE = 2 + _MORE


class Talk:
    """The TLS on one end of a connection: the records that it sent and that came, and how far calls have got."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.sent = records(stream([arrow.item for arrow in side.sent]))
        self.came = records(stream([arrow.item for _, arrow in side.came]))
        self._next = self._first()  # of the records sent, the first that no call has claimed
        self._said: list[
            tuple[int, Record]
        ] = []  # records sent, and how many of a program's bytes each holds
        self.goodbye: Record | None = None
        self._read = 0
        self._heard = (
            self._first_heard()
        )  # of the records that came, the first of which nothing has been read

    def _first(self) -> int:
        """The first of the records sent that may hold a program's bytes: in TLS 1.3 behind the handshake's."""
        if not self.modern:
            return 0
        if self.calls:
            flight = _second_flight(self.sent)
            return 0 if flight is None else self.sent.index(flight) + 1
        flight = _second_flight(self.came)
        number = None if flight is None else self.side.brings(flight.end - 1)
        heard = next((time for time, arrow in self.side.came if arrow.number == number), None)
        left = {arrow.number: arrow.departed for arrow in self.side.sent}
        for place, record in enumerate(self.sent):
            if heard is not None and left.get(self.side.sends(record.start) or 0, 0) >= heard:
                return place
        return len(self.sent)

    def _first_heard(self) -> int:
        """The first of the records that came that may hold a program's bytes."""
        if not self.modern:
            return 0
        flight = _second_flight(self.sent if self.calls else self.came)
        if flight is None:
            return len(self.came)
        if not self.calls:
            return self.came.index(flight) + 1
        number = self.side.sends(flight.start)
        left = next((arrow.departed for arrow in self.side.sent if arrow.number == number), 0)
        came = {arrow.number: time for time, arrow in self.side.came}
        for place, record in enumerate(self.came):
            if came.get(self.side.brings(record.end - 1) or 0, 0) > left:
                return place
        return len(self.came)

    @cached_property
    def calls(self) -> bool:
        """Is it the client's end?"""
        return _is_hello(self.sent[:1], tls.CLIENT_HELLO)

    @cached_property
    def modern(self) -> bool:
        """Is it TLS 1.3?"""
        answers = tls.hellos(self.sent, tls.SERVER_HELLO) or tls.hellos(self.came, tls.SERVER_HELLO)
        return not answers or answers[0].version == tls.TLS13

    def handshake(self) -> tuple[int | None, int | None]:
        """What do_handshake() sent first, at the end that calls, and what let it return."""
        if self.calls:
            if not self.modern:  # the server has the last word (RFC 5246, section 7.3)
                last = _second_flight(self.came, after_change=True)
                return self.side.sends(0), None if last is None else self.side.brings(last.end - 1)
            return self.side.sends(0), self._before(_second_flight(self.sent))
        flight = _second_flight(self.came, after_change=not self.modern) or _second_flight(self.came)
        return None, None if flight is None else self.side.brings(flight.end - 1)

    def _before(self, flight: Record | None) -> int | None:
        """The last data that had come when a record left."""
        if flight is None:
            return None
        number = self.side.sends(flight.start)
        left = next((arrow.departed for arrow in self.side.sent if arrow.number == number), None)
        if left is None:
            return None
        return max(
            ((time, arrow.number) for time, arrow in self.side.came if arrow.item.length and time <= left),
            default=(0, None),
        )[1]

    def says(self, size: int) -> int | None:
        """A call that sends has handed over so many bytes: the arrow with their first."""
        cause = None
        while size > 0:
            piece = min(size, PIECE)
            place = next((n for n in range(self._next, len(self.sent)) if self._holds(n, piece)), None)
            if place is None:
                break
            record = self.sent[place]
            self._next = place + 1
            self._said.append((piece, record))
            if cause is None:
                cause = self.side.sends(record.start)
            size -= piece
        return cause

    def _holds(self, place: int, size: int) -> bool:
        record = self.sent[place]
        if record.kind != APPLICATION_DATA:
            return False
        return not self.modern or len(record.body) == size + _MORE

    def ends(self) -> int | None:
        """unwrap() says goodbye: the arrow with it."""
        for place in range(self._next, len(self.sent)):
            record = self.sent[place]
            if record.kind == ALERT or (self.modern and len(record.body) == _GOODBYE):
                self._next, self.goodbye = place + 1, record
                return self.side.sends(record.start)
        return None

    def hears(self, size: int | None, peer: Talk | None) -> int | None:
        """A call that receives has got so many bytes: the arrow that completed the record with the last of them."""
        if not size:
            goodbye = peer.goodbye if peer is not None else None
            return self.side.brings(None if goodbye is None else goodbye.end - 1)
        if peer is None or not peer._said:
            return self._guessed(size)
        self._read += size
        total = 0
        for held, record in peer._said:
            total += held
            if total >= self._read:
                return self.side.brings(record.end - 1)
        return None

    def _guessed(self, size: int) -> int | None:
        """Of a peer whose calls nobody noted: the next record that holds just so much."""
        for place in range(self._heard, len(self.came)):
            record = self.came[place]
            if record.kind == APPLICATION_DATA and (not self.modern or len(record.body) == size + _MORE):
                self._heard = place + 1
                return self.side.brings(record.end - 1)
        return None


class Talks:
    """All ends that speak TLS.  Who sends is asked first, in `prepare`: one end reads what the other has sent."""

    def __init__(self) -> None:
        self._talks: dict[int, Talk] = {}  # by the side's identity
        self._causes: dict[int, int | None] = {}  # by the call's

    def of(self, side: Side) -> Talk:
        """The TLS on one end."""
        return self._talks.setdefault(id(side), Talk(side))

    def prepare(self, call: Call, side: Side) -> None:
        """Find what a call sent; calls come in the order in which they began."""
        if call.error:
            return
        if call.name in SENDING:
            self._causes[id(call)] = self.of(side).says(call.count)
        elif call.name == "unwrap":
            self._causes[id(call)] = self.of(side).ends()

    def match(self, call: Call, side: Side) -> tuple[int | None, int | None]:
        """(the arrow that it sent, the arrow that let it return), None for none."""
        talk = self.of(side)
        if call.name == "do_handshake":
            return talk.handshake() if call.end_ns is not None else (talk.handshake()[0], None)
        if call.name in RECEIVING and not call.error and call.end_ns is not None and call.moved is not None:
            return None, talk.hears(call.moved, self._peer(side))
        return self._causes.get(id(call)), None

    def _peer(self, side: Side) -> Talk | None:
        """The other end of a connection, if calls were noted there, too."""
        return next(
            (
                talk
                for talk in self._talks.values()
                if (talk.side.flow, talk.side.port) == (side.flow, side.peer[1]) and talk.side is not side
            ),
            None,
        )


def _is_hello(found: list[Record] | tuple[Record, ...], kind: int) -> bool:
    return any(record.kind == HANDSHAKE and record.body[:1] == bytes([kind]) for record in found)


def _second_flight(sent: tuple[Record, ...], after_change: bool = False) -> Record | None:
    """The first record of an end's that is no hello and no ChangeCipherSpec; after_change: behind one of these."""
    changed = not after_change
    for record in sent:
        if record.kind == CHANGE_CIPHER_SPEC:
            changed = True
        elif changed and not _is_hello([record], tls.CLIENT_HELLO):
            return record
    return None
