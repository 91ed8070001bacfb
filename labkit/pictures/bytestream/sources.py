"""Where a picture of a stream comes from: a trace and its calls, or lists of bytes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeAlias

from labkit.pictures.bytestream.pieces import Piece, Track
from labkit.pictures.bytestream.stream import ByteStream

if TYPE_CHECKING:
    from labkit.traces.choosing import Chosen
    from labkit.traces.trace import Trace

SENDS = ("send", "sendall", "sendmsg")
RECVS = ("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into")


# -- where the facts come from -------------------------------------------------------------------------------


Given: TypeAlias = "bytes | bytearray | memoryview | tuple[str, bytes]"
"""A piece of a stream as one gives it: its bytes, or a pair of its name and its bytes."""


def byte_stream(
    trace: Trace | None = None,
    source: str | None = None,
    *,
    flow: Chosen = None,
    segments: bool = False,
    sends: Iterable[Given] | None = None,
    recvs: Iterable[Given] | None = None,
    names: tuple[str, str] = ("send", "recv"),
    title: str = "",
) -> ByteStream:
    """The bytes that one host sent on a connection, with the boundaries of its sends and of the peer's recvs.

    trace     a captured `Trace`; it must hold the connection's data from the first byte that a call moved
    source    the host whose direction is drawn (default: the first that sent data)
    flow      which connection (a Flow, its number, or one of its segments; default: the first with data)
    segments  draw the segments' boundaries too: each byte where it was first sent
    sends, recvs   instead of a trace: lists of bytes, the pieces as they were sent and as they were received;
              a piece may be a pair of its name and its bytes, such as ("length", b"\\0\\0\\0\\5")
    names     what the pieces of such lists are called
    title     a line above it (default: "client > server" from a trace)

    Raises TypeError for what is not a trace, ValueError where there is no data, or where the pieces contradict
    each other.
    """
    if trace is None:
        return _from_lists(sends, recvs, names, title)
    if sends is not None or recvs is not None:
        raise ValueError("byte_stream takes a trace, or lists (sends=, recvs=), not both")
    if not hasattr(trace, "segments") or not hasattr(trace, "calls"):
        raise TypeError(
            f"byte_stream draws a trace (got {type(trace).__name__}); write byte_stream(trace, source='client'), "
            "or byte_stream(sends=[...], recvs=[...])"
        )
    return _from_trace(trace, source, flow, segments, title)


def _from_lists(sends, recvs, names, title) -> ByteStream:
    above = _track("sends", sends, names[0])
    below = _track("recvs", recvs, names[1])
    sent, got = (b"".join(data for _, data, _ in track) for track in (above, below))
    if not sent and not got:
        raise ValueError(
            "there is nothing to draw: give sends=[...], recvs=[...] or both, with bytes in them"
        )
    if sent and not sent.startswith(got):
        at = next((n for n, (a, b) in enumerate(zip(sent, got, strict=False)) if a != b), len(sent))
        raise ValueError(
            f"recvs are not what was sent: they differ from byte {at} on ({sent[at : at + 8]!r} sent, "
            f"{got[at : at + 8]!r} received)"
        )
    return ByteStream(
        sent or got,
        [Track(names[0], _pieces((words, len(data), named) for words, data, named in above))]
        if above
        else [],
        [Track(names[1], _pieces((words, len(data), named) for words, data, named in below))]
        if below
        else [],
        title,
    )


def _track(which: str, given, name: str) -> list[tuple[str, bytes, bool]]:
    """(words, bytes, whether the words are the caller's) of each piece of a list."""
    found = []
    for number, piece in enumerate(given or (), 1):
        named = isinstance(piece, tuple) and len(piece) == 2
        words, data = piece if named else (f"{name} {number}", piece)
        if isinstance(given, bytes | bytearray | str) or not isinstance(data, bytes | bytearray | memoryview):
            raise TypeError(
                f"{which} is a list of bytes, as in {which}=[b'hello ', b'world'] (got {given!r})"
            )
        found.append((str(words), bytes(data), named))
    return found


def _pieces(sizes) -> tuple[Piece, ...]:
    """Pieces one after the other from (words, number of bytes, named)."""
    sizes = [each for each in sizes if each[1]]
    ends = accumulate((size for _, size, _ in sizes), initial=0)
    return tuple(
        Piece(a, b, words, named) for (words, _, named), (a, b) in zip(sizes, pairwise(ends), strict=True)
    )


def _from_trace(trace, source, flow, segments, title) -> ByteStream:
    trace = trace.end_to_end
    said = trace.select(flow=flow, source=source, data=True)
    if not said:
        who = source or "any host"
        raise ValueError(f"there is no data from {who} in this trace; it has:\n{trace!r}")
    said = [each for each in said if each.flow == said[0].flow and each.source == said[0].source]
    first = said[0]
    here, there = (first.src, first.sport), (first.dst, first.dport)
    data = trace.stream(first.source, flow=first)

    sent = [call for call in trace.calls if call.name in SENDS and (call.local, call.peer) == (here, there)]
    got = [call for call in trace.calls if call.name in RECVS and (call.local, call.peer) == (there, here)]
    got = [call for call in got if not call.peeks]  # what is looked at stays in the queue
    below = [Track("recv", _pieces((_asked(call), call.moved or 0, False) for call in got))]
    if segments:
        below.insert(0, Track("segment", _segments(said, len(data))))
    stream = ByteStream(
        data,
        [Track("send", _pieces((call.name, _sent(call), False) for call in sent))],
        below,
        title or f"{first.source} > {first.target}",
    )
    received = sum(map(len, stream.recvs)), sum(call.moved or 0 for call in got)
    if received[0] < received[1]:
        raise ValueError(
            f"{first.target} received {received[1]} bytes and {first.source} sent {len(data)} in this trace: "
            "a capture must begin before the data that it draws"
        )
    return stream


def _asked(call) -> str:
    return f"{call.name}({call.args})"


def _sent(call) -> int:
    """How many bytes a call has sent: sendall says so only by not raising."""
    if call.error or call.blocked:
        return 0
    return (call.size if call.name == "sendall" else call.moved) or 0


def _segments(said, size: int) -> tuple[Piece, ...]:
    """The segments' pieces, in the order of the stream, each byte where it was sent first."""
    begin = min(segment.data_seq for segment in said)
    found, upto = [], 0
    for segment in sorted(said, key=lambda each: (each.data_seq, each.number)):
        start, end = max(segment.data_seq - begin, upto), segment.data_seq - begin + segment.length
        if start < end <= size:
            lost = not segment.delivered
            found.append(Piece(start, end, f"seq {segment.seq}{', lost at first' if lost else ''}", lost))
            upto = end
    return tuple(found)
