"""What the socket table shows of each host: rows with names of their own, and what changed in words.  Pure."""

from __future__ import annotations

from labkit.packets.addresses import format_address
from labkit.sockets.changes import CAME, WENT, Changed, changes
from labkit.sockets.row import QUEUE, Row
from labkit.sockets.rows import state_of
from labkit.words import say

LINES = 8
"""So many changes of one look are said one by one; more are counted."""

_KINDS = {
    "LISTEN": "listening",
    "SYN-SENT": "opening",
    "SYN-RECEIVED": "opening",
    "ESTABLISHED": "open",
    "FIN-WAIT-1": "closing",
    "FIN-WAIT-2": "closing",
    "CLOSE-WAIT": "closing",
    "CLOSING": "closing",
    "LAST-ACK": "closing",
    "TIME-WAIT": "waiting",
    "CLOSED": "bound",
    "connected": "open",
    "": "bound",
}


def rows_of(table) -> list[dict]:
    """A table's rows as the widget gets them; `key` tells a socket from look to look.

    Several sockets may share one port (SO_REUSEPORT), so the keys of those are numbered.
    """
    seen: dict[str, int] = {}
    rows = []
    for row in table:
        ends = f"{row.protocol} {format_address(row.local)} {_remote(row)}"
        number = seen[ends] = seen.get(ends, -1) + 1
        rows.append(
            {
                "key": f"{ends} {number}",
                "protocol": row.protocol,
                "state": state_of(row),
                "kind": _KINDS.get(row.state, "bound"),
                "local": format_address(row.local),
                "remote": _remote(row),
                "recv": row.recv_queue,
                "send": row.send_queue,
                "owner": row.owner,
                "timer": row.timer if row.timer != row.state else "",
                "queued": row.held_by.kind == QUEUE,
                "flow": row.protocol.startswith("tcp") and row.remote is not None,
            }
        )
    return rows


def _remote(row: Row) -> str:
    return "any" if row.remote is None else format_address(row.remote)


def said(before: dict, after: dict) -> list[str]:
    """What is different between two looks at all hosts ({name: table}), a line for each socket, in words."""
    lines = [
        _line(name, change)
        for name, table in after.items()
        for change in changes(before.get(name, ()), table)
    ]
    if len(lines) > LINES:
        rest = len(lines) - LINES + 1
        lines[LINES - 1 :] = [say("and {count} more changes", count=rest)]
    return lines


def _line(host: str, change: Changed) -> str:
    ends, became = change.ends, change.became
    if change.sign == CAME:
        return say("{host}: new {ends}, {became}", host=host, ends=ends, became=became)
    if change.sign == WENT:
        return say("{host}: gone {ends} {became}", host=host, ends=ends, became=became)
    return say("{host}: {ends}, {became}", host=host, ends=ends, became=became)


def flow_of(trace, row: dict):
    """The flow of a trace that runs between a row's two ends: the latest; None if there is none."""
    ends = {row["local"], row["remote"]}
    found = [
        flow
        for flow in trace.flows()
        if {format_address(flow.client_address), format_address(flow.server_address)} == ends
    ]
    return found[-1] if found else None
