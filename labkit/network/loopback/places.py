"""Whose a frame on the loopback interface is, and for whom."""

from __future__ import annotations

import socket
from collections.abc import Callable

Places = Callable[[bytes], tuple[int, int] | None]
"""Whose a frame is, and for whom: the numbers of the hosts; None for what is not between two of them."""


def by_address(addresses: tuple[str, ...]) -> Places:
    """Whose a frame is, by its IPv4 addresses; what a host says to itself never reaches a cable."""
    index = {socket.inet_aton(address): number for number, address in enumerate(addresses)}

    def places(frame: bytes) -> tuple[int, int] | None:
        source, target = index.get(bytes(frame[26:30])), index.get(bytes(frame[30:34]))
        return None if source is None or target is None or source == target else (source, target)

    return places


def by_port(ports: dict[tuple[int, int], int]) -> Places:
    """Whose a frame is, by the ports of the hosts' sockets."""

    def places(frame: bytes) -> tuple[int, int] | None:
        if frame[12:14] != b"\x08\x00" or len(frame) < 34:
            return None
        protocol, start = frame[23], 14 + (frame[14] & 15) * 4
        source = ports.get((protocol, int.from_bytes(frame[start : start + 2], "big")))
        target = ports.get((protocol, int.from_bytes(frame[start + 2 : start + 4], "big")))
        return None if source is None or target is None or source == target else (source, target)

    return places
