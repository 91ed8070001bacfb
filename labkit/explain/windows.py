"""How much the receiver lets its sender have under way: closed windows, and windows that are too small.  Pure."""

from __future__ import annotations

from labkit.explain.account import Span
from labkit.explain.gathered import Gathered
from labkit.explain.stalls import SOON_NS, Stall
from labkit.explain.step import PROBE, Step
from labkit.explain.talk import Talk

FEW = 3
"""How often a sender has to stop at the window's edge before that is what limits it."""


def windows(talk: Talk, stalls: tuple[list[Stall], list[Stall]], gathered: Gathered) -> None:
    """How long was a window closed while its sender had something to send, and did a window limit it?"""
    for end in (0, 1):
        who, peer = talk.names[end], talk.names[1 - end]
        closed = _closed(talk, end)
        shut = [span for span, _ in closed]
        _tell_of_closed(talk, end, closed, gathered)
        gathered.spans += [Span("wire", stall.begin, stall.end) for stall in stalls[end] if stall.paced]
        large = [
            stall for stall in stalls[end] if not stall.small and not stall.paced and not _within(stall, shut)
        ]
        full = [stall for stall in large if stall.full]
        gathered.spans += [Span("congestion", stall.begin, stall.end) for stall in large if not stall.full]
        waits = [Span("window", stall.begin, stall.end) for stall in full]
        if len(full) >= FEW and 2 * len(full) >= len(large):
            gathered.found(
                "window-limited",
                [number for stall in full for number in stall.frames],
                waits,
                who=who,
                peer=peer,
                count=len(full),
                window=max(stall.window for stall in full),
                wait_ns=sum(span.end - span.begin for span in waits),
            )
        else:
            gathered.spans += waits


def _tell_of_closed(talk: Talk, end: int, closed: list[tuple[Span, list[int]]], gathered: Gathered) -> None:
    """Whom a closed window held up: until its receiver made room, and after that, where the news of it was lost."""
    who, peer = talk.names[end], talk.names[1 - end]
    full, late = [], []
    for span, frames in closed:
        lost = _lost_update(talk, end, frames[0], span.end)
        if lost is None:
            full.append((span, frames))
            continue
        told = max(span.begin, lost.left)
        late.append((Span("closed", told, span.end), [lost.number, *(n for n in frames if n > lost.number)]))
        if told > span.begin:
            full.append((Span("closed", span.begin, told), [n for n in frames if n < lost.number]))
    for kind, waits in (("closed-window", full), ("lost-window-update", late)):
        if waits:
            gathered.found(
                kind,
                [number for _, frames in waits for number in frames],
                [span for span, _ in waits],
                who=who,
                peer=peer,
                count=len(waits),
                wait_ns=sum(span.end - span.begin for span, _ in waits),
            )


def _lost_update(talk: Talk, end: int, shut: int, until: int) -> Step | None:
    """The first segment after number `shut` that told this end of room again, and did not come."""
    for step in talk.steps:
        said = step.end != end and step.ack is not None and not (step.rst or step.syn)
        if said and step.came is None and step.window > 0 and step.number > shut and step.left < until:
            return step
    return None


def _within(stall: Stall, shut: list[Span]) -> bool:
    return any(span.begin <= stall.end and stall.begin <= span.end for span in shut)


def _closed(talk: Talk, end: int) -> list[tuple[Span, list[int]]]:
    """From when to when this end had something to send and its peer's window was closed, and the frames that show it.

    That it had something shows by its probes, or by data that follow at once when the window opens.
    """
    found: list[tuple[Span, list[int]]] = []
    since: int | None = None
    frames: list[int] = []
    probed = False
    opened: int | None = None
    acked = 0
    for at, step in talk.seen[end]:
        if step.end == end:
            if since is None:
                continue
            if step.mark == PROBE:
                probed = True
                frames.append(step.number)
            elif step.size and opened is not None:
                if probed or at - opened <= SOON_NS:
                    found.append((Span("closed", since, step.left), [*frames, step.number]))
                since, opened = None, None
            continue
        if step.rst or step.syn or step.ack is None or step.ack < acked:
            continue
        acked = step.ack
        if step.window == 0:
            if since is None:
                since, frames, probed = at, [step.number], False
            elif opened is None or probed:
                frames.append(step.number)
            opened = None
        elif since is not None and opened is None:
            opened = at
            frames.append(step.number)
    if since is not None and probed:
        found.append((Span("closed", since, opened if opened is not None else _last(talk, end)), frames))
    return found


def _last(talk: Talk, end: int) -> int:
    """When this end's last segment left, or the last of its peer came."""
    return talk.seen[end][-1][0]
