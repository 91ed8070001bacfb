"""What the notebook asks of middle boxes: verbs, each with the wire and the station at whose port they stand.

Addresses are bytes, times seconds; tables are plain values, None where there is no such box.
"""

from __future__ import annotations

from time import monotonic_ns

from labkit.wire.boxes.boxed import Boxed
from labkit.wire.boxes.firewall import Firewall
from labkit.wire.boxes.nat import Nat
from labkit.wire.boxes.packet import NAMES
from labkit.wire.boxes.rules import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from labkit.wire.boxes.boxed import Box
    from labkit.wire.boxes.rules import RuleMessage
    from labkit.wire.loop import Wire
    from labkit.wire.station import Station

    # protocol, the ends of a connection as a box sees them, state, idle for so many s
    Row = tuple[str, list[tuple[bytes, int]], str, float]


def nat(
    wire: Wire,
    station: Station,
    outer: bytes,
    inside: list[tuple[int, int]],
    idle_s: float | None,
    reject: bool,
) -> None:
    """Put a NAT there: see `boxes.nat.Nat`."""
    _put(wire, station, "nat", Nat(outer, inside, idle_s, reject))


def firewall(
    wire: Wire,
    station: Station,
    allow: list[RuleMessage],
    reject: bool,
    stateful: bool,
    idle_s: float | None,
    own: list[tuple[int, bytes]],
) -> None:
    """Put a firewall there: see `boxes.firewall.Firewall`."""
    rules = [Rule(each) for each in allow]
    _put(wire, station, "firewall", Firewall(rules, reject, stateful, idle_s, dict(own)))


def remove(wire: Wire, station: Station, kind: str) -> None:
    """Take away a "nat" or a "firewall", with all that it remembers."""
    boxed = wire.boxed.get(station)
    if boxed is not None and boxed.boxes.pop(kind, None) is not None and not boxed.boxes:
        station.port, station.translates = boxed.port, None
        del wire.boxed[station]


def table(wire: Wire, station: Station, kind: str) -> list[Row] | None:
    """The connections that a box remembers, the oldest first."""
    boxed = wire.boxed.get(station)
    box = boxed and boxed.boxes.get(kind)
    if not box:
        return None
    return [
        (NAMES.get(protocol, str(protocol)), list(ends), state, idle / 1e9)
        for protocol, ends, state, idle in box.rows(monotonic_ns())
    ]


def forget(wire: Wire, station: Station) -> bool:
    """Let all boxes there forget all connections; returns whether there are any boxes."""
    boxed = wire.boxed.get(station)
    for box in boxed.boxes.values() if boxed else ():
        box.forget()
    return boxed is not None


def _put(wire: Wire, station: Station, kind: str, box: Box) -> None:
    boxed = wire.boxed.get(station)
    if boxed is None:
        station.port = boxed = wire.boxed[station] = Boxed(station.port, station.mac, monotonic_ns)
        station.translates = boxed.translates
    boxed.put(kind, box)


VERBS: dict[str, Callable[..., Any]] = {
    "nat": nat,
    "firewall": firewall,
    "remove": remove,
    "table": table,
    "forget": forget,
}
