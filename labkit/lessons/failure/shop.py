"""A shop whose bookings server is a program on a host: it can be killed, and started again with the same book."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from labkit.wire.faults import Drop

if TYPE_CHECKING:
    from labkit.clients import reliable

PORT = 4100
PATIENCE_S = 10.0
LOOK_S = 0.01


class Shop:
    """`with Shop(server) as shop`: the server runs on that host, and its book lies in a directory that ends with it."""

    def __init__(self, host: Any) -> None:
        self.host = host
        self._directory = tempfile.TemporaryDirectory(prefix="labkit-shop-")
        self._book = Path(self._directory.name) / "orders.txt"
        self._program: Any = None

    def open(self) -> None:
        """Start the server, and wait until it listens."""
        line = [sys.executable, "-m", "labkit.servers.bookings", self._book, "--host", self.host.address]
        self._program = self.host.spawn([*map(str, line), "--port", str(PORT)])
        self._program.wait_for("bookings at", PATIENCE_S)

    def kill(self) -> None:
        """kill -9; returns when it has ended."""
        self._program.kill()
        self._program.stop()

    def texts(self) -> list[str]:
        """What stands in the book, in its order."""
        return [line.partition(" ")[2] for line in self._book.read_text(encoding="utf-8").splitlines()]

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._program.stop()
        self._directory.cleanup()


async def trouble(number: int, net: Any, shop: Shop, client: reliable.Client) -> None:
    """What goes wrong while order number 15, 30 and 45 is under way: a kill, a cut cable, lost answers."""
    if number == 15:
        await asyncio.sleep(0)  # the order's own task begins
        shop.kill()
        await asyncio.to_thread(shop.open)
    elif number == 30:
        net.link.cut()
        tries = client.counts["tries"]
        while client.counts["tries"] < tries + 2:  # it has noticed, and calls in vain
            await asyncio.sleep(LOOK_S)
        net.link.mend()
    elif number == 45:
        net.link.faults = [Drop(sender="server", data=(1, 2))]
