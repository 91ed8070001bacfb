"""Link conditions as the learner sets them: `net.link.delay_ms = 20`, `host.link.cut()`.

A link's conditions act on the frames that its host sends, as netem(8) does on an interface; `cut` stops both
directions. So with `delay_ms=10` everywhere every one-way delay is 10 ms and every round trip 20 ms. A packet that is
forwarded meets those of each segment that it crosses.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterable, Mapping, Sequence

from labkit.network.conditions import CONDITIONS, DEFAULTS, Value, agreed, checked
from labkit.network.core import Cable, ConditionsOf, Core, Place
from labkit.running.forks import anew
from labkit.wire.fault import Fault
from labkit.words import say

_changing = threading.RLock()
"""One thread at a time changes cables: else a `cut()` here and a `mend()` there could leave some of them cut."""


@anew
def _free() -> None:
    global _changing
    _changing = threading.RLock()


class FaultNeverMatched(UserWarning):
    """A scripted fault hit no frame while it was set, so what was seen proves nothing about it."""


def check_faults(faults: Iterable[Fault], names: Sequence[str]) -> list[Fault]:
    """The faults as a list, if they are faults and name hosts of this network."""
    if isinstance(faults, Fault):
        raise TypeError(f"faults is a list of faults (got {faults!r}); write faults=[{faults!r}]")
    faults = list(faults)
    for fault in faults:
        if not isinstance(fault, Fault):
            raise TypeError(
                "a fault is Drop, Blackhole, Delay, Duplicate, Reorder, Corrupt or Rewrite "
                f"(got {fault!r}); write faults=[Drop(data=3)]"
            )
        for name in (fault.sender, fault.to):
            if name is not None and name not in names:
                raise ValueError(f"{fault!r} names the host {name!r}; this network has {', '.join(names)}")
    return faults


class _Conditions:
    """The conditions that the links of one host and of the whole network share, to be read and set as attributes."""

    delay_ms = CONDITIONS["delay_ms"]
    jitter_ms = CONDITIONS["jitter_ms"]
    rate_mbit = CONDITIONS["rate_mbit"]
    queue_packets = CONDITIONS["queue_packets"]
    loss = CONDITIONS["loss"]
    burst = CONDITIONS["burst"]
    faults: list[Fault]

    def _get(self, name: str) -> Value:
        raise NotImplementedError

    def _set(self, **conditions: Value) -> None:
        raise NotImplementedError

    def set(self, **conditions: Value) -> None:
        """Change several conditions in one step: `net.link.set(delay_ms=20, rate_mbit=10)`.

        Raises TypeError and ValueError for values that there are not, and for a loss and a burst that do not go
        together: burst is 1, or at least loss / (1 - loss).
        """
        self._set(**checked(conditions))

    def cut(self) -> None:
        """Cut the cable: frames in either direction are lost until `mend()`."""
        self._set(cut=True)

    def mend(self) -> None:
        """Join a cut cable again."""
        self._set(cut=False)

    @property
    def is_cut(self) -> bool:
        """Is it cut now?"""
        return bool(self._get("cut"))

    def _words(self) -> str:
        parts = [f"{name}={self._get(name)!r}" for name in CONDITIONS if self._get(name) != DEFAULTS[name]]
        parts += [f"faults={self.faults!r}"] if self.faults else []
        return ", ".join(parts + (["cut"] if self.is_cut else [])) or "no delay, no loss, no limit"


class _Faults:
    """The faults of one link or of several: set them, and hear of those that never hit."""

    def __init__(self, core: Core, place: Place) -> None:
        self._core, self._place = core, place
        self._faults: list[Fault] = []

    @property
    def faults(self) -> list[Fault]:
        """The scripted faults. Assign a new list to replace them; counting then starts anew."""
        return list(self._faults)

    @faults.setter
    def faults(self, faults: Iterable[Fault]) -> None:
        self._set_faults(faults)

    def _set_faults(self, faults: Iterable[Fault], stacklevel: int = 4) -> None:
        faults = check_faults(faults, self._core.names)
        with _changing:
            self.warn_of_unmatched(stacklevel)
            self._core.cables.set_faults(self._place, faults)
            self._faults = faults

    def warn_of_unmatched(self, stacklevel: int = 3) -> None:
        """Warn of each fault that has hit nothing since it was set."""
        if not self._faults:
            return
        for fault, (matched, hit) in zip(
            self._faults, self._core.cables.fault_counts(self._place), strict=True
        ):
            if not hit:
                seen = (
                    say("no frame matched it")
                    if not matched
                    else say("only 1 frame matched the rest of it")
                    if matched == 1
                    else say("only {n} frames matched the rest of it", n=matched)
                )
                warnings.warn(
                    say(
                        "{fault!r} never hit anything: {seen}. Whatever was seen, it was not this fault's doing.",
                        fault=fault,
                        seen=seen,
                    ),
                    FaultNeverMatched,
                    stacklevel=stacklevel,
                )


class Link(_Faults, _Conditions):
    """The cable of one host, or of one interface of a host that has several."""

    def __init__(self, core: Core, cable: Cable, place: Place, conditions: Mapping[str, Value]) -> None:
        super().__init__(core, place)
        self.cable = cable
        self._conditions = conditions

    @property
    def name(self) -> str:
        """Whose it is: "client", "router on wan"."""
        host, segment = self.cable
        return say("{host} on {segment}", host=host, segment=segment) if len(self._place or ()) > 2 else host

    def __getitem__(self, segment: str) -> Link:
        return _on(segment, [self])

    def _get(self, name: str) -> Value:
        return self._conditions[name]

    def _set(self, **conditions: Value) -> None:
        with _changing:
            changed = self._with(conditions)
            self._core.cables.set_conditions(self.cable, changed)
            self._conditions = changed

    def _with(self, conditions: Mapping[str, Value]) -> dict[str, Value]:
        """All its conditions, with these.  Raises ValueError for those that do not go together."""
        changed = {**self._conditions, **conditions}
        agreed(changed, self.name)
        return changed

    def __repr__(self) -> str:
        return f"<Link of {self.name}: {self._words()}>"


class Links(_Faults, _Conditions):
    """Several cables: those of a network, of a segment, of a host; setting a condition sets it everywhere.

    name    whose they are, in words
    """

    def __init__(self, core: Core, place: Place, links: Sequence[Link], name: str) -> None:
        super().__init__(core, place)
        self._links, self.name = links, name

    def __getitem__(self, segment: str) -> Link:
        """Of a host: the cable of its interface on a segment."""
        if self._place is None or self._place[0] != "host":
            raise TypeError(say("a host's link has one for each segment, as in net.router.link['wan']"))
        return _on(segment, self._links)

    def _get(self, name: str) -> Value:
        values = {link._get(name) for link in self._links}
        if len(values) == 1:
            return values.pop()
        if name == "cut":
            return False
        each = ", ".join(f"{link.name} {link._get(name)}" for link in self._links)
        raise ValueError(f"the hosts' links differ in {name} ({each}); ask one, as in host.link.{name}")

    def _set(self, **conditions: Value) -> None:
        with _changing:
            if not conditions.keys().isdisjoint(("loss", "burst")):
                for link in self._links:  # before any has them: those of others may be others
                    link._with(conditions)
            for link in self._links:
                link._set(**conditions)

    def words(self) -> str:
        """The conditions, in words; those of each host where they differ."""
        try:
            return self._words()
        except ValueError:
            return "; ".join(f"{link.name}: {link._words()}" for link in self._links)

    def __repr__(self) -> str:
        return f"<Link of {self.name}: {self.words()}>"


def _on(segment: str, links: Sequence[Link]) -> Link:
    for link in links:
        if link.cable[1] == segment:
            return link
    host, known = links[0].cable[0], ", ".join(repr(link.cable[1]) for link in links)
    raise KeyError(
        say(
            "{host} is not on a segment {segment!r}; it is on {known}",
            host=host,
            segment=segment,
            known=known,
        )
    )


def link_of(core: Core, host: str, conditions: ConditionsOf) -> Link | Links:
    """The cable of a host, or those of one with several interfaces."""
    cables, place = [(host, each.segment) for each in core.interfaces(host)], ("host", host)
    if len(cables) == 1:
        return Link(core, cables[0], place, conditions(cables[0]))
    links = [Link(core, cable, ("cable", *cable), conditions(cable)) for cable in cables]
    return Links(core, place, links, host)


def each_of(link: Link | Links) -> list[Link]:
    """The single cables of a host's link."""
    return list(link._links) if isinstance(link, Links) else [link]
