"""Of which classes the values of a recording may be, and by what names a recording calls ours."""

from __future__ import annotations

import builtins

PLAIN = "int str bytes float bool complex bytearray list tuple dict set frozenset range slice object"
_STANDARD = {
    "builtins": PLAIN,
    "collections": "Counter OrderedDict defaultdict deque",
    "datetime": "date datetime time timedelta timezone",
    "decimal": "Decimal",
    "fractions": "Fraction",
    "socket": "AddressFamily MsgFlag SocketKind",
}
ALLOWED = {(module, name) for module, names in _STANDARD.items() for name in names.split()} | {
    ("builtins", name)
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}
# Classes of labkit's by their names in a recording, which stay when a class moves or is called otherwise.
CLASSES = {
    "Act": "labkit.pictures.ladders.acts.Act",
    "Allow": "labkit.network.boxes.rules.Allow",
    "Arrival": "labkit.packets.frame.Arrival",
    "Arrow": "labkit.pictures.ladders.arrows.Arrow",
    "Blackhole": "labkit.wire.faults.Blackhole",
    "ByteStream": "labkit.pictures.bytestream.stream.ByteStream",
    "Change": "labkit.pictures.ladders.story.Change",
    "Changed": "labkit.sockets.changes.Changed",
    "Connection": "labkit.network.boxes.tables.Connection",
    "Connections": "labkit.network.boxes.tables.Connections",
    "Corrupt": "labkit.wire.faults.Corrupt",
    "Datagram": "labkit.packets.datagram.Datagram",
    "Delay": "labkit.wire.faults.Delay",
    "Drop": "labkit.wire.faults.Drop",
    "Duplicate": "labkit.wire.faults.Duplicate",
    "Findings": "labkit.traces.analysis.Findings",
    "Flow": "labkit.traces.flows.Flow",
    "Glyph": "labkit.pictures.bytestream.pieces.Glyph",
    "Holder": "labkit.sockets.row.Holder",
    "Ladder": "labkit.pictures.ladders.ladder.Ladder",
    "Other": "labkit.packets.datagram.Other",
    "Piece": "labkit.pictures.bytestream.pieces.Piece",
    "Reorder": "labkit.wire.faults.Reorder",
    "Rewrite": "labkit.wire.faults.Rewrite",
    "Row": "labkit.sockets.row.Row",
    "Sample": "labkit.sockets.samples.Sample",
    "Samples": "labkit.sockets.samples.Samples",
    "Segment": "labkit.packets.segment.Segment",
    "Segments": "labkit.packets.segment.Segments",
    "SocketMap": "labkit.pictures.socketmap.map.SocketMap",
    "SocketSteps": "labkit.pictures.socketsteps.SocketSteps",
    "SocketTable": "labkit.sockets.table.SocketTable",
    "Split": "labkit.torture.splits.Split",
    "Station": "labkit.pictures.socketmap.stations.Station",
    "Step": "labkit.pictures.socketsteps.Step",
    "Story": "labkit.pictures.ladders.story.Story",
    "Summary": "labkit.packets.control.Summary",
    "TcpInfo": "labkit.sockets.tcpinfo.TcpInfo",
    "Torture": "labkit.torture.verdict.Torture",
    "Trace": "labkit.traces.trace.Trace",
    "Translation": "labkit.network.boxes.tables.Translation",
    "Translations": "labkit.network.boxes.tables.Translations",
    "Track": "labkit.pictures.bytestream.pieces.Track",
}
_NAMES = {place: name for name, place in CLASSES.items()}


def name_of(kind: type) -> str | None:
    """The name that a class of labkit's has in a recording; None for all others."""
    return _NAMES.get(f"{kind.__module__}.{kind.__qualname__}")
