"""All frames of a trace as the packet list takes them: columns as plain data, and the frames' bytes in one piece.

Pure.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from labkit.packets.datagram import Datagram
from labkit.packets.frame import fate_words
from labkit.packets.segment import Item, Segment
from labkit.panels.player.packets.columns import FINDINGS, row
from labkit.panels.player.packets.conversations import Conversation, connections, datagrams
from labkit.panels.player.packets.filterable import ANY_FINDING, FILTERABLE
from labkit.panels.player.tcp_fields import FLAGS

MOST_ROWS = 50_000
"""Frames that the list holds; a page with more is slow to open."""

MOST_BYTES = 16_000_000
"""Bytes of frames that go to the page; of the frames after them it has the fields alone."""


def listing(trace, numbers: Container[int]) -> tuple[dict[str, Any], bytes]:
    """The packet list of a trace's frames of these numbers, ready for JSON, and their bytes, one after another.

    rows        how many frames it has;  left_out: how many there are beyond them
    columns     by field, a value for each frame, None where it has none, or the one value that all have; fields that
                no frame has are not there;  layers: the layers of frames, to which the column "layers" counts
    text        by column of the list ("source", "target", "protocol", "info", "finding"), a text for each frame
    at, kept    of each frame its place in the bytes (-1: they are not there), and how many there are
    talks       what was said, by "tcp 0" or "udp 0" as in tcp.stream and udp.stream: ends and pieces
    fields      what may be asked for, as in `FILTERABLE`
    epoch       nanoseconds between 1970 and the first frame, as text: a page's numbers are too small for it
    """
    every = [item for item in trace.items if item.frame.number in numbers]
    items = every[:MOST_ROWS]
    start = min((item.frame.departed_ns for item in items), default=0)
    rows = [row(item, start) for item in items]
    pairs = datagrams(items)
    for number, talk in enumerate(pairs):
        for piece in talk.pieces:
            rows[piece.place]["udp.stream"] = number
    found = _findings(trace)
    for each in rows:
        mark = found.get(each["frame.number"])
        if mark:
            each[FINDINGS[mark]] = 1
    stacks = list(dict.fromkeys(each["layers"] for each in rows))
    for each in rows:
        each["layers"] = stacks.index(each["layers"])
    names = dict.fromkeys(name for each in rows for name in each)
    columns = {name: _column([each.get(name) for each in rows]) for name in names}
    at, kept, data = _bytes(items)
    talks = {f"tcp {number - 1}": talk for number, talk in connections(items).items()}
    talks |= {f"udp {number}": talk for number, talk in enumerate(pairs)}
    said = [_text(item, each, found) for item, each in zip(items, rows, strict=True)]
    return {
        "rows": len(rows),
        "left_out": len(every) - len(rows),
        "columns": columns,
        "layers": [list(stack) for stack in stacks],
        "text": {
            name: [each[place] for each in said]
            for place, name in enumerate(("source", "target", "protocol", "info", "finding"))
        },
        "at": at,
        "kept": kept,
        "talks": {name: _talk(talk) for name, talk in talks.items() if talk.pieces},
        "fields": [[name, kind, words, list(where)] for name, kind, words, where in _fields()],
        "epoch": str(trace.epoch_ns + start),
    }, data


def _column(values: list) -> Any:
    """What a column holds; where that is everywhere the same, the value alone."""
    return values[0] if values.count(values[0]) == len(values) else values


def _fields():
    yield from FILTERABLE
    yield ANY_FINDING, "flag", "any of the tcp.analysis flags", tuple(FINDINGS.values())


def _findings(trace) -> dict[int, str]:
    closed = {segment.number: "zero window" for segment in trace.zero_windows()}
    return closed | trace.marks()


def _bytes(items) -> tuple[list[int], list[int], bytes]:
    at, kept, whole = [], [], bytearray()
    for item in items:
        data = item.frame.data
        there = len(whole) + len(data) <= MOST_BYTES
        at.append(len(whole) if there else -1)
        kept.append(len(data))
        if there:
            whole += data
    return at, kept, bytes(whole)


def _text(item: Item, fields: dict[str, Any], found: dict[int, str]) -> tuple[str, str, str, str, str]:
    """Source, target, protocol, what it says, and what is unusual about it, in words."""
    frame = item.frame
    finding = found.get(frame.number, "")
    if isinstance(item, Segment):
        names = ", ".join(name for bit, name, _ in reversed(FLAGS) if fields["tcp.flags"] & bit)
        parts = [f"{item.sport} → {item.dport} [{names or 'no flags'}] Seq={item.seq}"]
        if item.ack is not None:
            parts.append(f"Ack={item.ack}")
        parts.append(f"Win={item.window} Len={item.length}")
        if "R" in item.flags:
            finding = finding or "reset"
        protocol, info = "TCP", " ".join(parts)
    elif isinstance(item, Datagram):
        protocol, info = "UDP", f"{item.sport} → {item.dport} Len={item.length}"
    else:
        protocol, info = item.protocol, item.summary
    if not frame.delivered:
        finding = ", ".join(part for part in (finding, frame.note or fate_words(frame.fate)) if part)
    source = fields.get("ip.src") or fields.get("ipv6.src") or fields.get("eth.src", "")
    target = fields.get("ip.dst") or fields.get("ipv6.dst") or fields.get("eth.dst", "")
    return source, target, protocol, info, finding


def _talk(talk: Conversation) -> dict[str, Any]:
    return {
        "ends": [f"{host} :{port}" for host, _, port in talk.ends],
        "pieces": [list(piece) for piece in talk.pieces],
    }
