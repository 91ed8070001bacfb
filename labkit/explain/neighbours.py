"""What ARP tells: addresses that nobody has, and addresses that two have (RFC 826, RFC 5227).  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.explain.gathered import Gathered
from labkit.packets.headers import ARP, IPV4, address, ethertype

if TYPE_CHECKING:
    from labkit.packets.frame import Frame
    from labkit.traces.trace import Trace

_PATIENCE_NS = 900_000_000  # a kernel asks once a second
_AGAIN_NS = 3_000_000_000  # within which it has asked again, if nobody answered


def neighbours(trace: Trace, wire: bool, gathered: Gathered) -> None:
    """Which addresses were asked for in vain, and which are used twice?

    wire   is it a trace of our own wire, which has every answer?
    """
    asked: dict[str, list[Frame]] = {}
    owners: dict[str, dict[str, int]] = {}  # of each address: who says that it is theirs, and in which frame
    for frame in trace.frames:
        if frame.data[12:13] != b"\x08" and frame.data[12:13] not in (b"\x81", b"\x88", b"\x91"):
            continue
        if frame.data[12:14] == b"\x08\x00":
            continue
        kind, place = ethertype(frame.data)
        if kind == ARP:
            _note(frame, place, asked, owners)
    if not wire:
        asked = _would_show(trace, asked)
    last = max((frame.departed_ns for frame in trace.frames), default=0)
    for wanted, frames in asked.items():
        if len(frames) > 1 or (frames and last - frames[0].departed_ns >= _PATIENCE_NS):
            gathered.found(
                "arp-unanswered",
                [frame.number for frame in frames],
                who=frames[0].source,
                address=wanted,
                count=len(frames),
                cost_ns=max(0, frames[-1].departed_ns - frames[0].departed_ns),
            )
    for wanted, claims in owners.items():
        if len(claims) > 1:
            one, two = list(claims)[:2]
            gathered.found("address-twice", list(claims.values()), address=wanted, one=one, two=two)


def _would_show(trace: Trace, asked: dict[str, list[Frame]]) -> dict[str, list[Frame]]:
    """The questions whose answers would be in this capture, and of hosts that do not show by what they send.

    All on the network hear a question, and only the asker its answer: what goes to the asker must be captured here,
    or the asker have asked again a second later, as no kernel does that was answered.
    """
    if not asked:
        return {}
    heard, sending = set(), set()
    for frame in trace.frames:
        heard.add(frame.data[:6])
        kind, place = ethertype(frame.data)
        if kind == IPV4 and len(frame.data) >= place + 16:
            sending.add(frame.data[place + 12 : place + 16])
    silent = asked.keys() - {address(each) for each in sending}
    shown = {
        wanted: [frame for frame in frames if frame.data[6:12] in heard or _was_repeated(frame, frames)]
        for wanted, frames in asked.items()
        if wanted in silent
    }
    return {wanted: frames for wanted, frames in shown.items() if frames}


def _was_repeated(question: Frame, frames: list[Frame]) -> bool:
    """Did who asked it ask the same a second before or after?"""
    return any(
        other.data[6:12] == question.data[6:12]
        and _PATIENCE_NS <= abs(other.departed_ns - question.departed_ns) <= _AGAIN_NS
        for other in frames
    )


def _note(frame: Frame, place: int, asked: dict[str, list[Frame]], owners: dict[str, dict[str, int]]) -> None:
    """Note a question, or that its address is somebody's: an answer, or a question of its own, says so."""
    data = frame.data
    if len(data) < place + 28 or data[place + 4 : place + 6] != b"\x06\x04":
        return
    operation, sender, wanted = data[place + 7], data[place + 14 : place + 18], data[place + 24 : place + 28]
    if any(sender):
        asked.pop(address(sender), None)
        owners.setdefault(address(sender), {}).setdefault(data[place + 8 : place + 14].hex(":"), frame.number)
    if operation == 1 and sender != wanted and any(sender):
        asked.setdefault(address(wanted), []).append(frame)
