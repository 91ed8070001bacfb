"""Traces in files: what is written beside each frame, and what is made of another program's capture."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from labkit.packets.datagram import Datagram
from labkit.packets.frame import Arrival, Frame
from labkit.packets.headers import ARP, address, ethertype, ip_packet
from labkit.traces.files.capturefile import Interface, Record, TraceFileError
from labkit.traces.files.linktypes import ETHERNET, NAMES, to_ethernet, unknown
from labkit.traces.files.reading import read
from labkit.traces.files.writing import write
from labkit.traces.flows import client_end

_ABOUT = re.compile(
    r"A labkit trace\. Times: CLOCK_MONOTONIC \+ (-?\d+) ns\. Frames missed: (\d+)\. "
    r"Record full: (yes|no)\."
)
_HOST = r'([\w.*-](?:[\w.*:-]*[\w.*-])?|"(?:[^"\\]|\\.)*")'
_FATE = re.compile(
    rf'(?:frame (\d+), )?{_HOST} > {_HOST}: ([a-z ]+|"(?:[^"\\]|\\.)*")'
    rf"((?:; {_HOST} after -?\d+\.\d{{6}} ms)*)(?: \((.*)\))?",
    re.DOTALL,
)
_ARRIVAL = re.compile(rf"; {_HOST} after (-?)(\d+)\.(\d{{6}}) ms")
_SINCE_1970 = 10**18  # ns: 31 years after a boot, or before 2001


def since_1970(frames) -> int:
    """What to add to the frames' times to get nanoseconds since 1970: 0 for those that come from a file."""
    monotonic = bool(frames) and frames[0].departed_ns < _SINCE_1970
    return time.time_ns() - time.monotonic_ns() if monotonic else 0


def save(trace, path, epoch_ns: int | None = None) -> None:
    """See `Trace.save`."""
    frames = trace.frames
    if epoch_ns is None:
        epoch_ns = since_1970(frames)
    content = write(
        *_contents(trace, epoch_ns),
        names=trace.addresses,
        comment=(
            f"A labkit trace. Times: CLOCK_MONOTONIC + {epoch_ns} ns. Frames missed: {trace.missed}. "
            f"Record full: {'yes' if trace.full else 'no'}."
        ),
    )
    Path(path).write_bytes(content)


def _contents(trace, epoch_ns: int) -> tuple[list[Interface], list[Record]]:
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
            (describe(frame, place),),
        )
        for place, frame in enumerate(trace.frames, 1)
    ]
    return interfaces, records


def describe(frame: Frame, place: int) -> str:
    """What became of a frame, in words that `_described` reads back."""
    number = "" if frame.number == place else f"frame {frame.number}, "
    arrivals = "".join(
        f"; {_quoted(host)} after {_milliseconds(time_ns - frame.departed_ns)} ms"
        for host, time_ns in frame.arrivals
    )
    fate = frame.fate if re.fullmatch("[a-z ]+", frame.fate) else json.dumps(frame.fate)
    note = f" ({frame.note})" if frame.note else ""
    return f"{number}{_quoted(frame.source)} > {_quoted(frame.target)}: {fate}{arrivals}{note}"


def _quoted(host: str) -> str:
    return host if re.fullmatch(_HOST, host) and host[0] != '"' else json.dumps(host)


def _plain(host: str) -> str:
    return json.loads(host) if host.startswith('"') else host


def _milliseconds(ns: int) -> str:
    return f"{'-' * (ns < 0)}{abs(ns) // 10**6}.{abs(ns) % 10**6:06d}"


def _described(record: Record, place: int, epoch_ns: int) -> Frame | None:
    """The frame that `describe` wrote; None if the comment is another's."""
    found = _FATE.fullmatch(record.comments[0]) if record.comments else None
    if found is None:
        return None
    number, source, target, fate, arrivals, _, note = found.groups()
    departed = record.time_ns - epoch_ns
    return Frame(
        int(number or place),
        departed,
        _plain(source),
        _plain(target),
        tuple(
            Arrival(_plain(host), departed + int(sign + whole + part))
            for host, sign, whole, part in _ARRIVAL.findall(arrivals)
        ),
        _plain(fate),
        note or "",
        record.data,
        record.length,
    )


def load(path, addresses: dict[str, str] | None = None, partial: bool = False):
    """See `Trace.load`."""
    from labkit.traces.trace import Trace

    content = read(Path(path).read_bytes(), str(path), partial=partial)
    names = {**content.names, **(addresses or {})}
    about = _ABOUT.search(content.comment)
    if about is not None:
        epoch_ns, missed, full = int(about[1]), int(about[2]), about[3] == "yes"
        frames = [_described(record, place, epoch_ns) for place, record in enumerate(content.records, 1)]
        if None not in frames:
            hosts = [interface.name for interface in content.interfaces if interface.name]
            return Trace(
                frames, hosts=hosts, addresses=names, missed=missed, full=full or bool(content.broken)
            )
    frames = _foreign(content, names, str(path))
    return Trace(frames, addresses=names, full=bool(content.broken))


def _foreign(content, names: dict[str, str], path: str) -> list[Frame]:
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
                "",
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
                outward = "echo request" in found.summary  # anything else is an answer or a refusal
            source, target = ("client", "server") if outward else ("server", "client")
            frame = frame._replace(
                source=source,
                target=target,
                arrivals=tuple(Arrival(target, time_ns) for _, time_ns in frame.arrivals),
            )
        named.append(frame)
    return named
