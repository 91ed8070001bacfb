"""What the Nagle explorer writes, when, and with which options; and what changed between two runs.  Pure."""

from __future__ import annotations

from typing import Any, NamedTuple

HEADER_PAYLOAD, ONE_WRITE, MANY_SMALL, REQUEST_ANSWER = (
    "header, payload",
    "one write",
    "many small",
    "request, answer",
)
PATTERNS = {
    HEADER_PAYLOAD: "a header of 4 bytes, then the payload",
    ONE_WRITE: "everything in one write",
    MANY_SMALL: "one write after the other",
    REQUEST_ANSWER: "one write, its answer, the next write",
}
"""The ways to write, and what each means."""

BOUNDS = {
    "size": (1, 2000, "bytes in a write", "size=100"),
    "writes": (1, 8, "writes", "writes=2"),
    "gap_ms": (0, 100, "milliseconds between two writes", "gap_ms=5"),
    "round_trip_ms": (0, 100, "milliseconds there and back", "round_trip_ms=20"),
}
"""(least, most, what it is, an example) of each number: a run ends within 3 s and its ladder can be read."""

SWITCHES = {"nodelay": "TCP_NODELAY", "cork": "TCP_CORK", "quickack": "quick ACKs"}
WARM_UP = 3
"""Questions that a connection has answered before: on a fresh one the server's kernel acknowledges at once."""

_CORKED_MS = 200  # tcp(7): what a cork holds back at most


class Plan(NamedTuple):
    """The parameters of a run; `checked` makes one."""

    pattern: str = HEADER_PAYLOAD
    size: int = 100
    writes: int = 1
    gap_ms: float = 0
    nodelay: bool = False
    cork: bool = False
    quickack: bool = False
    round_trip_ms: float = 20

    @property
    def messages(self) -> tuple[tuple[bytes, ...], ...]:
        """The writes, by message: the server answers when it has all bytes of a message."""
        parts = tuple(bytes([97 + n]) * self.size for n in range(self.writes))
        if self.pattern == ONE_WRITE:
            return ((b"".join(parts),),)
        if self.pattern == HEADER_PAYLOAD:
            return (((self.size * self.writes).to_bytes(4, "big"), *parts),)
        if self.pattern == MANY_SMALL:
            return (parts,)
        return tuple((part,) for part in parts)

    @property
    def writing(self) -> list[tuple[float, bytes]]:
        """(milliseconds after the first write, bytes) of each write; with "request, answer" not before the answer."""
        written = [part for message in self.messages for part in message]
        return [(number * self.gap_ms, part) for number, part in enumerate(written)]

    @property
    def longest_ms(self) -> float:
        """More than a run takes on an idle machine, milliseconds."""
        stalls = sum(len(message) > 1 for message in self.messages)  # one write never waits for an ACK
        rounds = WARM_UP + 2 + len(self.messages) + stalls
        waits = 50 * (2 + stalls) + (_CORKED_MS if self.cork else 0)
        return rounds * self.round_trip_ms + self.writing[-1][0] + waits

    @property
    def text(self) -> str:
        """What a run does, in words."""
        written = self.writing
        sizes = [len(part) for _, part in written]
        many = f"{len(sizes)} writes" if len(sizes) > 1 else "1 write"
        if len(sizes) > 2 and len(set(sizes)) == 1:
            of = f"{sizes[0]} bytes each"
        else:
            of = f"{', '.join(map(str, sizes))} byte{'s' * (sizes[-1] != 1)}"
        gap = f"{self.gap_ms:g} ms apart" if self.gap_ms else "one right after the other"
        if len(sizes) == 1:
            how = f"{many} of {of}, then it waits for the answer"
        elif self.pattern == REQUEST_ANSWER:
            pause = f", {self.gap_ms:g} ms apart at least" if self.gap_ms else ""
            how = f"{many} of {of}, each when the one before is answered{pause}"
        else:
            how = f"{many} of {of}, {gap}, then it waits for the answer"
        nagle = "Nagle's algorithm off (TCP_NODELAY)" if self.nodelay else "Nagle's algorithm on"
        cork = ", each message corked (TCP_CORK)" if self.cork else ""
        acks = "at once (TCP_QUICKACK)" if self.quickack else "when its kernel likes"
        return (
            f"The client: {how}.\n{nagle}{cork}; the server acknowledges {acks}; round trip "
            f"{self.round_trip_ms:g} ms; on its connection {WARM_UP} questions were answered before."
        )

    def changes(self, before: Plan) -> list[str]:
        """What differs from the run before: ["TCP_NODELAY: off → on"]."""
        found = []
        for name in self._fields:
            new, old = getattr(self, name), getattr(before, name)
            if new != old:
                words = SWITCHES.get(name, name.replace("_ms", " (ms)").replace("_", " "))
                found.append(f"{words}: {_said(old)} → {_said(new)}")
        return found


