"""What a scripted fault does to the frame that it strikes: effects as those of a cable, each for one frame.

    drop        Discard     the frame is not taken
    delay       DelayLine   it leaves later
    duplicate   Repeat      it leaves, and so do twins of it
    reorder     Overtaken   it leaves when others of its sender have gone by
    corrupt     Damage      it leaves, damaged
    rewrite     Edit        it leaves, with other fields

`Held` keeps those that do not let go at once, and tells an overtaken frame's, by a fourth verb, that another has
gone by. Nothing here reads a clock. Frames make their own twins (`frame.twin()`) and damaged and changed
selves (`frame.damaged()`, `frame.changed(change)`); for the rest, a frame may be anything.
"""

from __future__ import annotations

import heapq

from labkit.wire.cable import DelayLine, Effect
from labkit.wire.faults import Blackhole, Corrupt, Delay, Drop, Duplicate, Reorder, Rewrite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from labkit.wire.fault import Fault
    from labkit.wire.rewriting import Change

DROPPED = "dropped"
PATIENCE_NS = 1_000_000_000  # that an overtaken frame has with others that do not come


class Discard(Effect):
    """Take no frame."""

    def push(self, frame: Any, now: int) -> str:
        """The frame is dropped."""
        return DROPPED


class Repeat(Effect):
    """Let the frame leave at once, and `copies` twins of it behind it."""

    def __init__(self, copies: int) -> None:
        super().__init__()
        self.copies = copies

    def push(self, frame: Any, now: int) -> str:
        """The frame and its twins leave at `now`."""
        self._line.append((now, frame))
        self._line.extend((now, frame.twin()) for _ in range(self.copies))
        return ""


class Damage(Effect):
    """Let the frame leave at once, damaged."""

    def push(self, frame: Any, now: int) -> str:
        """The frame as it is after the damage leaves at `now`."""
        self._line.append((now, frame.damaged()))
        return ""


class Edit(Effect):
    """Let the frame leave at once, changed."""

    def __init__(self, change: Change) -> None:
        super().__init__()
        self.change = change

    def push(self, frame: Any, now: int) -> str:
        """The frame as it is after the change leaves at `now`."""
        self._line.append((now, frame.changed(self.change)))
        return ""


class Overtaken(Effect):
    """Hold the frame until `behind` others have gone by; when they do not come, until its patience is over."""

    def __init__(self, behind: int) -> None:
        super().__init__()
        self.behind = behind

    def push(self, frame: Any, now: int) -> str:
        """The frame leaves `PATIENCE_NS` from now at the latest."""
        self._line.append((now + PATIENCE_NS, frame))
        return ""

    def passed(self, now: int) -> None:
        """Another frame has gone by at `now`: the last one needed sets the frame free."""
        self.behind -= 1
        if self.behind <= 0 and self._line:
            self._line[0] = (now, self._line[0][1])


_EFFECTS: dict[type[Fault], Callable[[Any], Effect]] = {
    Drop: lambda drop: Discard(),
    Blackhole: lambda blackhole: Discard(),
    Delay: lambda delay: DelayLine(delay.ms),
    Duplicate: lambda duplicate: Repeat(duplicate.copies),
    Reorder: lambda reorder: Overtaken(reorder.behind),
    Corrupt: lambda corrupt: Damage(),
    Rewrite: lambda rewrite: Edit(rewrite.change),
}


def effect_of(fault: Fault) -> Effect:
    """A new effect that does to one frame what the fault says."""
    return _EFFECTS[type(fault)](fault)


class Held:
    """Effects of one station's faults that still hold their frame. Asked as an effect is."""

    def __init__(self) -> None:
        self._effects: list[
            tuple[int, int, Effect]
        ] = []  # heap of (when it lets its frame go, number, effect)
        self._overtaken: list[Overtaken] = []  # those of them that count what goes by
        self._number = 0

    def hold(self, effect: Effect) -> None:
        """Keep an effect that has taken a frame, until it has let it go."""
        due = effect.next_time()
        if due is not None:
            self._number += 1  # of two that let go at the same time, the one that came first
            heapq.heappush(self._effects, (due, self._number, effect))
            if isinstance(effect, Overtaken):
                self._overtaken.append(effect)

    def passed(self, now: int) -> list[tuple[int, Any]]:
        """A frame has gone by at `now`: what had to wait for it leaves, as `pop` gives it."""
        free: list[tuple[int, Any]] = []
        if self._overtaken:
            for effect in self._overtaken:
                effect.passed(now)
                free += effect.pop(now)
            self._overtaken = [effect for effect in self._overtaken if effect.next_time() is not None]
        return free

    def pop(self, now: int) -> Iterator[tuple[int, Any]]:
        """What has left by `now`, as (time it left, frame), in order.

        One after the other: when the first goes by, it may set free what would have been due next.
        """
        effects = self._effects
        while effects and effects[0][0] <= now:
            yield from heapq.heappop(effects)[2].pop(now)

    def next_time(self) -> int | None:
        """When the next frame leaves at the latest; None when none is held."""
        effects = self._effects
        while effects and effects[0][2].next_time() is None:  # let go already, since others went by
            heapq.heappop(effects)
        return effects[0][0] if effects else None
