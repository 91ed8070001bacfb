"""The part of a trace that somebody asks a ladder for: hosts, a connection, frames; or what is wrong with it.  Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Any

from labkit.pictures.ladders.path import in_path_order
from labkit.traces.choosing import named, same_frame

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.packets.frame import Frame
    from labkit.traces.trace import Trace


def hosts_asked(hosts: Iterable[str | Host] | None, trace: Trace) -> tuple[str, ...]:
    """Names of the hosts to draw, from left to right.  Raises TypeError or ValueError."""
    known = tuple(trace.hosts)
    if hosts is None:
        return in_path_order(known, trace.layout)
    if isinstance(hosts, str) or not isinstance(hosts, Iterable):
        raise TypeError(
            f"hosts is a list of hosts or their names, from left to right; write hosts=[{named(hosts)!r}, ...]"
        )
    wanted = tuple(map(named, hosts))
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise ValueError(
            f"hosts={list(wanted)!r}: there is no host {unknown[0]!r} in this trace; "
            f"its hosts are: {', '.join(known) or 'none'}"
        )
    if len(set(wanted)) != len(wanted) or len(wanted) < 1:
        raise ValueError(f"hosts names each host once, from left to right (got {list(wanted)!r})")
    return wanted


def frames_asked(frames: Iterable[Any] | None, every: tuple[Frame, ...]) -> Container[int] | None:
    """The numbers of the frames to draw; None for all.  Raises TypeError or ValueError."""
    if frames is None:
        return None
    if isinstance(frames, (str, bytes)) or not isinstance(frames, Iterable):
        raise TypeError(
            "frames is a range of frame numbers, or segments of the trace; "
            f"write frames=range(1, 101) (got {frames!r})"
        )
    numbers: Container[int]
    given: dict[int, Any] = {}
    if isinstance(frames, range):
        numbers = frames
    else:
        frames = tuple(frames)
        given = {each.number: each for each in frames if hasattr(each, "number")}
        numbers = frozenset(getattr(each, "number", each) for each in frames)
    if not any(frame.number in numbers for frame in every):
        have = f"it has {every[0].number} to {every[-1].number}" if every else "it has none at all"
        asked = f"no frame of {frames!r}" if isinstance(frames, range) else "none of these frames"
        raise ValueError(f"frames: {asked} is in this trace; {have}")
    for frame in every if given else ():
        if frame.number in given:
            same_frame(given[frame.number], frame)
    return numbers
