"""`ladder_player(trace)`: the ladder with a cursor that one moves through its time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from labkit.panels.base import Panel
from labkit.panels.player.data import MOST, payload
from labkit.pictures.ladders import ladder
from labkit.pictures.ladders.ladder import Ladder
from labkit.pictures.ladders.story import tell

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.traces.choosing import Chosen
    from labkit.traces.trace import Trace


class LadderPlayer(Panel):
    """A ladder to step through, with frames' fields and both ends' states and buffers.  Made by `ladder_player`."""

    def __init__(self, trace: Trace, options: dict[str, Any], title: str) -> None:
        self._trace, self._options, self._title = trace, options, title
        if not self._running and len(tell(trace, options["hosts"], options["flow"]).arrows) > MOST:
            self._made()  # folded it may be few enough

    @property
    def _running(self) -> bool:
        return getattr(self._trace, "running", False)

    def _made(self) -> dict[str, Any]:
        try:
            return {**payload(self._trace, **self._options), "title": self._title}
        except OverflowError as error:
            count = error.args[0]
        raise ValueError(
            f"a ladder player shows up to {MOST} arrows (this trace has {count:,}); choose one connection "
            "with flow=..., of trace.flows(), or some hosts with hosts=[...], or capture a shorter exchange"
        )

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
        from labkit.panels.player.widget import PlayerWidget, follow

        if self._running:
            return follow(self._trace, self._options, self._title)
        return PlayerWidget(data=json.dumps(self._made(), separators=(",", ":")))


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

    Point at a frame, or walk to it with the arrow keys, for its fields and bytes.  A capture that is still running
    is followed until it ends.

    hosts, flow, calls, states, title   as in `labkit.ladder`
    fold   True: runs of alike segments become one arrow; None: when there are more than 400

    Raises ValueError for an unknown host or flow and for more arrows than the player draws (400), TypeError for
    what is not a trace.
    """
    options = {"hosts": hosts, "flow": flow, "calls": calls, "states": states, "fold": fold}
    ladder(trace, hosts=hosts, flow=flow)  # it says what is wrong with them
    return LadderPlayer(trace, options, title)
