"""What is amiss with the capture itself, and checksums, which tell of both.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from labkit.explain.gathered import Gathered
from labkit.packets.headers import TCP, UDP, Packet, ip_packet
from labkit.traces.setbacks import setbacks

if TYPE_CHECKING:
    from labkit.packets.frame import Frame
    from labkit.traces.trace import Trace

_TWICE_NS = 1_000_000
_LOOK = 200  # frames: where none of the first is there twice, none is
_SHARE = 0.4  # of all frames that are in the capture twice, from which on it is the capture's doing


class Marred(NamedTuple):
    """Frames by what is wrong with them: numbers, by sender where that matters."""

    cut: list[int]
    twice: list[int]
    wrong: dict[str, list[int]]  # checksums that no card would leave so
    later: dict[str, list[int]]  # checksums that a card fills in


def captured_twice(trace: Trace) -> list[int]:
    """Numbers of frames that are in the capture a second time, where that is so of nearly all."""
    some = _twice(trace.frames[:_LOOK])
    if len(some) < max(3, _SHARE * min(len(trace.frames), _LOOK)):
        return []
    return some if len(trace.frames) <= _LOOK else _twice(trace.frames)


def without(trace: Trace, numbers: list[int]) -> Trace:
    """The same without these frames; the others keep their numbers."""
    left_out = set(numbers)
    frames = (frame for frame in trace.frames if frame.number not in left_out)
    return type(trace)(frames, hosts=trace.hosts, addresses=trace.addresses, calls=trace.calls)


def _twice(frames: Sequence[Frame]) -> list[int]:
    before: dict[bytes, int] = {}
    found = []
    for frame in frames:
        packet = frame.data[14:]
        at = before.get(packet)
        if at is not None and packet and 0 <= frame.departed_ns - at <= _TWICE_NS:
            found.append(frame.number)
            del before[packet]
        else:
            before[packet] = frame.departed_ns
        if len(before) > 1000:
            del before[next(iter(before))]
    return found


def capturing(trace: Trace, wire: bool, marred: Marred, twice: list[int], gathered: Gathered) -> None:
    """What is to be known of the capture, before one believes it."""
    if marred.cut:
        gathered.found("cut-frames", marred.cut, count=len(marred.cut))
    if twice:
        gathered.found("captured-twice", twice, count=len(twice))
    for kind, by_host in (("checksum-wrong", marred.wrong), ("checksum-later", marred.later)):
        for who, numbers in by_host.items():
            gathered.found(kind, numbers, who=who, count=len(numbers))
    if wire:
        return
    behind = setbacks(trace.segments)
    if behind:
        last = 0
        jumps = [number for number in behind if number - 1 not in behind]
        last = max(behind.values())
        gathered.found("clock-back", jumps, count=len(jumps), most_ns=last)
    large: dict[str, list[tuple[int, int]]] = {}
    for segment in trace.segments:
        if segment.frame.length > 1518 and segment.length > 1460:
            large.setdefault(segment.source, []).append((segment.number, segment.length))
    for who, found in large.items():
        numbers = [number for number, _ in found]
        most = max(size for _, size in found)
        gathered.found("offloaded", numbers, who=who, count=len(found), size=most)


def marred_frames(trace: Trace, wire: bool) -> Marred:
    """Which frames are cut, and which have wrong checksums?"""
    marred = Marred([], [], {}, {})
    for frame in trace.frames:
        if frame.hits and any(hit.effect == "corrupted" for hit in frame.hits):
            marred.wrong.setdefault(frame.source, []).append(frame.number)
        elif len(frame.data) < frame.length:
            marred.cut.append(frame.number)
        elif not wire:
            _check(frame, marred)
    return marred


def _check(frame: Frame, marred: Marred) -> None:
    """Is the checksum of what it carries right?"""
    data = frame.data
    if data[12:15] == b"\x08\x00\x45" and data[23:24] == b"\x06" and data[20:22] in (b"\x40\0", b"\0\0"):
        end = 14 + (data[16] << 8 | data[17])  # the common case, at fixed places
        if not 54 <= end <= len(data):
            return
        body, header, place = data[34:end], data[26:34] + b"\0\x06" + (end - 34).to_bytes(2), 16
    else:
        packet = ip_packet(data, frame.length)
        if packet is None or packet.fragment or packet.protocol not in (TCP, UDP) or packet.end > len(data):
            return
        body = data[packet.start : packet.end]
        header, place = _pseudo_header(packet, len(body)), 16 if packet.protocol == TCP else 6
        if packet.protocol == UDP and body[6:8] == b"\0\0":
            return
    if len(body) < place + 2:
        return
    padded = body if len(body) % 2 == 0 else body + b"\0"
    if (int.from_bytes(header + padded) % 0xFFFF) == 0:
        return
    written = int.from_bytes(body[place : place + 2])
    # A card gets the sum of the pseudo-header, and adds the rest (Linux: CHECKSUM_PARTIAL); others write 0.
    partial = written == 0 or (written - int.from_bytes(header)) % 0xFFFF == 0
    group = marred.later if partial else marred.wrong
    group.setdefault(frame.source, []).append(frame.number)


def _pseudo_header(packet: Packet, length: int) -> bytes:
    """What the checksum is made over besides (RFC 9293 section 3.1, RFC 8200 section 8.1)."""
    if packet.version == 4:
        return packet.src + packet.dst + bytes([0, packet.protocol]) + length.to_bytes(2)
    return packet.src + packet.dst + length.to_bytes(4) + bytes([0, 0, 0, packet.protocol])
