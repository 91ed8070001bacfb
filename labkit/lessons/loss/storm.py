"""Many callers who ask one server at once, and what becomes of its answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from time import monotonic_ns
from typing import TYPE_CHECKING, Any, NamedTuple

from labkit.packets.frame import IN_FLIGHT
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host

PORT = 9000
ANSWER = 1200  # bytes


class Storm(NamedTuple):
    """What became of it; times are milliseconds since the callers began, each list in order.

    carried   when each answer came out of the line, at the callers' host
    served    when each caller had its answer
    callers   how many there were
    lost      datagrams that the network lost
    """

    carried: list[float]
    served: list[float]
    callers: int
    lost: int

    def counts(self) -> dict[str, tuple[list[float], list[int]]]:
        """What a plot takes: {what: (milliseconds, how many by then)}, both as long as anything came."""
        end = max([0.0, *self.carried, *self.served])
        told = {
            say("answers that the line carried"): self.carried,
            say("callers with an answer"): self.served,
        }
        return {
            name: ([0.0, *times, end], [*range(len(times) + 1), len(times)]) for name, times in told.items()
        }


def storm(net: Any, fetch: Callable[[Host, bytes], Any], callers: int = 40) -> Storm:
    """So many callers run `fetch(net.client, request)` at the same time; net.server answers every request at once.

    fetch   returns an answer, or raises TimeoutError when it gives up

    Raises whatever else a fetch raises.
    """
    served: list[float] = []
    all_here = threading.Barrier(
        callers + 1
    )  # on a busy machine forty threads begin over a longer time than a caller waits

    def call(number: int) -> None:
        all_here.wait(30)
        try:
            fetch(net.client, number.to_bytes(4, "big"))
        except TimeoutError:
            return  # it has given up, and is counted by not being in the list
        served.append(monotonic_ns())

    answering = net.server.background(_answer, net.server)
    try:
        with net.capture(snap=80) as trace:
            calls = [net.client.background(call, number) for number in range(callers)]
            all_here.wait(30)
            begun = monotonic_ns()
            for each in calls:
                each.result(timeout=30)
    finally:
        answering.stop()
    carried = [
        item.arrived_ns for item in trace.datagrams if item.sport == PORT and item.arrived_ns is not None
    ]
    lost = [item for item in trace.datagrams if not item.delivered and item.frame.fate != IN_FLIGHT]
    return Storm(_since(begun, carried), _since(begun, served), callers, len(lost))


def _answer(host: Host) -> None:
    with host.socket(type=socket.SOCK_DGRAM) as sock:
        sock.bind((host.address, PORT))
        while True:
            request, sender = sock.recvfrom(100)
            sock.sendto(request.ljust(ANSWER), sender)


def _since(begun: int, times: list[Any]) -> list[float]:
    return [(time - begun) / 1e6 for time in sorted(times)]
