"""Lines to be put in order: the browser's own list and buttons, so mouse, keyboard and screen reader all do.

With the mouse a line is dragged.  With keys: Tab to the list, arrows to a line, and Alt with an arrow moves it; or Tab
to a button, Enter as often as the line is to move.  The buttons keep the focus and the list keeps the line, whatever
moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from labkit.learn.forms.parts import spoken
from labkit.learn.showing import rich
from labkit.words import look_up, say

UP, DOWN, OUT, IN = "Move up", "Move down", "Leave out", "Put back"
CLASSES = {
    UP: "labkit-up",
    DOWN: "labkit-down",
    OUT: "labkit-out",
    IN: "labkit-in",
}  # by which the keys find them
LABEL = "4.5em"  # the width of a list's label; the buttons begin where the list does


class Mover:
    """A list of *lines* and the buttons that move them; with *spare*, a second list for lines left out.

    `widget` is what to show, `fields` the lists in it, `lines` what stands in the list now, from the top.
    """

    def __init__(self, lines: Sequence[str], label: str, spare: bool = False):
        self._all = list(lines)
        self._kept = list(range(len(lines)))
        self._spare: list[int] = []
        rows = max(2, len(lines))
        self.list = _list(label, rows)
        self.left = _list(say("Left out:"), max(2, rows // 2))
        self.said = spoken()
        self.buttons = {name: widgets.Button(description=look_up(name)) for name in (UP, DOWN)}
        if spare:
            self.buttons |= {name: widgets.Button(description=look_up(name)) for name in (OUT, IN)}
        for name, button in self.buttons.items():
            button.add_class(CLASSES[name])
            button.on_click(lambda _, name=name: self._press(name))
        self.list.observe(self._chosen, "index")
        bar = widgets.HBox(
            list(self.buttons.values()),
            layout={"flex_flow": "row wrap", "margin": f"0 0 0 calc({LABEL} + 10px)"},
        )
        self.fields = (self.list, *([self.left] if spare else []))
        how = widgets.HTML(say("Drag a line to its place; with keys, choose it and press Alt with an arrow."))
        self.widget = widgets.VBox([self.list, bar, *self.fields[1:], how, self.said])
        self._show(0, None)
        self.said.value = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands in the list, from the top."""
        return tuple(self._all[number] for number in self._kept)

    def put(self, lines: Sequence[str]) -> None:
        """Put *lines*, some or all of ours, into the list in this order."""
        rest = list(range(len(self._all)))
        self._kept = []
        for line in lines:
            self._kept.append(next(number for number in rest if self._all[number] == line))
            rest.remove(self._kept[-1])
        self._spare = rest
        self._show(0, None)
        self.said.value = ""

    def drag(self, source: int, at: int, target: int, to: int) -> None:
        """Move a line from a place of a list to one of the same or the other: list 0 is the order, 1 what is left
        out."""
        lists = (self._kept, self._spare)[: len(self.fields)]
        if self.list.disabled or max(source, target) >= len(lists) or at >= len(lists[source]):
            return  # what the page showed has changed since
        number = lists[source].pop(at)
        lists[target].insert(to, number)
        places = [self.list.index, self.left.index]
        places[source] = None
        places[target] = lists[target].index(number)
        self._show(*places)
        if target == 0:
            self._tell(places[0])
        else:
            self.said.value = rich(say("`{line}` is left out.", line=self._all[number].strip()))

    def lock(self) -> None:
        """Let nothing move any more."""
        for part in (self.list, self.left, *self.buttons.values()):
            part.disabled = True

    def _chosen(self, change: Any) -> None:
        """Say which line the buttons will move, now that the kernel knows it."""
        if change["new"] is not None:
            self._tell(change["new"])

    def _tell(self, at: int) -> None:
        line = self._all[self._kept[at]].strip()
        self.said.value = rich(
            say("`{line}` is line {number} of {all}.", line=line, number=at + 1, all=len(self._kept))
        )

    def _press(self, name: str) -> None:
        source = self._spare if name == IN else self._kept
        at = (self.left if name == IN else self.list).index
        if at is None:
            self.said.value = rich(say("Choose a line in the list first."))
            return
        line = self._all[source[at]].strip()
        if name in (UP, DOWN):
            to = min(max(at + (1 if name == DOWN else -1), 0), len(source) - 1)
            source.insert(to, source.pop(at))
            self._show(to, self.left.index)
            self._tell(to)
            return
        target = self._kept if name == IN else self._spare
        target.append(source.pop(at))
        stays, last = (min(at, len(source) - 1) if source else None), len(target) - 1
        self._show(*((last, stays) if name == IN else (stays, last)))
        template = "`{line}` is the last line." if name == IN else "`{line}` is left out."
        self.said.value = rich(say(template, line=line))

    def _show(self, at: int | None, at_left: int | None) -> None:
        for part, numbers, index in ((self.list, self._kept, at), (self.left, self._spare, at_left)):
            # In one message: what the learner chooses meanwhile is not undone by a second.
            with part.hold_sync():
                part.options = [(self._all[number], number) for number in numbers]
                part.index = index


def _list(label: str, rows: int) -> widgets.Select:
    return widgets.Select(
        description=label,
        rows=rows,
        style={"description_width": LABEL},
        layout={"width": "auto", "max_width": "50em"},
    )
