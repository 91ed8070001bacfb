"""Who gets a frame: a switch that learns where each MAC address is, or a hub, which does not."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from labkit.wire.snooping import Snooping
    from labkit.wire.station import Station


class Switch:
    """Joins stations, which are one segment. A frame for an address that it knows goes there, any other to all but its
    sender.

    As a `hub` it gives every frame to all. With `snooping` an IPv4 multicast goes to those that want it.
    """

    def __init__(self, hub: bool = False, snooping: Snooping | None = None) -> None:
        self.hub = hub
        self.stations: list[Station] = []
        self.table: dict[bytes, Station] = {}  # where each MAC address is
        self._snooping = snooping

    def add(self, station: Station) -> None:
        """Join a station; where its own address is, is known from the beginning."""
        self.stations.append(station)
        self.table[station.mac] = station

    def receivers(self, frame: bytes, source: Station) -> list[Station]:
        """Those that a frame from `source` goes to, whose sender's address is learned from it."""
        sender = frame[6:12]
        if not sender[0] & 1:
            self.table[sender] = source
        target = None if self.hub else self.table.get(frame[:6])
        if target is not None:
            return [target] if target is not source else []
        receivers = [other for other in self.stations if other is not source]
        if self._snooping and frame[0] & 1:
            return self._snooping.receivers(frame, receivers)
        return receivers

    def crossed(self, frame: bytes, source: Station) -> None:
        """A frame of `source` has come through its cable: what it says of groups is heard now."""
        if self._snooping:
            self._snooping.learn(frame, source)
