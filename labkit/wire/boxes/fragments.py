"""Packets in fragments, as a middle box remembers them: those behind the first have no ports, and go where it has gone.

Source: RFC 4787, REQ-14.  Pure.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from labkit.wire.boxes.packet import Packet

_MOST = 100  # packets that are known


class Fragments:
    """What a box has decided of each packet by its first fragment: of the newest hundred."""

    def __init__(self) -> None:
        self._decided: dict[tuple[bytes, bytes, int, int], bytes] = {}  # the oldest first

    def remember(self, packet: Packet, decided: bytes = b"") -> None:
        """That this was decided of the packet, if it is in fragments: the address that it gets, where it gets one."""
        if packet.fragment is not None:
            self._decided[packet.src, packet.dst, packet.protocol, packet.fragment[1]] = decided
            if len(self._decided) > _MOST:
                del self._decided[next(iter(self._decided))]

    def of(self, packet: Packet) -> bytes | None:
        """What was decided of the packet that this is a fragment of; None: nothing that is known."""
        if packet.fragment is None:
            return None
        return self._decided.get((packet.src, packet.dst, packet.protocol, packet.fragment[1]))
