"""The ladder player in JupyterLab, and the thread that lets it follow a running capture."""

from __future__ import annotations

import json
import threading
import time
import weakref
from typing import Any

import traitlets

from labkit.notebook.cell import replace_earlier
from labkit.notebook.widgets.explaining import ExplainingWidget
from labkit.notebook.widgets.files import script, style
from labkit.panels.player.data import MOST, detail, payload
from labkit.panels.player.packets.listing import listing
from labkit.pictures.ladders.story import tell
from labkit.running.tracebacks import named

OFTEN = 0.1
"""Seconds between two pictures of a running capture at least: more the eye does not need."""

SHARE = 4
"""And so many times what the last picture took to make, so that most of the time is left to the learner's programs."""

LOOK = 0.25
"""Seconds after which calls are looked at that changed nothing on the wire, and whether the capture has ended."""


class PlayerWidget(ExplainingWidget):
    """The player's data as JSON, and whether more is to come.

    data      the ladder (`data.payload`)
    around    number of the frame that was chosen in the list;  detail: its fields, for what the ladder has none of
    packets   the packet list (`packets.listing`), and octets: all frames' bytes, one after another
    """

    _esm = script(
        __file__,
        "order",
        "shapes",
        "ladder",
        "details",
        "ends",
        "controls",
        "playing",
        "keys",
        "packets/tokens",
        "packets/filter",
        "packets/filterbox",
        "packets/list",
        "packets/follow",
        "packets/keeping",
        "packets/packets",
        "player",
    )
    _css = style(__file__, "player", "packets/packets")
    data = traitlets.Unicode().tag(sync=True)
    around = traitlets.Int().tag(sync=True)
    detail = traitlets.Unicode().tag(sync=True)
    packets = traitlets.Unicode().tag(sync=True)
    octets = traitlets.Bytes().tag(sync=True)
    running = traitlets.Bool(False).tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    is_part = False  # does it show a part of a long ladder?

    @traitlets.observe("data")
    def _look(self, change: Any) -> None:
        self.is_part = json.loads(change["new"])["views"][0]["part"]


def show(trace, options: dict[str, Any], title: str = "") -> PlayerWidget:
    """A widget of a capture that has ended."""
    widget = PlayerWidget(**_told(trace, options, title))
    widget.observe(lambda change: _choose(widget, trace, options, title, change["new"]), "around")
    return widget


def follow(trace, options: dict[str, Any], title: str = "") -> PlayerWidget:
    """A widget that follows a running capture, until it ends, its network closes, or the cell runs again."""
    widget = PlayerWidget(**_told(trace, options, title), running=True)
    follower = Follower(trace, options, title, widget)
    replace_earlier(follower)
    widget.follower = follower
    widget.observe(follower.moved, "around")
    follower.thread.start()
    return widget


class Follower:
    """Sends a widget what is new in a capture, and what is chosen in it, then and afterwards.

    Until the capture has ended it holds the trace weakly: nobody's network lives on for a picture.
    """

    def __init__(self, trace, options: dict[str, Any], title: str, widget: PlayerWidget):
        self._core = weakref.ref(trace._core)
        self._trace = weakref.ref(trace)
        self._ended = None  # the trace, once its capture has ended
        self._telling = threading.Lock()  # what is new and what is chosen are not told at the same time
        self._options, self._title, self._widget = options, title, widget
        self._closed = threading.Event()
        self.thread = threading.Thread(target=self._run, name="ladder player", daemon=True)

    def close(self) -> None:
        """Follow no more: the cell runs again."""
        self._closed.set()

    def moved(self, change: Any) -> None:
        """Another frame is chosen in the list."""
        with self._telling:
            trace = self._trace() if self._ended is None else self._ended
            if trace is not None:
                _choose(self._widget, trace, self._options, self._title, change["new"])

    def _run(self) -> None:
        try:
            self._follow()
        except Exception as error:
            core = self._core()
            if core is not None and not core.closed:  # else the network went while we looked
                said = named(error)
                self._widget.error = f"The player cannot follow the capture any more: {said}"
        finally:
            self._widget.running = False

    def _follow(self) -> None:
        core = self._core()
        if core is None or core.closed:
            return
        watch = core.watch()
        del core
        shown: tuple = ()
        try:
            while (trace := self._trace()) is not None:
                began = time.monotonic()
                going, frames, calls = trace.running, trace.frames, trace.calls
                state = frames, len(calls), sum(call.blocked for call in calls)
                if not shown or shown[0] is not frames or shown[1:] != state[1:]:
                    with self._telling, self._widget.hold_sync():
                        for name, value in _told(
                            trace, self._options, self._title, self._widget.around
                        ).items():
                            setattr(self._widget, name, value)
                    shown = state
                if not going:
                    self._ended = trace
                del trace
                if not going or self._rest(max(OFTEN, SHARE * (time.monotonic() - began))):
                    return
                watch.wait(LOOK)
        finally:
            watch.close()

    def _rest(self, seconds: float) -> bool:
        """Leave the processor to others, as long as the capture goes on; is it followed no more?"""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._closed.wait(min(left, LOOK)):
                return True
            trace = self._trace()
            if trace is None or not trace.running:
                break
            del trace
        return False


def _choose(widget: PlayerWidget, trace, options: dict[str, Any], title: str, number: int) -> None:
    """Tell a widget the fields of the frame that was chosen, and of a long ladder the part around it."""
    with widget.hold_sync():
        if widget.is_part:  # a whole one stays as it is: making it again takes long
            widget.data = _text(trace, options, title, number)
        widget.detail = _fields(trace, number)


def _told(trace, options: dict[str, Any], title: str, around: int = 0) -> dict[str, Any]:
    """What a widget is told of a trace, by the names of its traits."""
    story = tell(trace, options["hosts"], options["flow"])
    packets, octets = listing(trace, {arrow.number for arrow in story.arrows})
    return {
        "data": _text(trace, options, title, around),
        "packets": json.dumps(packets, separators=(",", ":")),
        "octets": octets,
    }


def _fields(trace, number: int) -> str:
    """The fields of the frame with this number, and the number, as JSON."""
    item = next(item for item in trace.items if item.number == number)
    return json.dumps({"number": number, **detail(item)}, separators=(",", ":"))


def _text(trace, options: dict[str, Any], title: str, around: int = 0) -> str:
    try:
        found = payload(trace, **options)
    except OverflowError:
        found = payload(trace, **options, only=MOST, around=around)
    return json.dumps({**found, "title": title}, separators=(",", ":"))
