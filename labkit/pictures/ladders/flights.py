"""How arrows fly: their ends on the time axis, those of lost ones too, which never arrived.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from labkit.pictures.ladders.arrows import Arrow


class End(NamedTuple):
    """Where an arrow ends: the host's place, the time, and for a run the time of its last arrival."""

    host: int
    time: int
    last: int


class Flight(NamedTuple):
    """An arrow with its ends; for a lost one, the end that it would have had, and how far it is drawn.

    `missed`: the ends that copies for some of several receivers would have had.
    """

    arrow: Arrow
    ends: tuple[End, ...]
    ended: int
    lost: bool
    reach: float = 1.0
    missed: tuple[End, ...] = ()

    @property
    def times(self) -> list[int]:
        """All times at which it touches a host's line."""
        return [
            self.arrow.departed,
            self.ended,
            *(time for end in (*self.ends, *self.missed) for time in (end.time, end.last)),
        ]


def flights(arrows: list[Arrow], typical_ns: int) -> list[Flight]:
    """The flights of arrows given in order of departure.

    A lost frame is drawn as if it had flown as long as the last one on the same way (so that it stays
    parallel to its neighbours), or as long as is typical.
    """
    known: dict[tuple[int, int], int] = {}
    for arrow in reversed(arrows):
        for tip in arrow.tips:
            known[arrow.source, tip.host] = tip.time - arrow.departed
    followers = _followers(arrows)
    result = []
    for arrow in arrows:
        ends = []
        for tip in arrow.tips:
            known[arrow.source, tip.host] = tip.time - arrow.departed
            last = arrow.last_tip.time if arrow.last_tip is not None else tip.time
            ends.append(End(tip.host, tip.time, last))
        lost = not arrow.tips
        missed: list[End] = []
        for host in arrow.toward if lost else (host for host, _ in arrow.missed):
            time = arrow.departed + known.get((arrow.source, host), typical_ns)
            after = followers.get((arrow.number, host))
            if after is not None and after > arrow.departed:
                time = min(time, after - 1)
            (ends if lost else missed).append(End(host, time, time))
        ended = max(arrow.ended, arrow.departed)
        result.append(Flight(arrow, tuple(ends), ended, lost, 0.6 if lost else 1.0, tuple(missed)))
    return result


def _followers(arrows: list[Arrow]) -> dict[tuple[int, int], int]:
    """{(number of an arrow, host that did not get it): when the next one on the same way arrived}.

    For a wire keeps the order.
    """
    later: dict[tuple[int, int], int] = {}
    found: dict[tuple[int, int], int] = {}
    for arrow in reversed(arrows):
        for host in [host for host, _ in arrow.missed] if arrow.tips else arrow.toward:
            if (arrow.source, host) in later:
                found[arrow.number, host] = later[arrow.source, host]
                later[arrow.source, host] -= 1
        for tip in arrow.tips:
            later[arrow.source, tip.host] = tip.time
    return found
