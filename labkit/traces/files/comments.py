"""What stands beside each frame in a file, and in a recording: written and read back by the same templates.  Pure.

A format, though people can read it (Wireshark shows it as the packet's comment): the same in every language, so that
what one wrote the other can read.  The words that a notebook shows are `Frame.note` and `Frame.why`.
"""

from __future__ import annotations

import ast
import json
import re
from string import Formatter
from typing import Any, NamedTuple

from labkit.packets.frame import Arrival, Frame, Hit
from labkit.wire.fault import Fault
from labkit.wire.faults import Blackhole, Corrupt, Delay, Drop, Duplicate, Reorder, Rewrite

_ABOUT = (
    "A labkit trace. Times: CLOCK_MONOTONIC + {epoch_ns} ns. Frames missed: {missed}. Record full: {full}."
)
_FRAME = "{number}{source} > {target}{on}: {fate}{arrivals}{struck}"
_NUMBER = "frame {place}, "  # where it is not its place in the file
_ON = " on {segment}"  # where segments have names
_ARRIVAL = "; {host} after {ms} ms"
_STRUCK = " ({hits})"
_HIT = "{effect} by {fault}{copy}"
_COPY = " on the way to {receiver}"
_NEXT_HIT = "; "
_UNKNOWN = "a fault"
_YES, _NO = "yes", "no"
_LAYOUT = " Hosts and segments: {json}"


def _pattern(template: str, **parts: str) -> str:
    """The regular expression of what a template writes: each value is a group of its name."""
    return "".join(
        re.escape(text) + (f"(?P<{name}>{parts[name]})" if name else "")
        for text, name, _, _ in Formatter().parse(template)
    )


_QUOTED = r'"(?:[^"\\]|\\.)*"'
_PLAIN_HOST = r"[\w.*-](?:[\w.*:-]*[\w.*-])?"
_PLAIN_FATE = "[a-z ]+"
_HOST = f"{_PLAIN_HOST}|{_QUOTED}"
_STRING = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_INSIDE = rf"[^()'\"]|{_STRING}"
_CALL = rf"[A-Za-z]+\((?:{_INSIDE}|\((?:{_INSIDE})*\))*\)"

_READ_ABOUT = re.compile(_pattern(_ABOUT, epoch_ns=r"-?\d+", missed=r"\d+", full=f"{_YES}|{_NO}"))
_READ_ARRIVAL = re.compile(_pattern(_ARRIVAL, host=_HOST, ms=r"-?\d+\.\d{6}"))
_READ_FRAME = re.compile(
    _pattern(
        _FRAME,
        number="(?:" + _pattern(_NUMBER, place=r"\d+") + ")?",
        source=_HOST,
        target=_HOST,
        on="(?:" + _pattern(_ON, segment=_HOST) + ")?",
        fate=f"{_PLAIN_FATE}|{_QUOTED}",
        arrivals=f"(?:{_READ_ARRIVAL.pattern})*",
        struck="(?:" + _pattern(_STRUCK, hits=".*") + ")?",
    ),
    re.DOTALL,
)
_READ_HIT = re.compile(
    _pattern(
        _HIT,
        effect=_PLAIN_FATE,
        fault=f"{_CALL}|{_UNKNOWN}",
        copy="(?:" + _pattern(_COPY, receiver=_HOST) + ")?",
    ),
    re.DOTALL,
)
_KINDS: dict[str, type[Fault]] = {
    kind.__name__: kind for kind in (Drop, Blackhole, Delay, Duplicate, Reorder, Corrupt, Rewrite)
}


class About(NamedTuple):
    """What the file as a whole says: see `Trace`; `epoch_ns` was added to its times.

    Where segments have names, the file's interfaces are these, and hosts stand here.
    """

    epoch_ns: int
    missed: int
    full: bool
    hosts: tuple[str, ...] = ()
    layout: dict[str, tuple[str, ...]] | None = None


def about_text(about: About) -> str:
    """The file's own comment."""
    said = _ABOUT.format(epoch_ns=about.epoch_ns, missed=about.missed, full=_YES if about.full else _NO)
    return said + _LAYOUT.format(json=json.dumps([about.hosts, about.layout])) if about.layout else said


