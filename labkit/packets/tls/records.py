"""TLS records: what a stream of bytes is cut into before anything in it is secret (RFC 8446, section 5.1).  Pure."""

from __future__ import annotations

from typing import NamedTuple

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
NAMES = {
    CHANGE_CIPHER_SPEC: "ChangeCipherSpec",
    ALERT: "Alert",
    HANDSHAKE: "Handshake",
    APPLICATION_DATA: "ApplicationData",
}
"""The names of the types of records, as RFC 8446 writes them, in the form of its messages' names."""

HEADER = 5
"""Bytes before what a record holds: its type, a version that says nothing any more, and the length."""

LARGEST = 2**14 + 2048
"""The most that a record may hold, in any version (RFC 5246, section 6.2.3)."""

PIECE = 2**14
"""The most bytes of a program's that one record carries."""


class Record(NamedTuple):
    """One record of a stream.

    kind   its type: one of `NAMES`
    start  where it begins in the stream;  body: what it holds, without its header
    """

    kind: int
    start: int
    body: bytes

    @property
    def end(self) -> int:
        """Where the next one begins."""
        return self.start + HEADER + len(self.body)

    @property
    def header(self) -> bytes:
        """Its five bytes, of which the cipher makes sure, too (RFC 8446, section 5.2)."""
        return bytes([self.kind, 3, 3]) + len(self.body).to_bytes(2, "big")


def is_tls(stream: bytes) -> bool:
    """Does a stream begin as one end's half of a TLS conversation does: with a hello, or with an alert?"""
    return (
        len(stream) > HEADER
        and stream[1] == 3
        and stream[2] <= 4
        and (
            (stream[0] == HANDSHAKE and stream[HEADER] in (1, 2))
            or (stream[0] == ALERT and stream[3:5] == b"\0\2")
        )
    )


def records(stream: bytes) -> tuple[Record, ...]:
    """The whole records of a stream, in order; what follows something that is no record is left out."""
    found, place = [], 0
    while len(stream) >= place + HEADER:
        kind, length = stream[place], int.from_bytes(stream[place + 3 : place + 5], "big")
        end = place + HEADER + length
        if kind not in NAMES or stream[place + 1] != 3 or length > LARGEST or end > len(stream):
            break
        found.append(Record(kind, place, bytes(stream[place + HEADER : end])))
        place = end
    return tuple(found)
