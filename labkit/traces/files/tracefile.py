"""Traces in files: what is written beside each frame, and what is made of another program's capture."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from labkit.packets.control import is_echo_request
from labkit.packets.datagram import Datagram
from labkit.packets.frame import Arrival, Frame
from labkit.packets.headers import ARP, address, ethertype, ip_packet
from labkit.traces.clock import since_1970
from labkit.traces.files import comments
from labkit.traces.files.capturefile import CaptureFile, Interface, Record, TraceFileError
from labkit.traces.files.linktypes import ETHERNET, NAMES, to_ethernet, unknown
from labkit.traces.files.reading import read
from labkit.traces.files.writing import write
from labkit.traces.flows import client_end

if TYPE_CHECKING:
    from labkit.traces.trace import Trace


class Loaded(NamedTuple):
    """What a file holds of a trace: the arguments of `Trace`."""

    frames: list[Frame]
    hosts: list[str]
    addresses: dict[str, str]
    missed: int
    full: bool


def save(trace: Trace, path: str | os.PathLike[str], epoch_ns: int | None = None) -> None:
    """See `Trace.save`."""
    frames = trace.frames
    if epoch_ns is None:
        epoch_ns = since_1970(frames)
    content = write(
        *_contents(trace, epoch_ns),
        names=trace.addresses,
        comment=comments.about_text(comments.About(epoch_ns, trace.missed, trace.full)),
    )
    Path(path).write_bytes(content)


def _contents(trace: Trace, epoch_ns: int) -> tuple[list[Interface], list[Record]]:
    places = {host: place for place, host in enumerate(trace.hosts)}
    interfaces = [Interface(ETHERNET, host) for host in places]
    if trace.frames and not interfaces:
        interfaces.append(Interface(ETHERNET))
    records = [
        Record(
            frame.departed_ns + epoch_ns,
            frame.data,
            frame.length,
            places.get(frame.source, 0),
            (comments.frame_text(frame, place),),
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
    ours = comments.about(content.comment)
    if ours is not None:
        frames = [
            comments.frame(
                record.comments[0] if record.comments else "",
                place,
                record.time_ns - ours.epoch_ns,
                record.data,
                record.length,
            )
            for place, record in enumerate(content.records, 1)
        ]
        whole = [frame for frame in frames if frame is not None]
        if len(whole) == len(frames):
            hosts = [interface.name for interface in content.interfaces if interface.name]
            return Loaded(whole, hosts, names, ours.missed, ours.full or bool(content.broken))
    return Loaded(_foreign(content, names, str(path)), [], names, 0, bool(content.broken))


def _foreign(content: CaptureFile, names: dict[str, str], path: str) -> list[Frame]:
    """Frames of another program's capture: each has one time, and its hosts go by address."""
    frames = []
    records = sorted(content.records, key=lambda record: record.time_ns)
    for number, record in enumerate(records, 1):
        linktype = content.interfaces[record.interface].linktype
        if linktype not in NAMES:
            raise TraceFileError(f"{path}: {unknown(linktype)}")
        data, more = to_ethernet(linktype, record.data)
        source, target = _ends(data, record.length + more, names)
        frames.append(
            Frame(
                number,
                record.time_ns,
                source,
                target,
                (Arrival(target, record.time_ns),),
                "delivered",
                (),
                data,
                record.length + more,
            )
        )
    return _told_apart(frames)


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
