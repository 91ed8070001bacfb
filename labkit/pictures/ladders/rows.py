"""In which row of a text ladder calls, returns and states stand."""

from __future__ import annotations

from labkit.pictures.ladders.acts import RECEIVING, grouped, summary
from labkit.pictures.ladders.call_lines import CLOSES, OPENS, Line, back_of, begun_of, line_of
from labkit.pictures.ladders.matching import SLACK_NS


class Notes:
    """What stands beside the arrows: for each (row, host) the lines of calls, states and brackets.

    `after`: how many of the last lines of calls there stand below the arrow, for they did not send it.
    """

    def __init__(self) -> None:
        self.calls: dict[tuple[int, int], list[Line]] = {}
        self.after: dict = {}
        self.states: dict = {}
        self.brackets: dict = {}  # host → [(first row, last row)]


def gather(story, arrows, stands, rows) -> Notes:
    notes = Notes()
    busy: dict = {}
    for change in story.changes:
        row = rows[stands[change.number]]
        notes.states.setdefault((row, change.host), []).append(change.state)
    for (host, _flow), state in story.first.items():
        if state and state not in notes.states.get((-1, host), ()):
            notes.states.setdefault((-1, host), []).append(state)
    last: dict = {}
    end = len(arrows)

    def put(row, host, line, below=False):
        notes.calls.setdefault((row, host), []).append(line)
        if below or (row, host) in notes.after:
            notes.after[row, host] = notes.after.get((row, host), 0) + 1

    for acts in grouped(story.acts, len(arrows) < len(story.arrows)):
        act, host = acts[-1] if acts[0].call.name in RECEIVING else acts[0], acts[0].host
        cause = rows.get(stands.get(act.cause))
        release = rows.get(stands.get(act.release))
        waiting = act.call.end_ns is None
        if len(acts) > 1:
            row = cause if cause is not None else release if release is not None else last.get(host, -1)
            put(row, host, Line.of(summary(acts)))
        elif cause is not None and act.call.name.startswith(("connect", "do_handshake")) and not waiting:
            if release is None and act.call.error not in ("", "BlockingIOError"):
                flow = arrows[cause].flow
                release = max(r for r, arrow in enumerate(arrows) if arrow.flow == flow)
            if release is None or release == cause:
                put(cause, host, line_of(act))
                row = cause
            else:
                span = busy.get(host, -1) < cause
                put(cause, host, begun_of(act, OPENS if span else ""))
                back = back_of(act, CLOSES if span else "")
                put(release, host, back if span else Line.of(f"{act.call.name} {back.text}"))
                if span:
                    notes.brackets.setdefault(host, []).append((cause, release))
                    busy[host] = release
                row = release
        else:
            row, before = cause if cause is not None else release, last.get(host, -1)
            below = False
            if row is None:
                row = end if waiting else _answered(arrows, before, host)
                below = before < row < end
                if act.call.error == "TimeoutError" and act.call.end_ns is not None:
                    row = max([row, *_departed(arrows, act.call.end_ns - SLACK_NS)])
            put(row, host, line_of(act), below)
        last[host] = row if row < end else last.get(host, -1)
    return notes


def _answered(arrows, row: int, host: int) -> int:
    """The row with which a host acknowledged the FIN that it had got in `row`; else `row` itself.

    The kernel acknowledges a FIN before the program that has read it calls close(): what follows the ACK
    must not stand before it, as if it had sent it. Only where the host has sent its own FIN already: then the
    ACK leaves at once (RFC 9293, section 3.10.7.4), else the kernel may delay it, and chance would decide.
    """
    if row < 0 or "F" not in getattr(arrows[row].item, "flags", "") or arrows[row].source == host:
        return row
    item = arrows[row].item
    before = (arrow for arrow in arrows[:row] if arrow.source == host and arrow.flow == arrows[row].flow)
    if not any("F" in getattr(arrow.item, "flags", "") for arrow in before):
        return row
    for later in range(row + 1, len(arrows)):
        arrow = arrows[later]
        if arrow.source == host and arrow.flow == arrows[row].flow and arrow.item.ack == item.end_seq:
            return later if arrow.kind == "ack" else row
    return row


def _departed(arrows, time: int) -> list[int]:
    """The rows of what had left by then."""
    return [row for row, arrow in enumerate(arrows) if arrow.departed <= time]
