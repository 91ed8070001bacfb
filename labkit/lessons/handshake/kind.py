"""Name a segment by its flags."""

from __future__ import annotations

from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.packets.frame import Frame
from labkit.packets.segment import Segment
from labkit.words import say


def _segment(flags: str, length: int = 0) -> Segment:
    """A segment from client to server; seq and ack are of no interest here."""
    ack = 1 if "." in flags else None
    frame = Frame(1, 0, "client", "server", (), "in flight", (), b"", 54 + length)
    return Segment(
        frame=frame,
        source="client",
        target="server",
        src="10.0.0.1",
        sport=40000,
        dst="10.0.0.2",
        dport=8080,
        seq=0 if "S" in flags else 1,
        ack=ack,
        raw_seq=1001,
        raw_ack=2001 if ack else 0,
        flags=flags,
        window=64240,
        options=(),
        payload=b"x" * length,
        length=length,
    )


_KINDS = (
    ("S", 0, "SYN", "S alone is the SYN: the caller's first segment."),
    ("S.", 0, "SYN-ACK", "S and the dot (ACK) together: ask for both before you ask for one of them."),
    (".", 0, "ACK", "The dot is the ACK flag; without data and other flags the segment only acknowledges."),
    ("P.", 5, "data", "Whoever carries bytes is data, and acknowledges on the way."),
    (".", 1448, "data", "The P flag says 'push', not 'data': look at segment.length."),
    ("F.", 0, "FIN", "After the handshake every segment carries ACK; here the F is the news."),
    ("FP.", 5, "FIN", "The last bytes and the FIN often share a segment; FIN is asked for before data."),
    ("R.", 0, "RST", "R with or without the dot is a reset; ask whether R is in the flags."),
    ("R", 0, "RST", "R with or without the dot is a reset; ask whether R is in the flags."),
    (
        "SEW",
        0,
        "SYN",
        "A SYN may carry more flags (E and W offer congestion notification): use `in`, not `==`.",
    ),
    (
        "S.E",
        0,
        "SYN-ACK",
        "A SYN-ACK may carry more flags (E accepts congestion notification): use `in`, not `==`.",
    ),
)


def _kind(tale: Tale, kind: Any) -> None:
    for flags, length, wanted, because in _KINDS:
        shown = say('kind(segment with flags "{flags}" and length {length})', flags=flags, length=length)
        tale.expect(shown, tale.call(kind, _segment(flags, length), shown=shown), wanted, because)


EXERCISE = Exercise(
    id="kind",
    title="Name a segment by its flags",
    story=_kind,
    hints=(
        "Flags are a set: several are up at once, and ACK nearly always. Which one is the news of the"
        " segment?",
        "`segment.flags` is a string: ask with `in`. The order of your questions decides: R, then S,"
        " then F, then"
        " `segment.length`, and only then is it a plain ACK.",
        'if "R" in segment.flags: return "RST", then\n'
        '  if "S" in segment.flags: return "SYN-ACK" if "." in segment.flags else "SYN", and so on',
    ),
    steps=11,
)
