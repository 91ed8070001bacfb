"""A dashboard of a monitored server: its numbers, drawn while it works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from labkit.drawing.tables import aligned
from labkit.lessons.running.figures import dashboard_png
from labkit.panels import live_plot

if TYPE_CHECKING:
    from labkit.network.network import Network
    from labkit.servers import monitored


class Numbers(NamedTuple):
    """A server's statistics at one moment."""

    connections: int
    active: int
    requests: int
    answered: int
    refused: int
    limited: int
    failed: int
    lost: int
    errors: int
    bytes_in: int
    bytes_out: int
    latencies: monitored.Latencies


SHOWN = (
    ("connections", "active", "bytes_in", "bytes_out"),
    ("requests", "answered", "refused", "limited"),
    ("failed", "lost"),
)
"""A row of the dashboard's text each."""


def numbers(statistics: monitored.Statistics) -> Numbers:
    """What has been counted so far."""
    ends = statistics.outcomes
    return Numbers(
        connections=statistics.connections,
        active=statistics.active,
        requests=statistics.requests,
        answered=ends["answered"],
        refused=ends["refused"],
        limited=ends["limited"],
        failed=ends["failed"],
        lost=ends["lost"],
        errors=statistics.errors,
        bytes_in=statistics.bytes_in,
        bytes_out=statistics.bytes_out,
        latencies=statistics.latencies.copy(),
    )


def words(seen: Numbers) -> str:
    """The numbers that are no times: the same in each run."""
    rows = []
    for names in SHOWN:
        rows += [list(names), [f"{getattr(seen, name):,}" for name in names]]
    wide = max(map(len, rows))
    return "\n".join(aligned([row + [""] * (wide - len(row)) for row in rows], range(wide)))


def dashboard(net: Network, statistics: monitored.Statistics) -> Any:
    """Show a server's statistics: requests a second, and p50 and p99, for the last minute; its counts as text."""

    def sample() -> Any:
        return numbers(statistics)

    return live_plot(net, sample, dashboard_png, words)
