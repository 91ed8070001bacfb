"""Build traceroute."""

from __future__ import annotations

from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.wire.faults import Drop

_WAY = {"lan": ["client", "one"], "a": ["one", "two"], "b": ["two", "three"], "wan": ["three", "server"]}
_SECONDS = 12.0  # for a way of which most is silent, with 0.5 s of patience a hop


def _trace_route(tale: Tale, trace_route: Any) -> None:
    net = tale.network(**_WAY)
    near, server = net.one.address, net.server.address

    shown = f'trace_route(client, "{near}", 8)'
    found = tale.call(trace_route, net.client, near, 8, shown=shown)
    tale.expect(
        shown, found, [near], "that router is the first on the way, and says that nobody listens there"
    )

    shown = f'trace_route(client, "{server}", 8)'
    found = tale.call(trace_route, net.client, server, 8, shown=shown)
    way = [near, "10.0.2.2", "10.0.3.2", server]
    tale.expect(
        shown, found, way, "one address for each hop, the server's own at the end, and nothing behind it"
    )

    net.two.link["a"].faults = [
        Drop(icmp="time-exceeded", nth=1)
    ]  # its own: those behind come through it, too
    running = tale.start(trace_route, net.client, server, 8, shown=shown)
    found = running.finish(_SECONDS)
    tale.expect(
        shown,
        found,
        [near, None, "10.0.3.2", server],
        "the second router keeps silent; that is None, and the way goes on behind it",
    )

    net.two.link["a"].faults = [Drop(icmp="time-exceeded", nth=1)]
    net.server.link.cut()
    shown = f'trace_route(client, "{server}", 5)'
    running = tale.start(trace_route, net.client, server, 5, shown=shown)
    found = running.finish(_SECONDS)
    if isinstance(found, list) and found[3:] == ["10.0.3.2"] * 2:
        found = [*found[:3], None, None]  # the last router says by then that the server does not answer
    tale.expect(
        shown,
        found,
        [near, None, "10.0.3.2", None, None],
        "the server's cable is cut; after five hops it is enough",
    )


EXERCISE = Exercise(
    id="trace-route",
    title="Build traceroute",
    story=_trace_route,
    hints=(
        "A datagram with a TTL of 1 dies at the first router, which says so; one with a TTL of 2 at the second. The"
        " server is where the report is another one: there nobody listens at the port.",
        "One `prober(host)` for all. In a loop over 1, 2, 3 …: set IP_TTL, send, and ask `reported(sock, 0.5)`. A"
        " TimeoutError is a hop that keeps silent: note None and go on. End after 'port unreachable'.",
        "for ttl in range(1, most + 1):\n"
        "      sock.setsockopt(IPPROTO_IP, IP_TTL, ttl)\n"
        "      sock.sendto(b'', (address, 33434))\n"
        "      try: who, what = reported(sock, 0.5)\n"
        "      except TimeoutError: who, what = None, ''\n"
        "      way.append(who)\n"
        "      if what == 'port unreachable': break",
    ),
    needs_network=True,
    points=2,
    place=1,
    steps=4,
)
