"""`ladder_player(trace)`: the ladder with a cursor that one moves through its time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from labkit.panels.base import Panel
from labkit.pictures.ladders import ladder
from labkit.pictures.ladders.asked import hosts_asked
from labkit.pictures.ladders.ladder import Ladder

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.traces.choosing import Chosen
    from labkit.traces.trace import Trace


class LadderPlayer(Panel):
    """A ladder to step through, with frames' fields and both ends' states and buffers.  Made by `ladder_player`."""

    def __init__(self, trace: Trace, options: dict[str, Any], title: str) -> None:
        self._trace, self._options, self._title = trace, options, title

    @property
    def _running(self) -> bool:
        return getattr(self._trace, "running", False)

    def _ladder(self) -> Ladder:
        return ladder(self._trace, **self._options, title=self._title)

    @property
    def text(self) -> str:
        """The ladder's own text and a line about the panel; while the capture runs, what the panel will follow."""
        if self._running:
            names = ", ".join(self._options["hosts"] or self._trace.hosts)
            return f"(ladder player: follows a capture of {names}, which is still running)"
        return f"{self._ladder().text}\n(ladder player: in JupyterLab, step through it with the arrow keys)"

    def _html(self) -> str:
        return self._ladder()._html()

    def _widget(self) -> Any:
        from labkit.panels.player.widget import follow, show

        return (follow if self._running else show)(self._trace, self._options, self._title)


def ladder_player(
    trace: Trace,
    hosts: Iterable[str | Host] | None = None,
    flow: Chosen = None,
    *,
    calls: bool = True,
    states: bool = True,
    fold: bool | None = None,
    title: str = "",
) -> LadderPlayer:
    """Step through a trace in time: frames travel along their arrows, both ends' states and buffers change.

    Point at a frame, or walk to it with the arrow keys, for its fields and bytes.  Below stand all frames in a list,
    with a filter in Wireshark's words, the way to the next finding, the words of a conversation, and a file of what is
    shown.  A capture that is still running is followed until it ends.

    hosts, flow, calls, states, title   as in `labkit.ladder`
    fold   True: runs of alike segments become one arrow; None: when there are more than 400

    Of more than 400 arrows the ladder shows 400 at a time: those around the frame that is chosen in the list.
    Raises ValueError for an unknown host or flow, TypeError for what is not a trace.
    """
    if hosts is not None and hasattr(trace, "hosts"):
        hosts = hosts_asked(hosts, trace)  # an iterator gives them once
    options = {"hosts": hosts, "flow": flow, "calls": calls, "states": states, "fold": fold}
    ladder(trace, hosts=hosts, flow=flow)  # it says what is wrong with them
    return LadderPlayer(trace, options, title)
