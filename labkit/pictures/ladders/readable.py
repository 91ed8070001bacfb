"""A story that can be read: of a long one the beginning, or the frames asked for, and what was left out.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from labkit.pictures.ladders.acts import Act, acts, grouped
from labkit.pictures.ladders.asked import frames_asked, hosts_asked
from labkit.pictures.ladders.excerpt import ASKED, FRAMES, HOSTS, Part, part_of, total_between
from labkit.pictures.ladders.fold import rows
from labkit.pictures.ladders.matching import SLACK_NS
from labkit.pictures.ladders.story import Story, only, tell
from labkit.traces.choosing import number_asked
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.pictures.ladders.arrows import Arrow
    from labkit.traces.choosing import Chosen
    from labkit.traces.trace import Trace

ROWS = 60
"""Arrows of a ladder, runs folded; among more than `HOSTS` hosts proportionally fewer."""

FLOWS = 12
"""The states of so many connections are drawn; more are a grey beam beside a host's line."""

CALLS, TRIED = 150, 10_000
"""Calls of a ladder, those alike in one line; and of how many it is asked what they sent."""


def readable(
    trace: Trace,
    hosts: Iterable[str | Host] | None = None,
    flow: Chosen = None,
    frames: Iterable[int] | None = None,
    calls: bool = True,
    states: bool = True,
    fold: bool | None = None,
) -> tuple[Story, bool | None]:
    """The story to draw, and whether to fold its runs (None: when they are many); arguments as in `labkit.ladder`."""
    every = hosts_asked(hosts, trace)
    number, numbers = number_asked(flow), frames_asked(frames, trace.frames)
    part = part_of(trace, every, HOSTS if hosts is None else ASKED, flow, numbers)
    states = states and not part.torn
    begun = _begun(tell(part.trace, part.names or None, number, False, states), part, fold)
    silent = _silent(begun.story)
    if part.chosen and silent and hosts is None:
        names = tuple(name for name in part.names if name not in silent)
        total = part.total if number is not None else total_between(trace, names, numbers)
        part = part._replace(names=names, total=total)
        begun = _begun(tell(part.trace, names, number, False, states), part, fold)
    story, whole = begun.story, begun.whole
    remarks = [*(_hosts_left_out(every, story.names) if number is None else ()), *story.remarks]
    if not whole:
        remarks.append(_frames_left_out(part, begun))
    if part.torn:
        remarks.append(say("calls and TCP states are not drawn so far from the beginning"))
    flows = len({change.flow for change in story.changes})
    if flows > FLOWS:
        story = story._replace(changes=[], first={})
        remarks.append(
            say("the TCP states of {n} connections are not drawn; those of one with flow=…", n=flows)
        )
    if calls and not part.torn:
        made = _acts(trace, begun.arrows, story, whole)
        if number is not None or numbers is not None:
            drawn = {arrow.number for arrow in story.arrows}
            made = [act for act in made if drawn & {act.cause, act.release}]
        made, said = _few(made, begun.runs)
        story = story._replace(acts=made)
        remarks += said
    return story._replace(remarks=tuple(remarks)), fold if whole else begun.runs


class _Begun(NamedTuple):
    """The beginning of a story, so much as can be read; `whole`: it is all that was asked for.

    runs    were there so many arrows that runs are folded?
    arrows  of the part of the trace;  asked: of these the ones that were asked for
    """

    story: Story
    whole: bool
    runs: bool
    arrows: list[Arrow]
    asked: list[Arrow]


def _begun(story: Story, part: Part, fold: bool | None) -> _Begun:
    every = story.arrows
    if part.numbers is not None:
        story = only(story, part.numbers)
    asked = story.arrows
    shown, _, runs = rows(asked, {change.number for change in story.changes}, fold)
    most = ROWS * HOSTS // max(HOSTS, len(story.names))
    if len(shown) <= most:
        return _Begun(story, part.total <= FRAMES, runs, every, asked)
    ordered = sorted(asked, key=lambda arrow: arrow.departed)
    end = next(place for place, arrow in enumerate(ordered) if arrow.number == shown[most].number)
    story = only(story, {arrow.number for arrow in ordered[:end]})
    return _Begun(story, False, runs, every, asked)


def _silent(story: Story) -> set[str]:
    """The hosts that no arrow leaves or reaches."""
    touched: set[int] = set()
    for arrow in story.arrows:
        touched.add(arrow.source)
        touched.update(tip.host for tip in arrow.tips)
        touched.update(arrow.toward, (place for place, _ in arrow.missed))
    return {name for place, name in enumerate(story.names) if touched and place not in touched}


def _hosts_left_out(every: tuple[str, ...], names: tuple[str, ...]) -> list[str]:
    left = [name for name in every if name not in names]
    if not left:
        return []
    return [
        say(
            "{drawn} of {all} hosts are drawn, those with most frames; others with hosts={others}",
            drawn=len(names),
            all=f"{len(every):,}",
            others=left[:2],
        )
    ]


def _frames_left_out(part: Part, begun: _Begun) -> str:
    """How many of the frames asked for are drawn, and how to ask for the others."""
    drawn = len(begun.story.arrows)
    seen = {arrow.number for arrow in begun.story.arrows}
    after = [arrow.number for arrow in begun.asked if arrow.number not in seen]
    first = min(after, default=part.trace.frames[-1].number + 1)
    return say(
        "the first {drawn} of {all} frames are drawn; the next with frames=range({first}, {last}), "
        "fewer with flow=… or hosts=[…]",
        drawn=f"{drawn:,}",
        all=f"{part.total if part.total > FRAMES else len(begun.asked):,}",
        first=first,
        last=first + max(drawn, ROWS),
    )


def _acts(trace: Trace, every: list, story: Story, whole: bool) -> list[Act]:
    """What the calls sent, and waited for; of a part, those that began before its last frame left."""
    made = trace.calls
    if not whole:
        end = max((arrow.departed for arrow in story.arrows), default=0) + SLACK_NS
        made = tuple(call for call in made if call.begin_ns <= end)
    return acts(made[:TRIED], every, story.names)


def _few(made: list[Act], runs: bool) -> tuple[list[Act], list[str]]:
    """As many of the calls as stand beside a ladder, and how many there are."""
    groups = grouped(made, runs)
    if len(groups) <= CALLS and len(made) < TRIED:
        return made, []
    kept = {id(act) for group in groups[:CALLS] for act in group}
    return [act for act in made if id(act) in kept], [
        say("only the first {n} calls are drawn; none with calls=False", n=len(kept))
    ]
