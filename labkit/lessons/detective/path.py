"""A long path on which a packet gets lost, and what a look at one segment of it tells."""

from __future__ import annotations

from random import Random
from socket import SOCK_DGRAM
from typing import Any

from labkit.network.network import Network
from labkit.words import say

LONG = 8
PORT = 9


class Path:
    """Eight segments and seven routers from the client to the server, of which one, perhaps, does not forward.

    seed      which one; 1 to LONG, by chance
    segments  their names, from the client's to the server's
    looks     how often somebody looked
    """

    def __init__(self, seed: int) -> None:
        self.segments = tuple(f"s{number}" for number in range(1, LONG + 1))
        self.looks = 0
        hosts = ["client", *(f"r{number}" for number in range(1, LONG)), "server"]
        ways: dict[str, Any] = {
            name: list(hosts[place : place + 2]) for place, name in enumerate(self.segments)
        }
        last = int(Random(seed).random() * LONG)  # where the packet is seen last, from 0
        with Network(**ways) as net:
            if last < LONG - 1:
                net[f"r{last + 1}"].sysctl("net.ipv4.ip_forward", 0)
            with net.capture() as trace, net["client"].socket(type=SOCK_DGRAM) as sock:
                sock.sendto(b"where am I?", (net["server"].address, PORT))
                trace.wait_for(lambda: trace.on(self.segments[last]).datagrams)
        self._trace = trace

    def seen(self, segment: str) -> bool:
        """Was the packet seen on this segment?  Somebody goes there to look, and that is counted."""
        if segment not in self.segments:
            raise ValueError(
                say("the segments are {all} (got {segment!r})", all=", ".join(self.segments), segment=segment)
            )
        self.looks += 1
        return bool(self._trace.on(segment).datagrams)


def fewest(places: int) -> int:
    """How many looks tell so many places apart, at worst, if each halves what is left?"""
    return 0 if places < 2 else 1 + fewest(places - places // 2)
