"""What the ladder player draws, as plain data for its script: views, fields of frames, ends of connections.  Pure.

A view is one ladder: everything, one connection, or one host's part.  Its times are nanoseconds since `start`, the
first departure of the whole trace; its y are the layout's own, so that a cursor goes where the picture says.
"""

from __future__ import annotations

from base64 import b64encode
from bisect import bisect_left

from labkit.drawing.shapes import Group, Words
from labkit.drawing.svg import element
from labkit.panels.player.ends import Ends, Timed
from labkit.panels.player.fields import fields
from labkit.panels.player.moments import moments, ways
from labkit.pictures.ladders.captions import tip
from labkit.pictures.ladders.story import Stories, Story, only
from labkit.pictures.ladders.timed import Laid, laid

MOST = 400
"""Arrows of a ladder that the player draws; more are neither read nor drawn fast."""

HOSTS = 12
"""Hosts of a network of which each has a view of its own."""


def payload(
    trace,
    hosts=None,
    flow=None,
    calls: bool = True,
    states: bool = True,
    fold=None,
    only: int | None = None,
    around: int = 0,
) -> dict:
    """All that the player shows of a trace, ready for JSON; arguments as in `labkit.ladder`.

    only    how many arrows: those nearest to the frame numbered `around` (0: the first ones), and a remark says so
    Raises OverflowError, which holds their number, for more than `MOST` arrows.
    """
    stories = Stories(trace, hosts, calls, states)
    whole = stories.tell(flow)
    every = {arrow.number for arrow in whole.arrows}
    shortened = only is not None and only < len(every)
    if only is not None and shortened:
        ordered = sorted(every)
        first = min(max(0, bisect_left(ordered, around) - only // 2), len(ordered) - only)
        every = set(ordered[first : first + only])
        remark = f"frames {first + 1:,} to {first + only:,} of {len(whole.arrows):,} are shown"
        begun = min(arrow.departed for arrow in whole.arrows)
        whole = _part(whole, every)._replace(remarks=(*whole.remarks, remark), origin=begun)
    fold = len(whole.arrows) > MOST if fold is None else fold
    start = whole.counted_from(min((arrow.departed for arrow in whole.arrows), default=0))
    found = [_view(whole, "all", "everything", fold, start, 0)]
    found[0]["part"] = shortened
    conversations = {each.number: each for each in trace.flows()}
    drawn = dict.fromkeys(arrow.flow[0] for arrow in whole.arrows if arrow.flow and arrow.flow[0])
    if len(drawn) == 1 and not any(arrow.flow == () or not arrow.flow[0] for arrow in whole.arrows):
        found[0]["flow"] = next(iter(drawn))
    else:
        for number in drawn:
            story = _part(stories.tell(number), every)._replace(origin=whole.origin)
            name = _name(conversations[number])
            found.append(_view(story, f"flow{number}", name, fold, start, number))
    if 2 < len(whole.names) <= HOSTS:
        for host, name in enumerate(whole.names):
            part = _part(whole, {arrow.number for arrow in whole.arrows if _concerns(arrow, host)}, host)
            if part.arrows:
                found.append(_view(part, f"host{host}", f"what {name} sends and receives", fold, start, 0))
    shown = {frame["number"] for view in found for frame in view["frames"]}
    both = Ends(stories, _calls(stories.calls, found[0].pop("timed")))
    for view in found[1:]:
        view.pop("timed")
    return {
        "views": found,
        "hosts": [
            {"name": name, "address": address, "colour": colour % 6}
            for name, address, colour in zip(whole.names, whole.addresses, whole.colours, strict=True)
        ],
        "frames": {item.frame.number: detail(item) for item in trace.items if item.frame.number in shown},
        "ends": {
            number: [_end(end, start, whole) for end in both.of(conversations[number])] for number in drawn
        },
    }


def _name(flow) -> str:
    (_, client), (_, server) = flow.client_address, flow.server_address
    return f"connection {flow.number}: {flow.client} :{client} → {flow.server} :{server}"


def _concerns(arrow, host: int) -> bool:
    """Did a host send it, receive it, or should it have got it?"""
    received = (*(tip.host for tip in arrow.tips), *arrow.toward, *(place for place, _ in arrow.missed))
    return host in (arrow.source, *received)


def _part(story: Story, numbers: set[int], host: int | None = None) -> Story:
    """Only the frames of these numbers, with the calls that sent or awaited them, and all calls of a host."""
    if host is None and all(arrow.number in numbers for arrow in story.arrows):
        return story
    acts = [act for act in story.acts if act.host == host or numbers & {act.cause, act.release}]
    return only(story, numbers)._replace(acts=acts)


def _view(story: Story, key: str, label: str, fold: bool, start: int, flow: int) -> dict:
    picture = laid(story, fold=fold, most=MOST)
    shapes = picture.picture.shapes
    groups = [shape for shape in shapes if isinstance(shape, Group)]
    first = next((place for place, shape in enumerate(shapes) if isinstance(shape, Group)), len(shapes))
    plain = [(place, shape) for place, shape in enumerate(shapes) if not isinstance(shape, Group)]
    heads = {id(shape) for _, shape in plain if isinstance(shape, Words) and shape.y < picture.top}
    axis = picture.axis
    origin = story.counted_from(picture.flights[0].arrow.departed if picture.flights else 0)
    return {
        "key": key,
        "label": label,
        "flow": flow,
        "title": picture.picture.title,
        "width": round(picture.picture.width),
        "height": round(picture.picture.height),
        "top": picture.top,
        "digits": _digits(picture),
        "head": "".join(element(shape) for _, shape in plain if id(shape) in heads),
        "back": "".join(_placed(shape) for place, shape in plain if place < first and id(shape) not in heads),
        "front": "".join(
            _placed(shape) for place, shape in plain if place > first and id(shape) not in heads
        ),
        "frames": [
            {
                "number": flight.arrow.number,
                "count": flight.arrow.count,
                "members": list(flight.arrow.members),
                "flow": flight.arrow.flow[0] if flight.arrow.flow else 0,
                "colour": story.colours[flight.arrow.source] % 6,
                "tip": ", ".join(tip(flight.arrow, story.names, origin)),
                "svg": "".join(map(element, group.shapes)),
                "ways": ways(flight, lines),
            }
            for group, flight, lines in zip(groups, picture.flights, picture.lines, strict=True)
        ],
        "times": [time - start for time in axis.times],
        "places": [round(y, 2) for y in axis.places],
        "folds": [[round(part.top, 2), round(part.bottom, 2)] for part in axis.folds],
        "moments": [[m.time_ns - start, round(m.y, 2), m.words, m.frame] for m in moments(story, picture)],
        "timed": picture.calls,
    }


def _placed(shape) -> str:
    """A shape as SVG; a text says at which y its time is, so that it keeps its distance when time is stretched."""
    drawn = element(shape)
    if isinstance(shape, Words) and shape.at is not None:
        return drawn.replace("<text", f'<text data-at="{shape.at:.1f}"', 1)
    return drawn


def _digits(picture: Laid) -> int:
    """How many decimals of a millisecond tell one flight's begin from its end."""
    spans = [end.time - flight.arrow.departed for flight in picture.flights for end in flight.ends]
    typical = sorted(spans)[len(spans) // 2] if spans else 10_000_000
    return 1 if typical >= 2_000_000 else 3


def _calls(calls, drawn) -> list[Timed]:
    """The calls, each at the time at which it is drawn, or at its own."""
    times = {acts[0].call: (begin, end) for acts, begin, end in drawn if len(acts) == 1}
    return [Timed(call, *times.get(call, (call.begin_ns, call.end_ns))) for call in calls]


def detail(item) -> dict:
    """What the player says of one frame: its fields and its bytes, ready for JSON."""
    frame = item.frame
    return {
        "rows": [list(field) for field in fields(item)],
        "bytes": b64encode(frame.data).decode(),
        "length": frame.length,
    }


def _end(end, start: int, story: Story) -> dict:
    colour = story.colours[story.names.index(end.host)] % 6 if end.host in story.names else 0
    return {
        "host": end.host,
        "colour": colour,
        "address": f"{end.local[0]}:{end.local[1]}"
        if ":" not in end.local[0]
        else f"[{end.local[0]}]:{end.local[1]}",
        "known": end.known,
        "steps": [[step.time_ns - start, *step[1:]] for step in end.steps],
    }
