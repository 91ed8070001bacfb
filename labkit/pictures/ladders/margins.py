"""What stands at the margins: calls as bars with words, TCP states as lanes with names.  Pure."""

from __future__ import annotations

from typing import NamedTuple

from labkit.pictures.ladders.acts import RECEIVING, grouped, summary
from labkit.pictures.ladders.matching import SLACK_NS

EARLIEST = -(1 << 62)


class Note(NamedTuple):
    """Words at a host's line at a time; `column` is "call" or "state"; `beside`: it belongs to a departure
    (-1), to an arrival (1), or to no arrow (0); `term`: the state, or the call's name."""

    host: int
    column: str
    time: int
    pieces: tuple[tuple[str, str], ...]
    beside: int = 0
    term: str = ""


class Span(NamedTuple):
    """Something that lasts: a call's bar, or a state's lane.  None: from the top, or to the bottom."""

    host: int
    begin: int | None
    end: int | None
    kind: str  # "bar", or the state's name
    track: int = 0


class Drawn(NamedTuple):
    """Some calls (one, or a group) and the times at which they are drawn to begin and to end (None: not yet)."""

    acts: list
    begin: int
    end: int | None


class Margins(NamedTuple):
    notes: list[Note]
    spans: list[Span]
    calls: list[Drawn]


def margins(story, runs: bool, start: int | None) -> Margins:
    """Notes and spans with their times; what happened before `start` is moved just before it."""
    by_number = {arrow.number: arrow for arrow in story.arrows}
    notes: list[Note] = []
    spans: list[Span] = []
    _states(story, by_number, notes, spans)
    calls = _calls(story, by_number, runs, notes, spans)
    if start is not None and notes:
        early = sorted(
            {time for note in notes if (time := note.time) < start}
            | {time for span in spans for time in span[1:3] if time is not None and time < start}
        )
        moved = {time: start - len(early) + place for place, time in enumerate(early)}

        def at(time: int | None) -> int | None:
            return None if time is None else moved.get(time, time)

        notes = [note._replace(time=moved.get(note.time, note.time)) for note in notes]
        spans = [span._replace(begin=at(span.begin), end=at(span.end)) for span in spans]
        calls = [call._replace(begin=moved.get(call.begin, call.begin), end=at(call.end)) for call in calls]
    notes.sort(key=lambda note: note.time)
    return Margins(notes, spans, calls)


def _at(arrow, host: int) -> int:
    """When an arrow touches a host's line."""
    if arrow.source == host:
        return arrow.departed
    return next((tip.time for tip in arrow.tips if tip.host == host), arrow.departed)


def _states(story, by_number, notes, spans) -> None:
    tracks: dict = {}
    flows: dict = {}
    for change in story.changes:
        flows.setdefault(change.flow, len(flows))
        tracks.setdefault((change.host, change.flow), []).append(change)
    counted: dict = {}
    for (host, flow), changes in tracks.items():
        track = counted[host] = counted.get(host, -1) + 1
        port = f" :{max(end[1] for end in flow[1:])}" if len(flows) > 1 else ""
        times = [_at(by_number[change.number], host) for change in changes]
        if story.first.get((host, flow)):
            spans.append(Span(host, None, times[0], story.first[host, flow], track))
            if track == 0:
                state = story.first[host, flow]
                notes.append(Note(host, "state", EARLIEST, ((state, "state"),), 0, state))
        for place, change in enumerate(changes):
            end = times[place + 1] if place + 1 < len(times) else None
            if change.state != "CLOSED":
                spans.append(Span(host, times[place], end, change.state, track))
            beside = -1 if by_number[change.number].source == host else 1
            notes.append(
                Note(host, "state", times[place], ((change.state + port, "state"),), beside, change.state)
            )


def _calls(story, by_number, runs, notes, spans) -> list[Drawn]:
    before: dict = {}
    drawn_calls = []
    for acts in grouped(story.acts, runs):
        act, last = acts[0], acts[-1]
        host = act.host
        begin, end = act.call.begin_ns, last.call.end_ns
        cause, release = by_number.get(act.cause), by_number.get(last.release)
        if cause is not None and abs(cause.departed - begin) <= SLACK_NS:
            begin = cause.departed
            end = max(end, begin) if end is not None else None
        if release is not None and end is not None and abs(end - _at(release, host)) <= SLACK_NS:
            end = max(_at(release, host), begin)
        # what was moved to its frame's time must not overtake the call that came after it
        ended, drawn = before.get(host, (None, 0))
        if ended is not None and act.call.begin_ns >= ended and begin <= drawn:
            begin = drawn + 1
            end = max(end, begin) if end is not None else None
        if last.call.end_ns is not None and end is not None:
            before[host] = last.call.end_ns, max(end, begin)
        if end is None:
            drawn_calls.append(Drawn(acts, begin, None))
            said = (act.begun, "call"), ("has not returned", "quiet")
            notes.append(Note(host, "call", begin, said, 0, act.call.name))
            spans.append(Span(host, begin, None, "bar"))
        elif end - begin <= SLACK_NS or len(acts) > 1:
            receiving = act.call.name in RECEIVING
            time = end if release is not None or receiving else begin
            notes.append(
                Note(
                    host,
                    "call",
                    time,
                    _line(acts, act),
                    -1 if cause is not None else int(release is not None),
                    act.call.name,
                )
            )
            since, until = (begin, end) if len(acts) > 1 else (time, time)
            drawn_calls.append(Drawn(acts, since, until))
            spans.append(Span(host, since, until, "bar"))
        else:
            notes.append(
                Note(host, "call", begin, ((act.begun, "call"),), -int(cause is not None), act.call.name)
            )
            style = "error" if act.call.error else "quiet"
            back = act.outcome or "returns"
            back = back if act.call.error or not act.outcome else f"→ {back}"
            notes.append(Note(host, "call", end, ((back, style),), int(release is not None)))
            drawn_calls.append(Drawn(acts, begin, end))
            spans.append(Span(host, begin, end, "bar"))
    return drawn_calls


def _line(acts, act) -> tuple[tuple[str, str], ...]:
    """A call that took no time, or several alike, in one line."""
    if len(acts) > 1:
        return ((summary(acts), "call"),)
    if not act.outcome:
        return ((act.begun, "call"),)
    return (act.begun, "call"), (f"→ {act.outcome}", "error" if act.call.error else "quiet")
