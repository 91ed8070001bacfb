"""The hosts of a map, and which of their sockets belong together."""

from __future__ import annotations

from typing import NamedTuple

from labkit.sockets.row import Row


class Station(NamedTuple):
    """A host and its sockets at one moment."""

    name: str
    address: str
    number: int  # its place in the order of hosts, from 0, which gives it its colour
    rows: tuple[Row, ...]


# -- the text ----------------------------------------------------------------------------------------------


def peers_of(stations) -> dict[tuple[int, int], tuple[int, int]]:
    """(station, row) of each connected socket whose other end is here too: that end's (station, row)."""
    ends = {}
    for place, station in enumerate(stations):
        for number, row in enumerate(station.rows):
            if row.remote is not None:
                # 127.0.0.1 is another place on each host, unless the host's own address is one like it.
                inward = row.local[0].startswith("127.") or row.local[0] == "::1"
                home = place if inward and row.local[0] != station.address else -1
                ends[row.protocol, row.local, row.remote, home] = (place, number)
    return {
        end: ends[protocol, remote, local, home]
        for (protocol, local, remote, home), end in ends.items()
        if (protocol, remote, local, home) in ends
    }
