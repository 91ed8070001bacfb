"""`link_panel(net)`: the conditions of each cable, and what crosses it, in one's hands."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from labkit.drawing.page import html_of
from labkit.drawing.shapes import Line, Picture, Words
from labkit.drawing.svg import svg_of
from labkit.network.conditions import DEFAULTS
from labkit.network.link import each_of
from labkit.notebook.cell import replace_earlier
from labkit.panels.base import Panel
from labkit.panels.link.knobs import SPELLS
from labkit.panels.link.meter import Meter, condition, described
from labkit.panels.link.transfer import Transfer

if TYPE_CHECKING:
    from labkit.network.link import Link, Links
    from labkit.network.network import Network

LONGEST = max(SPELLS)
"""Seconds that "send something" lasts at most."""


class LinkPanel(Panel):
    """Delay, rate, queue, loss and a cut for each cable, acting at once; throughput and queue as they are.

    Made by `link_panel`.  It looks at the wire in a thread of its own, which ends with the network, with the
    kernel, with `close()`, or when the cell runs again.
    """

    def __init__(self, net: Network) -> None:
        if not hasattr(net, "hosts") or not hasattr(net, "link"):
            raise TypeError(f"link_panel shows a Network (got {net!r}); write link_panel(net)")
        self.net = net
        self.core = net.hosts[0].core
        # By its host, of a host on several segments by the segment, too.
        self.cables = {link.name: link for host in net.hosts for link in each_of(host.link)}
        self.meter = Meter()
        self.transfer: Transfer | None = None
        self._lock = threading.Lock()
        self.look()  # says now what a network without a wire of its own lacks
        replace_earlier(self)

    # -- what it shows ------------------------------------------------------------------------------------

    @property
    def conditions(self) -> list[dict[str, Any]]:
        """The conditions of each cable, by their names in `link.set`, and `cut`."""
        return [{name: getattr(link, _attribute(name)) for name in DEFAULTS} for link in self.cables.values()]

    @property
    def text(self) -> str:
        wide = max(map(len, self.cables))
        return "\n".join(
            ["Link panel: what each cable does to the frames that its host sends"]
            + [
                f"  {name:{wide}}  {described(conditions)}"
                for name, conditions in zip(self.cables, self.conditions, strict=True)
            ]
        )

    def look(self) -> dict[str, Any] | None:
        """What crossed the wire since the last look, as `Meter.look` gives it."""
        with self._lock:
            return self.meter.look(*self.core.cables.counters())

    def _html(self) -> str:
        picture = _still(list(self.cables), self.conditions)
        return html_of(svg_of(picture, standalone=False), svg_of(picture), "labkit-links", picture.title)

    def _widget(self) -> Any:
        from labkit.panels.link.widget import LinkWidget

        return LinkWidget(self)

    # -- what one does with it ----------------------------------------------------------------------------

    def set(self, host: str | None, name: str, value: Any) -> None:
        """Set a condition as the panel shows it (loss in percent) on one host's link, or on all (None).

        Raises TypeError or ValueError, as the link does, for what the network refuses.
        """
        self._link(host).set(**{name: condition(name, value)})

    def cut(self, host: str | None, cut: bool) -> None:
        """Cut one host's cable, or all (None); or mend it."""
        link = self._link(host)
        link.cut() if cut else link.mend()

    def send_something(self, seconds: float = 5) -> Transfer:
        """Send from the first host to the second for so many seconds (1 to 60), beside the notebook."""
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 1 <= seconds <= LONGEST:
            raise ValueError(f"it sends for 1 to {LONGEST} seconds (got {seconds!r})")
        if self.transfer is None or self.transfer.done:
            self.transfer = Transfer(self.net, seconds)
        return self.transfer

    def close(self) -> None:
        """End what it does beside the notebook; the network stays."""
        if self.transfer is not None:
            self.transfer.stop()
        if "widget" in self.__dict__:
            self.widget.end()

    def _link(self, host: str | None) -> Link | Links:
        if host is None:
            return self.net.link
        return self.cables.get(host) or self.net[host].link


def link_panel(net: Network) -> LinkPanel:
    """Show the cables of a network: delay, rate, queue, loss and a cut for each, acting at once, with live plots.

    net   a `Network`

    What is set here acts on the frames that leave afterwards, as `net.link.delay_ms = 20` does; what a cell sets
    shows here.  It sends nothing by itself: "Send something" does, when pressed.

    Raises TypeError for what is no network, RuntimeError for a closed one, and NeedsHosts where the mode has no
    hosts with cables between them.
    """
    return LinkPanel(net)


def _attribute(name: str) -> str:
    return "is_cut" if name == "cut" else name


def _still(names: list[str], conditions: list[dict]) -> Picture:
    """One line a host: its name, its cable (cut ends apart), its conditions in words."""
    shapes: list = []
    for number, (name, each) in enumerate(zip(names, conditions, strict=True)):
        y = 26 + 26 * number
        shapes.append(Words(8, y + 5, ((name, "host"),), "host", host=number))
        if each["cut"]:
            for x1, y1, x2, y2 in (
                (150, y, 184, y),
                (184, y, 190, y - 6),
                (184, y, 190, y + 6),
                (206, y, 240, y),
                (206, y, 200, y - 6),
                (206, y, 200, y + 6),
            ):
                shapes.append(Line(x1, y1, x2, y2, "solid", number))
        else:
            shapes.append(Line(150, y, 240, y, "solid", number))
        shapes.append(Words(256, y + 4, ((described(each), "plain"),), "label"))
    y = 26 + 26 * len(names) + 6
    advice = "In JupyterLab, with its cell run, this is a panel: change them while traffic flows, and see what crosses."
    shapes.append(Words(8, y, ((advice, "quiet"),), "quiet"))
    title = "Link panel: what each cable does to the frames that its host sends"
    said = "; ".join(f"{name}: {described(each)}" for name, each in zip(names, conditions, strict=True))
    return Picture(760, y + 12, tuple(shapes), (), len(names), title, said)
