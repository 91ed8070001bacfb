"""What is said of a row of the socket table, in words: its state, its ends, and what waits in it."""

from __future__ import annotations

from labkit.packets.addresses import format_address
from labkit.sockets.row import QUEUE, Row
from labkit.words import say

_END_CAME, _END_WENT = ("CLOSE-WAIT", "LAST-ACK", "CLOSING"), ("FIN-WAIT-1", "LAST-ACK", "CLOSING")


def state_of(row: Row) -> str:
    """ "LISTEN", "ESTABLISHED", "UDP bound", "UDP connected", "raw", "ping" """
    if row.state in ("", "connected") and not row.protocol.startswith("udp"):
        return say("raw") if row.protocol.startswith("raw") else say("ping")
    if row.state in ("", "connected"):
        return say("UDP connected") if row.state else say("UDP bound")
    return row.state


def ends_of(row: Row) -> str:
    """ "10.0.0.2:8080", or both ends: "10.0.0.2:8080 ↔ 10.0.0.1:40000" """
    local = format_address(row.local)
    return local if row.remote is None else f"{local} ↔ {format_address(row.remote)}"


def ports_of(row: Row) -> str:
    """ ":8080 ↔ :40000": enough for a connection that has been named in full, and is the only such one."""
    return ends_of(row) if row.remote is None else f":{row.local[1]} ↔ :{row.remote[1]}"


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
    size = say("{count:,} byte", count=1) if count == 1 else say("{count:,} bytes", count=count)
    if not end:
        return size if count > 0 else ""
    return say("{size} and the end", size=size) if count > 0 else say("the end")


def note_of(row: Row) -> str:
    """What a reader should know of a socket beyond its addresses: what waits in it, or that nobody has it."""
    return ", ".join(notes_of(row))


def notes_of(row: Row, brief: bool = False) -> list[str]:
    """The parts of `note_of`; brief: how much waits, and not what for."""
    if row.state == "LISTEN":
        return [callers_of(row)] if row.recv_queue else []
    said = [say("not accepted")] * (row.held_by.kind == QUEUE)
    said += [what if brief else say("{what} to read", what=what) for what in [to_read(row)] if what]
    said += [what if brief else say("{what} under way", what=what) for what in [under_way(row)] if what]
    return said


def callers_of(row: Row) -> str:
    """How many connections wait for a listener to accept them: "1 waits for accept()"."""
    match row.recv_queue:
        case 0:
            return say("nobody waits for accept()")
        case 1:
            return say("{count} waits for accept()", count=1)
    return say("{count} wait for accept()", count=row.recv_queue)