def checked(**parameters) -> Plan:
    """A plan of these parameters.  Raises TypeError and ValueError for what makes no sense, saying what to write."""
    if unknown := set(parameters) - set(Plan._fields):
        raise TypeError(
            f"the explorer has no {', '.join(sorted(unknown))}; its parameters are {', '.join(Plan._fields)}"
        )
    plan = Plan(**parameters)
    if plan.pattern not in PATTERNS:
        raise ValueError(f"pattern is one of {', '.join(map(repr, PATTERNS))} (got {plan.pattern!r})")
    for name, (low, high, what, example) in BOUNDS.items():
        value = getattr(plan, name)
        kinds = (int, float) if name.endswith("_ms") else int
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise TypeError(
                f"{name} is a number of {what}, from {low} to {high} (got {value!r}); write {example}"
            )
        if not low <= value <= high:
            raise ValueError(
                f"{name} is a number of {what}, from {low} to {high} (got {value!r}); write {example}"
            )
    switches: dict[str, Any] = {name: bool(getattr(plan, name)) for name in SWITCHES}
    return plan._replace(**switches)


class Figures(NamedTuple):
    """What a run measured."""

    segments: tuple[int, ...]  # bytes in each data segment of the client, what was sent again left out
    acks: int  # segments of the server that carry nothing but an ACK
    wire_bytes: int  # of all frames, both ways, headers and all
    answer_ms: float  # from the first write to the last answer
    waited_ms: float  # from the write of the last byte to its departure

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What was measured, in words."""
        return [
            ("data segments of the client", f"{len(self.segments)}"),
            ("bytes in each", ", ".join(map(str, self.segments))),
            ("ACKs without data, of the server", f"{self.acks}"),
            ("bytes on the wire, both ways", f"{self.wire_bytes:,}"),
            ("first write to last answer", f"{self.answer_ms:.1f} ms"),
            ("the last byte waited before it left", f"{self.waited_ms:.1f} ms"),
        ]


SAME_MS = 3.0
"""Times that differ by less count as the same: a busy machine makes as much."""


def compared(now: Figures, before: Figures | None) -> list[dict]:
    """Rows of {what, now, before, change}: change is "" where nothing did, else says by how much."""
    old = before.rows if before else [("", "")] * len(now.rows)
    numbers = zip(_numbers(now), _numbers(before) if before else [None] * 6, strict=True)
    found = []
    for (what, value), (_, was), (one, other) in zip(now.rows, old, numbers, strict=True):
        change = ""
        if before and isinstance(one, tuple):
            change = "" if one == other else "other sizes"
        elif before and isinstance(one, float):
            change = f"{one - other:+.1f} ms".replace("-", "\u2212") if abs(one - other) >= SAME_MS else ""
        elif before and one != other:
            change = f"{one - other:+,}".replace("-", "\u2212")
        found.append({"what": what, "now": value, "before": was, "change": change})
    return found


def _numbers(figures: Figures) -> list:
    return [
        len(figures.segments),
        figures.segments,
        figures.acks,
        figures.wire_bytes,
        figures.answer_ms,
        figures.waited_ms,
    ]


def _said(value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else f"{value:g}"
