"""A hundred clients whose server was away, and when each of them comes back: computed, and on the wire."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush
from typing import Any

PORT = 8080
QUEUE = 10  # listen(QUEUE): so many, and one more, wait in the kernel
WORK_S = 0.004  # of the server, for each that comes back: a login, say
AWAY_S = 0.5
PATIENCE_S = 0.3  # of a client that waits for it
LONGEST_S = 30.0


def computed(
    pause: Callable[[int, int], float], clients: int = 100, away_s: float = AWAY_S
) -> tuple[list[float], list[int]]:
    """When the clients call, by computation: no clock, no network, and each call arrives at once.

    The moments of all calls in s, and who was turned away by the server that was back, in their order.
    """
    coming = [(0.0, client, 0) for client in range(clients)]  # when, who, failures so far
    calls, away, free_s = [], [], away_s
    while coming:
        now, client, failures = heappop(coming)
        calls.append(now)
        is_back = now >= away_s
        if is_back and free_s - now < (QUEUE + 0.5) * WORK_S:  # half: sums of floats are not exact
            free_s = max(now, free_s) + WORK_S  # it is let in
            continue
        if is_back:
            away.append(client)
        wait = pause(client, failures) + (PATIENCE_S if is_back else 0)  # before, it was refused at once
        heappush(coming, (now + wait, client, failures + 1))
    return calls, away


async def _client(host: Any, address: str, pause: Callable[[int], float], calls: list[float]) -> None:
    """Call until the server has answered."""
    loop, tries = asyncio.get_running_loop(), 0
    while True:
        with host.socket() as sock:
            sock.setblocking(False)
            calls.append(time.monotonic())
            with contextlib.suppress(OSError):  # refused, reset, and TimeoutError
                async with asyncio.timeout(PATIENCE_S):
                    await loop.sock_connect(sock, (address, PORT))
                    if await loop.sock_recv(sock, 1):
                        return
        await asyncio.sleep(pause(tries))
        tries += 1


def _serve(listener: socket.socket) -> None:
    """Serve one after the other, until the listener is shut down."""
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            return
        time.sleep(WORK_S)  # its work
        with conn, contextlib.suppress(OSError):
            conn.sendall(b".")


def come_back(
    net: Any, pause: Callable[[int, int], float], clients: int = 100, away_s: float = AWAY_S
) -> list[float]:
    """When the clients called the server, in seconds since it went away; it comes back after away_s.

    net: of two hosts, the clients' and the server's.
    pause: (which client, how many failures) to seconds.
    Returns when all have been served.  Raises TimeoutError if that takes more than 30 s.
    """
    host, server = net.hosts
    calls: list[float] = []

    async def all_of_them() -> None:
        async with asyncio.timeout(LONGEST_S):
            async with asyncio.TaskGroup() as tasks:
                for number in range(clients):
                    tasks.create_task(_client(host, server.address, partial(pause, number), calls))

    with server.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((server.address, PORT))  # and does not listen: who calls is refused
        began = time.monotonic()
        crowd = host.background(all_of_them)
        crowd.come(lambda: time.monotonic() >= began + away_s, away_s + 1)
        listener.listen(QUEUE)
        serving = server.background(_serve, listener)
        crowd.result(LONGEST_S + 5)
        listener.shutdown(socket.SHUT_RDWR)
        serving.result()
    return [call - began for call in calls]
