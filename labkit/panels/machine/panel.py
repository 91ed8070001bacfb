"""`state_machine(trace)`: TCP's state machine as RFC 9293 draws it, with both ends of a connection moving in it."""

from __future__ import annotations

from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.drawing.page import html_of
from labkit.drawing.svg import CSS
from labkit.panels.base import Panel
from labkit.panels.machine.drawing import BARE, Mark, svg_of_machine
from labkit.panels.machine.journeys import journeys
from labkit.panels.machine.rfc import listing
from labkit.panels.machine.steps import Journey
from labkit.panels.machine.view import book, exits_of, marks_of, message_of, title_of, view_of

if TYPE_CHECKING:
    import os

    from labkit.traces.choosing import Chosen
    from labkit.traces.trace import Trace

MOST = 200  # connections that one may choose from


class StateMachine(Panel):
    """The diagram of TCP's states; with a trace, each connection's way through it.  Made by `state_machine`."""

    def __init__(self, found: tuple[Journey, ...] = (), hosts: tuple[str, ...] = ()) -> None:
        self._journeys, self._hosts = found, hosts

    @cached_property
    def text(self) -> str:
        """The first connection's steps in words; without a trace, the states and the ways between them."""
        if not self._journeys:
            return listing()
        first = self._journeys[0]
        lines = [title_of(first), *(f"  {number}. {step}" for number, step in enumerate(first.steps, 1))]
        return "\n".join([*lines, *(f"  ({remark})" for remark in first.remarks)])

    @property
    def svg(self) -> str:
        """The diagram after the last step, as a standalone SVG document (a string)."""
        return self._svg(ground=True)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to "x.svg"; gives the path.  ValueError for another suffix."""
        path = Path(path)
        if path.suffix != ".svg":
            raise ValueError(
                f"the state machine is saved as .svg (got {path.name!r}); write save({path.stem + '.svg'!r})"
            )
        path.write_text(self.svg + "\n", encoding="utf-8")
        return path

    def _svg(self, ground: bool) -> str:
        if not self._journeys:
            return svg_of_machine(css=CSS, ground=ground)
        first = self._journeys[0]
        view = view_of(first, len(first.steps))
        view = view._replace(now=())
        marks, exits = marks_of(first, self._hosts), exits_of(self._journeys[:1])
        return svg_of_machine(marks, exits, view, css=CSS, ground=ground)

    def _html(self) -> str:
        picture = html_of(self._svg(False), self.svg, "labkit-machine", "TCP's state machine")
        if not self._journeys:
            return picture
        first = self._journeys[0]
        steps = "".join(f"<li>{escape(str(step))}</li>" for step in first.steps)
        remarks = "".join(f"<p>{escape(remark)}</p>" for remark in first.remarks)
        return f"{picture}<ol>{steps}</ol>{remarks}"

    def _widget(self) -> Any:
        from labkit.panels.machine.widget import MachineWidget

        if self._journeys:
            marks, exits = marks_of(self._journeys[0], self._hosts), exits_of(self._journeys)
        else:
            marks, exits = (Mark("here", "here", "where you are", 0),), ()
        return MachineWidget(
            drawing=svg_of_machine(marks, exits, BARE),
            journeys=message_of(self._journeys, self._hosts),
            book=book(),
        )


def state_machine(trace: Trace | None = None, flow: Chosen = None) -> StateMachine:
    """TCP's state machine (RFC 9293 section 3.3.2, Figure 5), and the way of a connection's two ends through it.

        state_machine(trace)       # step through what the trace shows
        state_machine()            # the bare diagram, to walk through

    trace  a trace; of one that still runs, what it holds now
    flow   only this connection (a `Flow` of `trace.flows()`, its number, or one of its segments); by default the
           first, and the others to choose from, 200 at most

    Raises TypeError for what is not a trace, ValueError for a trace without TCP or without that connection.
    """
    if trace is None:
        if flow is not None:
            raise TypeError("flow names a connection of a trace; write state_machine(trace, flow=1)")
        return StateMachine()
    if not hasattr(trace, "segments") or not hasattr(trace, "hosts"):
        raise TypeError(
            f"state_machine shows a trace (got {type(trace).__name__}); write: with net.capture() as trace: ..."
        )
    numbers = {segment.flow for segment in trace.select(flow=flow)}
    found = tuple(each for each in journeys(trace) if each.number in numbers)[:MOST]
    if not found:
        raise ValueError("there is no TCP segment in this trace, so no state of TCP; capture a connection")
    return StateMachine(found, tuple(trace.hosts))
