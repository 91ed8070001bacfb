"""What a ladder tells: arrows, calls and states of a trace, before it is decided how to draw them.  Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from labkit.pictures.ladders.acts import Act, acts
from labkit.pictures.ladders.arrows import Arrow, arrows
from labkit.pictures.ladders.asked import hosts_asked
from labkit.pictures.ladders.concerned import Concerned
from labkit.pictures.ladders.order import settled, timeless, turned_back
from labkit.traces.groups import in_groups
from labkit.traces.states import states as transitions_of
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.traces.calls import Call
    from labkit.traces.choosing import Chosen
    from labkit.traces.states import Transition
    from labkit.traces.trace import Trace


class Change(NamedTuple):
    """A host enters a TCP state with the departure or the arrival of an arrow (its number)."""

    host: int
    state: str
    number: int
    time: int
    flow: tuple


class Story(NamedTuple):
    """Host names from left to right, and what happened among them.

    `first` says in which state a connection's end was before its first change: {(host, flow): "LISTEN"}.
    `colours`: the place of each name in the whole trace, by which it is coloured in every picture of it.
    `origin`: the time from which milliseconds are counted; None: the first departure in the picture.
    """

    names: tuple[str, ...]
    addresses: tuple[str, ...]
    arrows: list[Arrow]
    acts: list[Act]
    changes: list[Change]
    first: dict
    remarks: tuple[str, ...]
    colours: tuple[int, ...]
    origin: int | None = None

    def counted_from(self, first: int) -> int:
        """The time of 0 ms in a picture whose first arrow departs at `first`, nanoseconds."""
        return first if self.origin is None else self.origin


def tell(
    trace: Trace,
    hosts: Iterable[str | Host] | None = None,
    flow: Chosen = None,
    calls: bool = True,
    states: bool = True,
) -> Story:
    """Gather the story of a trace; arguments as in `labkit.ladder`."""
    return Stories(trace, hosts, calls, states).tell(flow)


class Stories:
    """The stories of one trace: of all that is in it, of its connections.  What they share is found out once.

    Arguments as in `labkit.ladder`.
    """

    def __init__(
        self,
        trace: Trace,
        hosts: Iterable[str | Host] | None = None,
        calls: bool = True,
        states: bool = True,
    ) -> None:
        self.trace, self.names = trace, hosts_asked(hosts, trace)
        self._calls, self._states = calls, states

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """The states that the trace implies."""
        return transitions_of(self.trace)

    @cached_property
    def transitions_by_flow(self) -> dict[int, list[Transition]]:
        """The same by the numbers of their connections."""
        return in_groups(self.transitions, lambda change: change.cause.flow)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The trace's calls; those of a running capture as they are now."""
        return self.trace.calls

    @cached_property
    def _concerned(self) -> Concerned:
        return Concerned(self.calls)

    @cached_property
    def _marks(self) -> dict[int, str]:
        return self.trace.marks()

    @cached_property
    def _tls_words(self) -> dict[int, str]:
        return getattr(self.trace, "tls_words", {})

    def tell(self, flow: Chosen = None) -> Story:
        """All of it, or one connection."""
        trace, names = self.trace, self.names
        items: Sequence[Any]
        changed: Sequence[Transition]
        if flow is None:
            items, changed = tuple(trace.items), self.transitions if self._states else ()
        else:
            items = trace.select(flow=flow)
            number = items[0].flow if items else 0
            changed = self.transitions_by_flow.get(number, ()) if self._states else ()
        late = turned_back(items)
        as_given = late > 0 or timeless(items)
        drawn = arrows(items, names, self._marks, as_given, self._tls_words)
        if not as_given:
            drawn = settled(drawn)
        by_number = {arrow.number: arrow for arrow in drawn}
        places = {name: place for place, name in enumerate(names)}
        changes, first = [], {}
        for change in changed:
            arrow = by_number.get(change.cause.number)
            if arrow is None or change.host not in places:
                continue
            host = places[change.host]
            if (host, arrow.flow) not in first:
                first[host, arrow.flow] = "LISTEN" if change.before == "LISTEN" else ""
            changes.append(Change(host, change.state, arrow.number, change.time_ns, arrow.flow))
        made = []
        if self._calls and flow is None:
            made = acts(self.calls, drawn, names)
        elif self._calls:
            made = acts(self._concerned.by(items), drawn, names)
            made = [act for act in made if act.cause is not None or act.release is not None]
        everyone = tuple(trace.hosts)
        colours = tuple(everyone.index(name) for name in names)
        return Story(
            names,
            _addresses(trace, names),
            drawn,
            made,
            changes,
            first,
            _remarks(trace, late),
            colours,
        )


def _remarks(trace: Trace, late: int) -> tuple[str, ...]:
    """What is missing in a picture, or put right; `late`: how many frames have an earlier time than one before."""
    remarks = []
    if trace.missed:
        remarks.append(f"{trace.missed} frames were missed: this picture is not complete")
    if trace.full:
        remarks.append("the record was full: later frames are not in this picture")
    if late:
        remarks.append(
            say(
                "the times of {n} frames go back: they are drawn in the trace's order, later than that",
                n=late,
            )
        )
    return tuple(remarks)


def _addresses(trace: Trace, names: tuple[str, ...]) -> tuple[str, ...]:
    """The address of each host: of several the one on the trace's segment, or the first."""
    known: dict[str, list[str]] = {}
    for address, name in getattr(trace, "addresses", {}).items():
        known.setdefault(name, []).append(address)
    here: set[str] = set()
    if len(layout := getattr(trace, "layout", {})) == 1:
        (members,) = layout.values()
        here = set.intersection(*({_network(each) for each in known.get(name, ())} for name in members))
    return tuple(
        next((each for each in known.get(name, ()) if _network(each) in here), known.get(name, [""])[0])
        for name in names
    )


def _network(address: str) -> str:
    return address.rpartition(".")[0]


def only(story: Story, numbers: Container[int]) -> Story:
    """The story of the frames with these numbers alone: an end begins in the state that it had before them."""
    first = dict(story.first)
    kept: dict = {}
    changes = []
    for change in story.changes:
        key = change.host, change.flow
        if change.number in numbers:
            changes.append(change)
            kept[key] = first.get(key, "")
        elif key not in kept:
            first[key] = change.state
    arrows = [arrow for arrow in story.arrows if arrow.number in numbers]
    return story._replace(arrows=arrows, changes=changes, first=kept)
