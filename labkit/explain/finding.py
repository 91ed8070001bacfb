"""A finding: what happened, the frames that prove it, what to do about it, and the lesson that teaches it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from labkit.explain.durations import duration
from labkit.explain.kinds import KINDS, Kind
from labkit.words import say

if TYPE_CHECKING:
    from labkit.explain.proof import Proof
    from labkit.traces.trace import Trace

AROUND = 3  # frames of the same connection that a ladder shows before and after those that prove it
MOST = 24  # frames of a finding's ladder


class Finding:
    """One thing that happened.

    kind      what: "refused", "closed-window" ... (`labkit.explain.kinds.KINDS` has all)
    values    what its sentence tells: {"who": "client", "wait_ns": 41_000_000, ...}
    frames    numbers of the frames that prove it, in order
    cost_ns   how much of the connection's life it took, in nanoseconds; 0 if none, or if that cannot be said
    flow      number of the connection (`trace.flows()`); 0 for what belongs to none

    Two are equal that tell the same.
    """

    __slots__ = ("_trace", "cost_ns", "flow", "frames", "kind", "values")

    def __init__(
        self,
        kind: str,
        frames: tuple[int, ...],
        values: Mapping[str, Any],
        *,
        cost_ns: int = 0,
        flow: int = 0,
        trace: Trace | None = None,
    ) -> None:
        self.kind, self.frames, self.values = kind, frames, dict(values)
        self.cost_ns, self.flow, self._trace = cost_ns, flow, trace

    @property
    def about(self) -> Kind:
        """All that is told of its kind."""
        return KINDS[self.kind]

    @property
    def title(self) -> str:
        """Its kind in words: "closed window"."""
        return say(self.about.title)

    @property
    def sentence(self) -> str:
        """What happened, in one sentence with its numbers."""
        kind = self.about
        template = kind.many if kind.many and self.values.get("count", 1) != 1 else kind.one
        return say(template, **self._shown())

    @property
    def advice(self) -> str:
        """What to do about it."""
        return say(self.about.advice, **self._shown())

    @property
    def lesson(self) -> str:
        """The name of the lesson that teaches it."""
        return self.about.lesson

    @property
    def note(self) -> bool:
        """Is it only worth knowing, and no fault?"""
        return self.about.note

    def _shown(self) -> dict[str, Any]:
        return dict(_shown(name, value) for name, value in self.values.items())

    def ladder(self) -> Proof:
        """The frames that prove it, each on a band of its own, and those around them, as a sequence diagram."""
        from labkit.explain.proof import proof

        if self._trace is None:
            raise ValueError(say("this finding is of no trace, so there is nothing to draw"))
        title = say("{title}: {frames}", title=self.title, frames=numbered(self.frames))
        return proof(self._trace, self.surroundings(), self.frames, self.flow, title)

    def surroundings(self) -> list[int]:
        """The numbers of the frames that `ladder` draws."""
        trace = self._trace
        if trace is None:
            return list(self.frames)
        if self.flow:
            near = [segment.number for segment in trace.end_to_end.segments if segment.flow == self.flow]
        else:
            near = [frame.number for frame in trace.frames]
        place = {number: at for at, number in enumerate(near)}
        chosen: set[int] = set()
        for number in self.frames:
            at = place.get(number)
            if len(chosen) >= MOST or at is None:
                break
            chosen.update(near[max(0, at - AROUND) : at + AROUND + 1])
        return sorted(chosen) or list(self.frames[:MOST])

    def to_dict(self) -> dict[str, Any]:
        """For JSON: what a program wants to know."""
        return {
            "kind": self.kind,
            "title": self.title,
            "sentence": self.sentence,
            "advice": self.advice,
            "lesson": self.lesson,
            "note": self.note,
            "flow": self.flow,
            "frames": list(self.frames),
            "cost_ns": self.cost_ns,
            "values": dict(self.values),
        }

    def _key(self) -> tuple:
        return self.kind, self.frames, self.values, self.cost_ns, self.flow

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Finding) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # its values are a dict

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"<Finding {self.kind}: {self.sentence}; {numbered(self.frames)}>"


def _shown(name: str, value: Any) -> tuple[str, Any]:
    """A value as a sentence has it."""
    if name.endswith("_most_ns"):
        return name.removesuffix("_most_ns"), say("up to {most}", most=duration(value))
    if name.endswith("_ns"):
        return name.removesuffix("_ns"), duration(value)
    plain = not isinstance(value, int) or name in ("port", "seq")
    return name, value if plain else f"{value:,}"


def numbered(frames: tuple[int, ...], most: int = 8) -> str:
    """Numbers of frames in words: "frame 7", "frames 4, 5, 9", "frames 4, 5, 9 ... (31 in all)"."""
    if len(frames) == 1:
        return say("frame {number}", number=frames[0])
    listed = ", ".join(map(str, frames[:most]))
    if len(frames) <= most:
        return say("frames {numbers}", numbers=listed)
    return say("frames {numbers} … ({count} in all)", numbers=listed, count=len(frames))
