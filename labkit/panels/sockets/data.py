"""What the socket table shows of each host: rows with names of their own, and what changed in words.  Pure."""

from __future__ import annotations

from labkit.packets.addresses import format_address
from labkit.sockets.row import QUEUE, Row
from labkit.sockets.rows import BECAME, CAME, WENT, changes, state_of

LINES = 8
"""So many changes of one look are said one by one; more are counted."""

_SIGNS = {CAME: "new ", WENT: "gone ", BECAME: ""}
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
    "UDP connected": "open",
    "UDP bound": "bound",
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
        state = state_of(row)
        rows.append(
            {
                "key": f"{ends} {number}",
                "protocol": row.protocol,
                "state": state,
                "kind": _KINDS.get(state, "bound"),
                "local": format_address(row.local),
                "remote": _remote(row),
                "recv": row.recv_queue,
                "send": row.send_queue,
                "owner": row.owner or "-",
                "timer": row.timer if row.timer != state else "",
                "queued": row.held_by.kind == QUEUE,
                "flow": row.protocol.startswith("tcp") and row.remote is not None,
            }
        )
    return rows


def _remote(row: Row) -> str:
    return "any" if row.remote is None else format_address(row.remote)


def said(before: dict, after: dict) -> list[str]:
    """What is different between two looks at all hosts ({name: table}), a line for each socket, in words."""
    lines = []
    for name, table in after.items():
        for line in changes(before.get(name, ()), table):
            told = filter(None, (line.ends, line.became))
            lines.append(f"{name}: {_SIGNS[line.sign]}{(' ' if line.sign == WENT else ', ').join(told)}")
    if len(lines) > LINES:
        more = len(lines) - LINES + 1
        lines[LINES - 1 :] = [f"and {more} more changes"]
    return lines


def flow_of(trace, row: dict):
    """The flow of a trace that runs between a row's two ends: the latest; None if there is none."""
    ends = {row["local"], row["remote"]}
    found = [
        flow
        for flow in trace.flows()
        if {format_address(flow.client_address), format_address(flow.server_address)} == ends
    ]
    return found[-1] if found else None
