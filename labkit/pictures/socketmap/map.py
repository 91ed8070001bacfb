"""`socket_map(net)`: who listens and who is connected to whom, drawn from the hosts' socket tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from labkit.drawing.drawn import Drawn
from labkit.drawing.shapes import Picture
from labkit.drawing.tables import aligned
from labkit.packets.addresses import format_address
from labkit.pictures.socketmap.picture import picture_of
from labkit.pictures.socketmap.stations import Station, peers_of
from labkit.sockets.at_rest import tables_at_rest
from labkit.sockets.rows import note_of, state_of
from labkit.traces.choosing import named
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.network.network import Network


class SocketMap(Drawn):
    """The sockets of several hosts at one moment, each connected one joined to its peer.

    Its `repr` is the text form: a line for each socket, with both ends of its connection.  Made by
    `socket_map`.
    """

    kind, means = "socketmap", "map of sockets"

    def __init__(self, stations: tuple[Station, ...], title: str = "") -> None:
        self._stations, self._title = tuple(stations), title

    @cached_property
    def text(self) -> str:
        """The map as lines of text: each host, its sockets, and whose the other ends are."""
        return "\n".join([*([self._title, ""] if self._title else []), *_lines(self._stations)])

    @cached_property
    def _picture(self) -> Picture:
        return picture_of(self._stations, self._title, self.text)


def socket_map(
    net: Network, *, hosts: Iterable[str | Host] | None = None, port: int | None = None, title: str = ""
) -> SocketMap:
    """Draw the sockets of a network's hosts as they are now.

    It waits until what is on the wire has arrived and is acknowledged (1 s at most), and reads the tables one
    right after the other.

    hosts  the hosts to draw, or their names (default: all of the network)
    port   draw only sockets that have this port at either end
    title  a line above it

    Raises KeyError for a host that the network does not have, ValueError for no host at all, TypeError for what
    is not a network.
    """
    if not hasattr(net, "hosts"):
        raise TypeError(f"socket_map draws a network (got {type(net).__name__}); write socket_map(net)")
    chosen = net.hosts if hosts is None else [net[named(host)] for host in hosts]
    if not chosen:
        raise ValueError("hosts names at least one host to draw (got none); leave it out to draw them all")
    stations = [
        Station(host.name, host.address, host.number - 1, tuple(table.find(port=port)))
        for host, table in zip(chosen, tables_at_rest(chosen), strict=True)
    ]
    return SocketMap(tuple(stations), title)


def _lines(stations: Sequence[Station]) -> list[str]:
    peers = peers_of(stations)
    cells: list[tuple[str, ...]] = []
    for place, station in enumerate(stations):
        for number, row in enumerate(station.rows):
            peer = peers.get((place, number))
            far = "" if row.remote is None else f"{'↔' if peer else '→'} {format_address(row.remote)}"
            whose = stations[peer[0]].name if peer else ""
            cells.append((format_address(row.local), state_of(row), far, whose, note_of(row)))
    drawn = iter(aligned(cells))
    lines = []
    for station in stations:
        name, address = station.name, station.address
        lines.append(
            f"{name} {address}"
            if station.rows
            else say("{name} {address}: no sockets", name=name, address=address)
        )
        lines += [f"  {line}" for line in islice(drawn, len(station.rows))]
    return lines
