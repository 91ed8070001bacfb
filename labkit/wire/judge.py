"""Which scripted fault strikes a frame. Counts what each has matched; reads no clock and opens nothing."""

from __future__ import annotations

from labkit.wire.peek import peek

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from labkit.wire.fault import Fault
    from labkit.wire.peek import View

_STREAMS = 10_000  # whose beginnings are remembered


class Counted:
    """A fault that is set: its number in the record, how many frames it has matched, how many of them it hit."""

    __slots__ = ("fault", "hit", "matched", "number")

    def __init__(self, number: int, fault: Fault) -> None:
        self.number, self.fault = number, fault
        self.matched = self.hit = 0

    def wants(self, view: View, sender: str, receivers: Sequence[str], position: int, age: int) -> bool:
        """Is this frame one to hit, `age` ns after the fault was set? One that the selectors match is counted."""
        fault = self.fault
        if fault.period is not None and not _within(age, fault.period):
            return False
        if fault.to is not None and fault.to not in receivers:
            return False
        if not fault.matches(view, sender, position):
            return False
        self.matched += 1
        if fault.turns is not None and not _within(self.matched - 1, fault.turns):
            return False
        return fault.nth is None or self.matched in fault.nth


def _within(value: int, span: tuple[int, int | None]) -> bool:
    """Is it in a span that begins with the first number and ends before the last?"""
    first, last = span
    return first <= value and (last is None or value < last)


class Judge:
    """The faults of one link or of all, in the order given: the first that wants a frame hits it."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self.faults: list[Counted] = []
        self._since = 0  # when they were set, ns
        self._first: dict[object, int] = {}  # flow: sequence number of the stream's first byte
        self._numbers = numbers  # shared by all judges of a wire

    def set(self, faults: Iterable[Fault], now: int = 0) -> list[int]:
        """Replace the faults at `now`, ns; counting starts anew. Returns the numbers given to them."""
        self._since = now
        self.faults = [Counted(next(self._numbers), fault) for fault in faults]
        return [counted.number for counted in self.faults]

    def judge(
        self, frame: bytes, sender: str, receivers: Sequence[str], again: bool = False, now: int = 0
    ) -> tuple[Counted | None, dict[str, Counted]]:
        """Which fault hits one frame on its way to all receivers (None: none), and which single receivers' copies.

        sender, receivers   names of hosts
        again               what it carries has been judged where it was sent: only faults that name who sends or
                            gets this frame are asked
        now                 when it was sent, ns
        """
        view, age = peek(frame), now - self._since
        position = self._position(view)
        common: Counted | None = None
        single: dict[str, Counted] = {}
        for counted in self.faults:
            if again and counted.fault.sender is None and counted.fault.to is None:
                continue
            if not counted.wants(view, sender, receivers, position, age):
                continue
            one = counted.fault.to if len(receivers) > 1 else None
            if one is None and common is None:
                common = counted
            elif one is not None and one not in single:
                single[one] = counted
            else:
                continue
            counted.hit += 1
        return common, single

    def _position(self, view: View) -> int:
        """Where in its stream the segment's payload begins; the stream's first byte is 1."""
        if view.protocol != "tcp":
            return 0
        key = view.flow
        if view.syn or key not in self._first:
            if len(self._first) > _STREAMS:
                self._first.clear()
            self._first[key] = view.seq if view.syn else view.seq - 1
        return int(view.seq + view.syn - self._first[key]) & 0xFFFFFFFF
