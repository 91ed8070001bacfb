"""What is said beside the state machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labkit.panels.machine.rfc import ABORT, ABORTED, NOTE_3, RESET
from labkit.panels.machine.steps import Step


def remarks_on(
    changes: Sequence[Any],
    hosts: tuple[str, str],
    starts: Sequence[str],
    steps: Sequence[Step],
    now: Sequence[str],
) -> list[str]:
    """What is to be said of a connection: of the states that both ends start and end in, and of the notes of the
    figure that its steps are about."""
    remarks = []
    listened = any(step.before == "LISTEN" and step.after == "SYN-RECEIVED" for step in steps)
    if any(not change.before for change in changes):
        remarks.append(
            "The capture began in mid-connection: both ends are taken to have been ESTABLISHED then."
        )
    for start, host in zip(starts, hosts, strict=True):
        if start == "LISTEN":
            remarks.append(f"{host} was in LISTEN before the trace begins; no segment tells since when.")
        if not start:
            remarks.append(f"Nothing in the trace tells the state of {host}.")
    if listened:
        remarks.append(
            "The figure moves one end from LISTEN on; with sockets the listener stays in LISTEN, and a new "
            "socket goes on from there."
        )
    if any(step.before == "SYN-RECEIVED" and step.label == RESET for step in steps):
        remarks.append(
            "Note 1 of the figure: this connection is forgotten, and the listener is still in LISTEN."
        )
    elif any(step.label == RESET for step in steps):
        remarks.append(NOTE_3)
    if any(step.label == ABORTED for step in steps):
        remarks.append(ABORT)
    if any("FIN-WAIT-1>TIME-WAIT" in step.ways for step in steps):
        remarks.append(
            "Note 2 of the figure: a FIN that comes with the ACK leads from FIN-WAIT-1 straight to TIME-WAIT."
        )
    for state, host in zip(now, hosts, strict=True):
        if state == "TIME-WAIT":
            remarks.append(
                f"{host} is left in TIME-WAIT: a timer ends it (2 MSL; on Linux 60 s), and no segment tells."
            )
    return remarks