def about(text: str) -> About | None:
    """What `about_text` wrote, wherever in the text it stands; None if the file is another program's."""
    found = _READ_ABOUT.search(text)
    if found is None:
        return None
    said = About(int(found["epoch_ns"]), int(found["missed"]), found["full"] == _YES)
    layout = re.compile(_pattern(_LAYOUT, json=".*"), re.DOTALL).match(text, found.end())
    if layout is None:
        return said
    try:
        (hosts, segments), _ = json.JSONDecoder().raw_decode(layout["json"])
        return said._replace(
            hosts=tuple(hosts), layout={name: tuple(members) for name, members in segments.items()}
        )
    except (ValueError, TypeError, AttributeError):  # another program has written over it
        return said


def frame_text(frame: Frame, place: int) -> str:
    """What became of a frame that is the file's `place`-th."""
    return _FRAME.format(
        number="" if frame.number == place else _NUMBER.format(place=frame.number),
        source=_quoted(frame.source, _PLAIN_HOST),
        target=_quoted(frame.target, _PLAIN_HOST),
        on=_ON.format(segment=_quoted(frame.segment, _PLAIN_HOST)) if frame.segment else "",
        fate=_quoted(frame.fate, _PLAIN_FATE),
        arrivals="".join(
            _ARRIVAL.format(host=_quoted(host, _PLAIN_HOST), ms=_milliseconds(time_ns - frame.departed_ns))
            for host, time_ns in frame.arrivals
        ),
        struck=_STRUCK.format(hits=hits_text(frame.hits)) if frame.hits else "",
    )


def frame(text: str, place: int, departed_ns: int, data: bytes, length: int) -> Frame | None:
    """The frame of which `frame_text` wrote; None if the comment is another's."""
    found = _READ_FRAME.fullmatch(text)
    if found is None:
        return None
    try:
        struck = hits(found["hits"] or "")
    except ValueError:
        return None
    return Frame(
        int(found["place"] or place),
        departed_ns,
        _plain(found["source"]),
        _plain(found["target"]),
        tuple(
            Arrival(_plain(each["host"]), departed_ns + int(each["ms"].replace(".", "")))
            for each in _READ_ARRIVAL.finditer(found["arrivals"])
        ),
        _plain(found["fate"]),
        struck,
        data,
        length,
        segment=_plain(found["segment"] or ""),
    )


def hits_text(hits: tuple[Hit, ...]) -> str:
    """A frame's hits: "dropped by Drop(data=3)"; "" for none."""
    return _NEXT_HIT.join(
        _HIT.format(
            effect=hit.effect,
            fault=_UNKNOWN if hit.fault is None else repr(hit.fault),
            copy="" if hit.receiver is None else _COPY.format(receiver=_quoted(hit.receiver, _PLAIN_HOST)),
        )
        for hit in hits
    )


def hits(text: str) -> tuple[Hit, ...]:
    """The hits of which `hits_text` wrote.  Raises ValueError for another text."""
    found, rest = [], _NEXT_HIT + text if text else ""
    while rest:
        hit = _READ_HIT.match(rest, len(_NEXT_HIT))
        if hit is None or not rest.startswith(_NEXT_HIT):
            raise ValueError(f"{text!r} does not say what faults did to a frame; it fails at {rest!r}")
        receiver = hit["receiver"] and _plain(hit["receiver"])
        found.append(Hit(hit["effect"], _fault(hit["fault"]), receiver))
        rest = rest[hit.end() :]
    return tuple(found)


def _fault(text: str) -> Fault | None:
    """The fault that its repr names; None for one of a kind that is not known.  Raises ValueError for no fault."""
    name, bracket, _ = text.partition("(")
    if not bracket or name not in _KINDS:
        return None
    try:
        call = ast.parse(text, mode="eval").body
        if not isinstance(call, ast.Call):
            raise SyntaxError("it is no call")
        given: dict[str, Any] = {str(keyword.arg): _argument(keyword.value) for keyword in call.keywords}
        return _KINDS[name](**given)
    except (SyntaxError, TypeError) as error:
        raise ValueError(f"{text!r} is no fault: {error}") from error


def _argument(value: ast.expr) -> object:
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "range":
        return range(*map(ast.literal_eval, value.args))
    return ast.literal_eval(value)


def _quoted(text: str, plain: str) -> str:
    return text if re.fullmatch(plain, text) else json.dumps(text)


def _plain(text: str) -> str:
    return json.loads(text) if text.startswith('"') else text


def _milliseconds(ns: int) -> str:
    return f"{'-' * (ns < 0)}{abs(ns) // 10**6}.{abs(ns) % 10**6:06d}"
