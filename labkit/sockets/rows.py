"""What is said of a row of the socket table, in words: what waits in it, and what changed between two looks."""

from __future__ import annotations

from collections import Counter

from labkit.packets.addresses import format_address
from labkit.sockets.row import QUEUE, Row
from labkit.words import say

_END_CAME, _END_WENT = ("CLOSE-WAIT", "LAST-ACK", "CLOSING"), ("FIN-WAIT-1", "LAST-ACK", "CLOSING")


def state_of(row: Row) -> str:
    """ "LISTEN", "ESTABLISHED", "UDP bound", "UDP connected" """
    return row.state if row.state not in ("", "connected") else f"UDP {row.state or 'bound'}"


def ends_of(row: Row) -> str:
    """ "10.0.0.2:8080", or both ends: "10.0.0.2:8080 ↔ 10.0.0.1:40000" """
    local = format_address(row.local)
    return local if row.remote is None else f"{local} ↔ {format_address(row.remote)}"


def to_read(row: Row) -> str:
    """What waits to be read: "5 bytes", "the end", "5 bytes and the end", "" for nothing (or a listener)."""
    return "" if row.state == "LISTEN" else _counted(row.recv_queue, row.state in _END_CAME)


def under_way(row: Row) -> str:
    """What was sent and is not acknowledged yet."""
    return "" if row.state == "LISTEN" else _counted(row.send_queue, row.state in _END_WENT)


def _counted(queue: int, ended: bool) -> str:
    # The kernel counts a FIN in a queue as one byte, the last (tcp_input.c: tcp_fin; tcp_output.c: tcp_send_fin).
    end = ended and queue > 0
    count = queue - end
    words = [f"{count:,} byte{'s' if count != 1 else ''}"] * (count > 0) + ["the end"] * end
    return " and ".join(words)


def note_of(row: Row) -> str:
    """What a reader should know of a socket beyond its addresses: what waits in it, or that nobody has it."""
    return ", ".join(notes_of(row))


def notes_of(row: Row, brief: bool = False) -> list[str]:
    """The parts of `note_of`; brief: how much waits, and not what for."""
    if row.state == "LISTEN":
        words = f"{row.recv_queue} wait{'s' if row.recv_queue == 1 else ''} for accept()"
        return [words] if row.recv_queue else []
    said = ["not accepted"] * (row.held_by.kind == QUEUE)
    said += [what if brief else f"{what} to read" for what in [to_read(row)] if what]
    said += [what if brief else f"{what} under way" for what in [under_way(row)] if what]
    return said


CAME, WENT, BECAME = "+", "−", ""


class Changed(str):
    """What is different of one socket between two tables: a line of text, and its parts.

    sign    CAME, WENT or BECAME
    ends    which socket: its addresses, in full where they are told first
    became  what came of it, in words
    """

    sign: str
    ends: str
    became: str

    def __new__(cls, sign: str, ends: str, became: str) -> Changed:
        line = super().__new__(cls, f"{sign} {ends}  {became}" if sign else f"{ends}  {became}")
        line.sign, line.ends, line.became = sign, ends, became
        return line

    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]
        return self.sign, self.ends, self.became


def changes(before, after) -> tuple[Changed, ...]:
    """What is different between two tables of a host, a line for each socket that came, went or changed."""
    earlier, later = _by_ends(before), _by_ends(after)
    came = [
        Changed(CAME, ends_of(row), ", ".join(filter(None, [state_of(row), note_of(row)])))
        for key, row in later.items()
        if key not in earlier
    ]
    known = Counter(_ports(row) for row in {**earlier, **later}.values())

    def short(row: Row) -> str:
        return _ports(row) if row.remote is not None and known[_ports(row)] == 1 else ends_of(row)

    became = [
        Changed(BECAME, short(row), ", ".join(words))
        for key, row in later.items()
        if key in earlier and (words := _became(earlier[key], row))
    ]
    went = [
        Changed(WENT, short(row), say("(was {state})", state=state_of(row)))
        for key, row in earlier.items()
        if key not in later
    ]
    return (*came, *became, *went)


def _ports(row: Row) -> str:
    """ ":8080 ↔ :40000": enough for a connection that has been named in full, and is the only such one."""
    return f":{row.local[1]} ↔ :{row.remote[1]}" if row.remote is not None else ends_of(row)


def _by_ends(table) -> dict[tuple, Row]:
    """Rows by protocol and ends; several sockets may share one port (SO_REUSEPORT), so they are numbered."""
    found: dict[tuple, Row] = {}
    for row in table:
        number = 0
        while (key := (row.protocol, row.local, row.remote, number)) in found:
            number += 1
        found[key] = row
    return found


def _became(old: Row, new: Row) -> list[str]:
    words = [f"{state_of(old)} → {state_of(new)}"] * (old.state != new.state)
    if old.state == new.state == "LISTEN" and old.recv_queue != new.recv_queue:
        words.append(f"{new.recv_queue or 'nobody'} wait{'s' if new.recv_queue < 2 else ''} for accept()")
    if old.held_by.kind == QUEUE != new.held_by.kind:
        words.append("accepted")
    for what, ended in ((to_read, "nothing left to read"), (under_way, "all acknowledged")):
        if what(old) != what(new):
            verb = "to read" if what is to_read else "under way"
            words.append(f"{what(new)} {verb}" if what(new) else ended)
    return words
