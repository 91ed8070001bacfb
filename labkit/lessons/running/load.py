"""Load: so many clients at once, each of which asks in its way and measures."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from labkit.lessons.running.serving import PORT, serving
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.network import Network
    from labkit.servers import monitored

PATIENCE_S = 20.0
TRIES = 3
MORE = 1.8  # times as much is more: four times as many clients came, and a busy machine is late

Asks = Callable[[asyncio.StreamReader, asyncio.StreamWriter, float], Awaitable[list[float]]]


class Load(NamedTuple):
    """What clients have measured.

    times     seconds from each question to its answer, in the order of the answers of each client; one at least
    seconds   from the first question to the last answer
    """

    times: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    @property
    def mean(self) -> float:
        """Seconds, on average."""
        return sum(self.times) / len(self.times)

    def percentile(self, share: float) -> float:
        """This share of the answers took at most so many seconds."""
        return sorted(self.times)[math.ceil(share * len(self.times)) - 1]


def load(net: Network, service: monitored.Server, asks: Asks, clients: int = 1, seconds: float = 0.5) -> Load:
    """Let so many clients on the host ada ask this server, on the host server, each on a connection of its own.

    asks   asks(reader, writer, ends): asks until time.monotonic() is `ends`, and returns the seconds of each answer

    They ask once more where nobody was answered: this machine may have stood still all the time.  Raises TimeoutError
    where nobody is answered then, either.
    """
    with serving(net["server"], service):
        host = net["ada"]
        for _ in range(TRIES):
            measured: Load = host.background(_crowd, host, asks, clients, seconds).result(timeout=PATIENCE_S)
            if measured.times:
                return measured
    raise TimeoutError(
        say(
            "nobody was answered within {seconds} s: ask for longer, or take a quicker server",
            seconds=seconds,
        )
    )


def compared(few: Load, many: Load) -> str:
    """What more clients get, in words."""
    answers, times = many.rate / few.rate, many.mean / few.mean
    if answers > MORE:
        return "more answers, as quickly"
    return "as many answers, later" if answers > 1 / MORE and times > MORE else "fewer answers, and errors"


def slow(measured: Load, seconds: float = 0.4) -> str:
    """How many answers took longer, in words."""
    found = sum(each > seconds for each in measured.times)
    return "1" if found == 1 else "more than 50" if found > 50 else "about 10"


async def _crowd(host: Any, asks: Asks, clients: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    streams = []
    try:
        for _ in range(clients):
            sock = host.socket()
            sock.setblocking(False)
            try:
                await loop.sock_connect(sock, ("server", PORT))
                streams.append(await asyncio.open_connection(sock=sock))
            except BaseException:
                sock.close()
                raise
        begun = time.monotonic()
        found = await asyncio.gather(*(asks(*both, begun + seconds) for both in streams))
        return Load([each for times in found for each in times], time.monotonic() - begun)
    finally:
        for _, writer in streams:
            writer.close()
