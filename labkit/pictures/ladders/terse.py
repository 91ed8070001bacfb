"""A call's line in fewer columns: what tells least goes first, and from the middle.  Pure."""

from __future__ import annotations

import re

from labkit.drawing.measure import columns, cut

_ARGUMENTS = re.compile(r"(?<=\().+(?=\) → )")
_HOST = re.compile(r"[0-9a-fA-F.:]*[.:][0-9a-fA-F.:]*(?=\]?:\d+\)?$)")
_ERROR = re.compile(r"(?:^|(?<= → ))[A-Z][a-z]+(?=[A-Z][a-z]+[A-Z]\w+$)")


def terse(line: str, room: int) -> str:
    """`line`, or as much of it as says most, at most `room` columns wide.

    First go the arguments of a call whose result is there, then the host of an address (its name stands above;
    its port is news), then the beginning of an error's name:
    terse("recv(100) → ConnectionResetError", 22) == "recv(…) → …ResetError"
    """
    for part, shorter in ((_ARGUMENTS, _nothing), (_HOST, _ends), (_ERROR, _beginning)):
        excess = columns(line) - room
        found = part.search(line)
        if excess > 0 and found:
            line = line[: found.start()] + shorter(found[0], len(found[0]) - excess) + line[found.end() :]
    return cut(line, room)


def _nothing(text: str, room: int) -> str:
    return "…"


def _ends(text: str, room: int) -> str:
    room = max(room, 3)
    return text[: room // 2].rstrip(".:") + "…" + text[len(text) - (room - 1) // 2 :].lstrip(".:")


def _beginning(text: str, room: int) -> str:
    return text[: room - 1] + "…" if room > 4 else "…"
