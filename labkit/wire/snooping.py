"""IGMP snooping: the switch reads who joins which group, and sends a group's frames to its members only.

A switch knows what has reached it: `learn` is told of a frame at the end of its cable, `receivers` is asked when
one sets out. Memberships do not grow old here, because the lab has no querier to renew them; a real switch
forgets a member that no query renews. Sources of a group are not told apart: a host that wants any is a member.
Source: RFC 4541 section 2.1 (what a snooping switch forwards where), RFC 2236 and 9776 (the messages).
"""

from __future__ import annotations

from struct import unpack_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from labkit.wire.station import Station

_QUERY, _V1_REPORT, _V2_REPORT, _V2_LEAVE, _V3_REPORT = 0x11, 0x12, 0x16, 0x17, 0x22
_TO_INCLUDE = (1, 3)  # modes of a group record that name the sources wanted: without any, a leave
_ALL_BUT = (2, 4)  # modes that name the sources not wanted: a join, whatever they name
_ALLOW = 5


class Snooping:
    """Who is a member of what."""

    def __init__(self) -> None:
        self._members: dict[bytes, set[Station]] = {}  # by group, 4 bytes
        self._routers: set[Station] = set()  # those that have asked who is a member

    def receivers(self, frame: bytes, others: Sequence[Station]) -> list[Station]:
        """Those of `others` (stations) that a frame with a multicast MAC goes to, in their order.

        All of them for what is no IPv4 multicast, for 224.0.0.x and for queries; the routers for a report of
        version 1 or 2, since a member that hears it would keep silent itself; else members and routers. A
        report of version 3 silences nobody: it goes to all, so that a trace shows it on every cable.
        """
        if not _is_ipv4_multicast(frame):
            return list(others)
        kind = _kind(_igmp(frame))
        if kind in (_V1_REPORT, _V2_REPORT):
            return [other for other in others if other in self._routers]
        group = frame[30:34]
        if kind in (_QUERY, _V2_LEAVE, _V3_REPORT) or group[:3] == b"\xe0\x00\x00":
            return list(others)
        wanted = self._members.get(group, set()) | self._routers
        return [other for other in others if other in wanted]

    def learn(self, frame: bytes, source: Station) -> None:
        """Take note of what a frame of the station `source` says of its memberships, if it is about any."""
        body = _igmp(frame) if _is_ipv4_multicast(frame) else b""
        kind, group = _kind(body), body[4:8]
        if kind == _QUERY:
            self._routers.add(source)
        elif kind in (_V1_REPORT, _V2_REPORT):
            self._note(group, source, True)
        elif kind == _V2_LEAVE:
            self._note(group, source, False)
        elif kind == _V3_REPORT:
            self._learn_records(body, source)

    def _learn_records(self, body: bytes, source: Station) -> None:
        (count,) = unpack_from("!H", body, 6)
        place = 8
        for _ in range(count):
            if len(body) < place + 8:
                return
            mode, extra, sources = unpack_from("!BBH", body, place)
            group = body[place + 4 : place + 8]
            if mode in _ALL_BUT or (sources and mode in (*_TO_INCLUDE, _ALLOW)):
                self._note(group, source, True)
            elif mode in _TO_INCLUDE:
                self._note(group, source, False)
            place += 8 + 4 * (sources + extra)

    def _note(self, group: bytes, station: Station, member: bool) -> None:
        stations = self._members.setdefault(group, set())
        if member:
            stations.add(station)
        else:
            stations.discard(station)


def _is_ipv4_multicast(frame: bytes) -> bool:
    return frame[:3] == b"\x01\x00\x5e" and frame[12:14] == b"\x08\x00" and len(frame) >= 34


def _igmp(frame: bytes) -> bytes:
    """The IGMP message in an IPv4 frame; nothing where there is none."""
    return frame[14 + (frame[14] & 15) * 4 :] if frame[23] == 2 else b""


def _kind(message: bytes) -> int | None:
    """The type of an IGMP message; None for one that is cut short."""
    return message[0] if len(message) >= 8 else None
