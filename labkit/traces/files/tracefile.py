"""Traces in files: what is written beside each frame, and what is made of another program's capture."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from labkit.packets.control import is_echo_request
from labkit.packets.datagram import Datagram
from labkit.packets.frame import Arrival, Frame
from labkit.packets.headers import ARP, address, ethertype, ip_packet
from labkit.traces.files import comments
from labkit.traces.files.capturefile import CaptureFile, Interface, Record, TraceFileError
from labkit.traces.files.linktypes import ETHERNET, NAMES, named, to_ethernet, unknown
from labkit.traces.files.reading import read
from labkit.traces.files.writing import write
from labkit.traces.flows import client_end
from labkit.words import say

if TYPE_CHECKING:
    from labkit.traces.trace import Trace


class Loaded(NamedTuple):
    """What a file holds of a trace: the arguments of `Trace`."""

    frames: list[Frame]
    hosts: list[str]
    addresses: dict[str, str]
    missed: int
    full: bool
    epoch_ns: int
    comments: list[str]
    notes: list[str]
    layout: dict[str, tuple[str, ...]]
    keys: str = ""


def save(trace: Trace, path: str | os.PathLike[str], epoch_ns: int | None = None) -> None:
    """See `Trace.save`."""
    if epoch_ns is None:
        epoch_ns = trace.epoch_ns
    content = write(
        *_contents(trace, epoch_ns),
        names=trace.addresses,
        comments=(
            comments.about_text(
                comments.About(epoch_ns, trace.missed, trace.full, trace.hosts, trace.layout)
            ),
            *trace.comments,
        ),
        keys=trace.keys,
    )
    Path(path).write_bytes(content)


def _contents(trace: Trace, epoch_ns: int) -> tuple[list[Interface], list[Record]]:
    """An interface for each host; where segments have names, one for each segment, as captures of them would have."""
    names: Iterable[str] = trace.layout or trace.hosts
    places = {name: place for place, name in enumerate(names)}
    interfaces = [Interface(ETHERNET, name) for name in places]
    if trace.frames and not interfaces:
        interfaces.append(Interface(ETHERNET))
    records = [
        Record(
            frame.departed_ns + epoch_ns,
            frame.data,
            frame.length,
            places.get(frame.segment if trace.layout else frame.source, 0),
            (comments.frame_text(frame, place), *frame.comments),
        )
        for place, frame in enumerate(trace.frames, 1)
    ]
    return interfaces, records


def load(
    path: str | os.PathLike[str], addresses: dict[str, str] | None = None, partial: bool = False
) -> Loaded:
    """See `Trace.load`."""
    content = read(Path(path).read_bytes(), str(path), partial=partial)
    names = {**content.names, **(addresses or {})}
    full = bool(content.broken)
    told = [comments.about(text) for text in content.comments]
    ours = next((about for about in told if about is not None), None)
    others = [text for text, about in zip(content.comments, told, strict=True) if about is None]
    if ours is not None:
        frames = _own(content, ours)
        if frames is not None:
            hosts = [interface.name for interface in content.interfaces if interface.name]
            if ours.layout:
                hosts = list(ours.hosts)
            broken = ours.full or full
            return Loaded(
                frames,
                hosts,
                names,
                ours.missed,
                broken,
                ours.epoch_ns,
                others,
                [],
                ours.layout or {},
                content.keys,
            )
    frames, notes = _foreign(content, names, str(path))
    return Loaded(frames, [], names, 0, full, 0, others, notes, {}, content.keys)


def _own(content: CaptureFile, about: comments.About) -> list[Frame] | None:
    """Frames as `save` wrote them; None where another program has written over that."""
    frames = []
    for place, record in enumerate(content.records, 1):
        if record.time_ns is None or not record.comments:
            return None
        frame = comments.frame(
            record.comments[0], place, record.time_ns - about.epoch_ns, record.data, record.length
        )
        if frame is None:
            return None
        frames.append(frame._replace(comments=record.comments[1:]) if record.comments[1:] else frame)
    return frames


def _foreign(content: CaptureFile, names: dict[str, str], path: str) -> tuple[list[Frame], list[str]]:
    """Frames of another program's capture, in the file's order, and what is to be said of them.

    Each has one time, and its hosts go by address.
    """
    frames: list[Frame] = []
    left_out: Counter[int] = Counter()
    untimed = back = 0
    now = next((record.time_ns for record in content.records if record.time_ns is not None), 0)
    for record in content.records:
        linktype = content.interfaces[record.interface].linktype
        if linktype not in NAMES:
            left_out[linktype] += 1
            continue
        data, more = to_ethernet(linktype, record.data)
        source, target = _ends(data, record.length + more, names)
        if record.time_ns is None:
            untimed += 1
        else:
            back += record.time_ns < now
            now = record.time_ns
        frames.append(
            Frame(
                len(frames) + 1,
                now,
                source,
                target,
                (Arrival(target, now),),
                "delivered",
                (),
                data,
                record.length + more,
                record.comments,
            )
        )
    if left_out and not frames:
        raise TraceFileError(f"{path}: {unknown(next(iter(left_out)))}")
    return _told_apart(frames), list(_notes(left_out, untimed, back))


def _notes(left_out: Counter[int], untimed: int, back: int) -> Iterator[str]:
    for linktype, count in left_out.items():
        yield say(
            "{count} of link type {number} ({name}) left out: {known} can be read",
            count=_frames(count),
            number=linktype,
            name=named(linktype),
            known=", ".join(map(str, NAMES)),
        )
    if untimed:
        yield say("{count} without a time: each has that of the one before", count=_frames(untimed))
    if back:
        how_often = say("once") if back == 1 else say("{count} times", count=back)
        yield say("the clock goes back {how_often}: frames are in the order of the file", how_often=how_often)


def _frames(count: int) -> str:
    return say("1 frame") if count == 1 else say("{count} frames", count=count)


def _ends(data: bytes, length: int, names: dict[str, str]) -> tuple[str, str]:
    """The names of the hosts that a frame is from and to; "*" for a broadcast or multicast."""
    packet = ip_packet(data, length)
    kind, place = ethertype(data)
    if packet is not None:
        src, dst = address(packet.src), address(packet.dst)
        several = (
            data[0] & 1
            or dst == "255.255.255.255"
            or packet.dst[0] == 255
            or (packet.version == 4 and 224 <= packet.dst[0] < 240)
        )
    elif kind == ARP and len(data) >= place + 28:
        src, dst = address(data[place + 14 : place + 18]), address(data[place + 24 : place + 28])
        several = data[0] & 1
    elif len(data) >= 12:
        src, dst, several = data[6:12].hex(":"), data[0:6].hex(":"), data[0] & 1
    else:
        return "?", "*"
    return names.get(src, src), "*" if several else names.get(dst, dst)


def _told_apart(frames: list[Frame]) -> list[Frame]:
    """On a loopback interface both ends have one address: call them client and server, by their ports."""
    if not any(frame.source == frame.target for frame in frames):
        return frames
    from labkit.packets.dissector import Dissector
    from labkit.packets.segment import Segment

    item = Dissector().item
    items = [item(frame) for frame in frames]
    clients: dict[int, tuple] = {}
    for found in items:
        if type(found) is Segment and ("S" in found.flags or found.flow not in clients):
            clients[found.flow] = client_end([found])
    named = []
    for frame, found in zip(frames, items, strict=True):
        if frame.source == frame.target:
            if type(found) is Segment:
                outward = (found.src, found.sport) == clients[found.flow]
            elif type(found) is Datagram:
                outward = found.sport >= found.dport
            else:
                packet = ip_packet(frame.data, frame.length)  # what asks nothing is an answer or a refusal
                outward = packet is not None and is_echo_request(frame.data, packet)
            source, target = ("client", "server") if outward else ("server", "client")
            frame = frame._replace(
                source=source,
                target=target,
                arrivals=tuple(Arrival(target, time_ns) for _, time_ns in frame.arrivals),
            )
        named.append(frame)
    return named
