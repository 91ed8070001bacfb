"""What is said beside the picture: times on the axis, tips of arrows, the description.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.packets.frame import on_the_way

if TYPE_CHECKING:
    from labkit.pictures.ladders.story import Story

DESCRIBED = 40
"""How many arrows a description tells one by one."""


def tick_texts(flights: list, typical_ns: int, story: Story) -> list[tuple[int, str]]:
    """(time, text) of departures and then arrivals, in milliseconds."""
    if not flights:
        return []
    start = story.counted_from(flights[0].arrow.departed)
    span = max(max(flight.times) for flight in flights) - start
    digits = 1 if span < 1_000_000_000 and typical_ns < 200_000_000 else 0
    digits = 3 if typical_ns < 200_000 else digits
    times = [flight.arrow.departed for flight in flights]
    times += [end.time for flight in flights if not flight.lost for end in flight.ends]
    return [
        (time, f"{(time - start) / 1e6:,.{digits}f}" if time != start else "0 ms")
        for time in dict.fromkeys(times)
    ]


def tip(arrow, names: tuple[str, ...], start: int) -> tuple[str, str]:
    """What is said when one points at an arrow, in two lines; times in milliseconds from `start`."""

    def ms(time):
        return f"{(time - start) / 1e6:,.3f} ms"

    to = ", ".join(f"{names[end.host]} at {ms(end.time)}" for end in arrow.tips)
    what = arrow.words + (f" ({arrow.fate.words})" if arrow.fate else "")
    what += "".join(f" ({on_the_way(why.words, names[host])})" for host, why in arrow.missed)
    number = f"frame {arrow.number}" if arrow.count == 1 else f"{arrow.count} frames from {arrow.number}"
    return f"{number}: {what}", f"{names[arrow.source]} at {ms(arrow.departed)}" + (f" → {to}" if to else "")


def description(arrows: list, names: tuple[str, ...]) -> str:
    """The picture in one sentence, arrow by arrow."""
    said = []
    for arrow in arrows[:DESCRIBED]:
        hosts = dict.fromkeys([end.host for end in arrow.tips] or arrow.toward)
        to = " and ".join(names[host] for host in hosts)
        fate = f", {arrow.fate.words}" if arrow.fate else ""
        fate += "".join(f", {on_the_way(why.words, names[host])}" for host, why in arrow.missed)
        said.append(f"{names[arrow.source]} to {to or ('nobody' if fate else 'all')}: {arrow.words}{fate}")
    if len(arrows) > DESCRIBED:
        said.append(f"and {len(arrows) - DESCRIBED} more")
    return "; ".join(said) or "no frames"
