"""How much the receiver lets its sender have under way: closed windows, and windows that are too small.  Pure."""

from __future__ import annotations

from labkit.explain.account import Span
from labkit.explain.gathered import Gathered
from labkit.explain.stalls import SOON_NS, Stall
from labkit.explain.step import PROBE
from labkit.explain.talk import Talk

FEW = 3
"""How often a sender has to stop at the window's edge before that is what limits it."""


def windows(talk: Talk, stalls: tuple[list[Stall], list[Stall]], gathered: Gathered) -> None:
    """How long was a window closed while its sender had something to send, and did a window limit it?"""
    for end in (0, 1):
        who, peer = talk.names[end], talk.names[1 - end]
        closed = _closed(talk, end)
        if closed:
            gathered.found(
                "closed-window",
                [number for _, frames in closed for number in frames],
                [span for span, _ in closed],
                who=who,
                peer=peer,
                count=len(closed),
                wait_ns=sum(span.end - span.begin for span, _ in closed),
            )
        shut = [span for span, _ in closed]
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
