"""The options of a TCP header (RFC 9293 section 3.2; RFC 7323, 2018)."""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Any

from labkit.packets.segment import Options

TIMESTAMPS = Struct(">II")
_PLAIN = {4: "sackOK", 28: "timeout", 34: "fastopen", 19: "md5", 29: "ao", 30: "mptcp"}


def read(field: bytes, relative: Callable[[int], int] | None) -> Options:
    """The options of a TCP header (RFC 9293 section 3.2; RFC 7323, 2018); selective acknowledgements are made
    relative to the other direction, whose data they acknowledge, where its numbers are known."""
    found: list[tuple[str, Any]] = []
    place = 0
    while place < len(field):
        kind = field[place]
        if kind == 0:
            break
        if kind == 1:
            place += 1
            continue
        size = field[place + 1] if place + 1 < len(field) else 0
        value = field[place + 2 : place + size]
        if size < 2 or len(value) != size - 2:
            found.append(("malformed", bytes(field[place:])))
            break
        place += size
        if kind == 2 and size == 4:
            found.append(("mss", value[0] << 8 | value[1]))
        elif kind == 3 and size == 3:
            found.append(("wscale", value[0]))
        elif kind == 4 and size == 2:
            found.append(("sackOK", None))
        elif kind == 8 and size == 10:
            found.append(("TS", TIMESTAMPS.unpack(value)))
        elif kind == 5 and len(value) % 8 == 0 and relative is not None:
            edges = [relative(int.from_bytes(value[at : at + 4], "big")) for at in range(0, len(value), 4)]
            found.append(("sack", tuple(zip(edges[::2], edges[1::2], strict=True))))
        else:
            found.append((_PLAIN.get(kind, f"option {kind}"), bytes(value)))
    return tuple(found)
