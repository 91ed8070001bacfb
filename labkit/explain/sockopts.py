"""What a program had asked of its socket, and when: the options of one end of a connection, as its calls tell.  Pure.

Other ends have options too, set before the capture or by who notes no calls: of those nothing is known here.
"""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from struct import unpack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labkit.traces.calls import Call


class Options:
    """The options of one end, set while it lived, on its own socket or before that on the one that accepted it.

    settings  the calls of setsockopt() in a trace, by socket;  own: the calls that are known to be of this end
    begin     when the connection's first frame left, and `end` when its last was seen
    """

    def __init__(
        self, settings: Mapping[int, Sequence[Call]], own: Iterable[Call], begin: int, end: int
    ) -> None:
        sockets: set[int] = set()
        listeners: set[int] = set()
        for call in own:
            if call.begin_ns <= end and (call.end_ns is None or call.end_ns >= begin):
                (listeners if call.name == "accept" else sockets).add(call.socket_id)
        self._sets: list[tuple[int, str, int | bytes]] = []  # when it was done, what, and its value
        for call in chain.from_iterable(settings.get(each, ()) for each in sockets | listeners):
            if call.end_ns is None or call.error:
                continue
            if call.socket_id in sockets or call.end_ns <= begin:  # of the listener's, Linux hands these down
                name, _, value = call.said.partition(", ")
                self._sets.append((call.end_ns, name, _value(value)))
        self._sets.sort(key=lambda each: each[0])

    def ever(self, name: str) -> bool:
        """Was it set at all, to whatever value?"""
        return any(name == each for _, each, _ in self._sets)

    def value(self, name: str, at: int) -> int | bytes:
        """What it had been set to by then; 0 where that is not known."""
        known: int | bytes = 0
        for done, each, value in self._sets:
            if done > at:
                break
            if each == name:
                known = value
        return known

    def on(self, name: str, at: int) -> bool:
        """Had it been switched on by then?"""
        value = self.value(name, at)
        return any(value) if isinstance(value, bytes) else bool(value)

    def resets(self, at: int) -> bool:
        """Had the program asked by then that close() sends RST (SO_LINGER on, of 0 seconds; socket(7))?"""
        value = self.value("SO_LINGER", at)
        if not isinstance(value, bytes) or len(value) != 8:
            return False
        on, seconds = unpack("=ii", value)
        return bool(on) and not seconds


def _value(said: str) -> int | bytes:
    """The value of an option as its call tells it; 0 for one that is told otherwise."""
    try:
        value = literal_eval(said)
    except (SyntaxError, ValueError):
        return 0
    return value if isinstance(value, (int, bytes)) else 0
