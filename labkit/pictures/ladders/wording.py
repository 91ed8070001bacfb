"""The words on an arrow: what is said of a segment, and of what is not TCP.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labkit.packets.datagram import Datagram, quoted, said
from labkit.traces.analysis import DUPLICATE_ACK, ZERO_WINDOW_PROBE
from labkit.words import say

QUOTED = 16
"""How many characters of the data an arrow shows."""

FLAG_NAMES = {"S": "SYN", "F": "FIN", "R": "RST", "P": "PSH", ".": "ACK", "U": "URG", "E": "ECE", "W": "CWR"}


def flag_names(flags: str) -> str:
    """ "S." as people write it: "SYN, ACK"."""
    return ", ".join(name for letter, name in FLAG_NAMES.items() if letter in flags)


class SegmentWords:
    """The words on a segment; an acknowledgement number stands on data only when it is news.

    marks    what each unusual one is (`Trace.marks`)
    secured  what of TLS begins in each that carries TLS (`Trace.tls_words`)
    """

    def __init__(self, marks: dict[int, str], secured: Mapping[int, str]):
        self._marks, self._secured = marks, secured
        self._acked: dict = {}
        self._duplicates: dict = {}
        self._closed: set = set()  # ways whose last window that came was 0

    def of(self, segment: Any) -> tuple[Any, ...]:
        way = segment.flow, segment.src, segment.sport
        flags = segment.flags
        mark = self._marks.get(segment.number, "")
        duplicate, probe = 0, mark == ZERO_WINDOW_PROBE
        if mark == DUPLICATE_ACK:
            duplicate = self._duplicates[way, segment.ack] = self._duplicates.get((way, segment.ack), 0) + 1
            mark = say("duplicate ACK {n}", n=duplicate)
        elif mark:
            mark = say(mark)
        if "S" in flags:
            kind, body = "syn", f"seq {segment.seq}"
        elif "R" in flags:
            kind, body = "rst", f"seq {segment.seq}"
        elif segment.length:
            kind, body = "data", f"seq {segment.seq}:{segment.seq + segment.length}"
        elif "F" in flags:
            kind, body = "fin", f"seq {segment.seq}"
        else:
            # who asks with an old number is told the window: the number is the point
            kind, body = "ack", f"seq {segment.seq}" if probe else ""
        if segment.ack is not None:
            if kind not in ("data", "fin") or self._acked.get(way) != segment.ack:
                body = f"{body}  ack {segment.ack}".strip()
            self._acked[way] = segment.ack
        if segment.window == 0 and kind != "rst":
            body += "  win 0"
            self._closed.add(way)
        elif way in self._closed and kind != "rst":
            body += "  win > 0"  # how much differs between kernels and cables; what counts is that it opens
            if segment.delivered:
                self._closed.discard(way)
        # where nothing can be quoted, the sequence numbers say how many bytes there are
        quote = self._secured.get(segment.number, "")
        if not quote and segment.length <= 200:
            quote = quoted(segment.payload, segment.length, QUOTED)
        flow = segment.flow, *sorted([(segment.src, segment.sport), (segment.dst, segment.dport)])
        return kind, flag_names(flags) or "no flags", body, quote, mark, flow, segment.length, duplicate


def plain(item: Any) -> tuple[Any, ...]:
    """The words on what is not TCP."""
    if isinstance(item, Datagram):
        flow = 0, *sorted([(item.src, item.sport), (item.dst, item.dport)])
        return (
            "datagram",
            "UDP",
            f"{item.sport} → {item.dport}",
            said(item.payload, item.length, QUOTED) or "0 bytes",
            "",
            flow,
            item.length,
            0,
        )
    return "other", item.told.name, item.told.what, "", "", (), 0, 0
