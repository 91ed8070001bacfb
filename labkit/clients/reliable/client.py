"""The client: it keeps a connection while there is hope, and says again what has no answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Self

from labkit.clients.reliable.connection import Connection
from labkit.clients.reliable.orders import Order, Orders, Refused
from labkit.clients.reliable.pauses import Pauses
from labkit.framing import FramingError

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class Client:
    """`async with Client(connect) as client: number = await client.book("two tickets")`.

    connect: a coroutine function that gives a reader and a writer, or raises OSError, as asyncio.open_connection does.
    beat_s, misses: after so many seconds of silence it asks for a sign of life; after one silence more than may be
        missed it takes the connection for dead.  A call of connect() may take as long as that.
    pauses: the pauses between tries, and how many.
    counts: booked, refused, gave_up (of orders: together as many as were asked), tries, connected, said, pings.
    """

    def __init__(
        self, connect: Connect, *, beat_s: float = 2.0, misses: int = 2, pauses: Pauses | None = None
    ) -> None:
        if not beat_s > 0 or misses < 0:
            raise ValueError(f"beat_s is above 0, and misses 0 or more (got {beat_s!r}, {misses!r})")
        self.beat_s, self.misses, self.pauses = beat_s, misses, pauses or Pauses()
        self.counts: Counter[str] = Counter()
        self._connect, self._orders = connect, Orders()
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    async def book(self, text: str, *, within_s: float = 30.0, key: str = "") -> int:
        """Book an order, and give its number in the book.

        within_s: seconds for the whole, all tries and pauses in it.
        key: of an order that was given up before; else it gets a new one.
        Raises GaveUp, Refused, and ValueError for a text that is none.
        """
        order = Order(text, key)
        if self._closed or order.key in self._orders:
            why = "the client is closed" if self._closed else f"key {order.key!r} is being booked already"
            raise RuntimeError(why)
        self._orders[order.key] = order
        outcome = "gave_up"
        try:
            if self._task is None or self._task.done():  # the first order, or the first after it gave up
                self._task = asyncio.create_task(self._stay())
                self._task.add_done_callback(self._ended)
            elif self._connection is not None:
                self._say(order)
            late = asyncio.get_running_loop().call_later(
                within_s, order.give_up, f"no answer in {within_s:g} s"
            )
            try:
                number = await order.answer
            finally:
                late.cancel()
            outcome = "booked"
            return number
        except Refused:
            outcome = "refused"
            raise
        finally:
            self.counts[outcome] += 1
            del self._orders[order.key]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closed = True
        for order in self._orders.values():
            order.give_up("the client was closed")
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _say(self, order: Order) -> None:
        assert self._connection is not None
        self.counts["said"] += 1
        order.said = True
        self._connection.say(order.line)

    async def _stay(self) -> None:
        """Connect and converse, and again after a pause, until it was tried often enough."""
        while True:
            try:
                await self._converse()
            except (OSError, FramingError) as error:  # TimeoutError is an OSError, too
                failure = error
            pause = self.pauses.next()
            if pause is None:
                break
            await asyncio.sleep(pause)
        self.pauses.reset()
        for order in self._orders.values():
            order.give_up(f"{self.pauses.tries} tries failed, the last with {failure!r}")

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (
            error := task.exception()
        ):  # no failure of the network's: connect() has a bug
            for order in self._orders.values():
                if not order.answer.done():
                    order.answer.set_exception(error)

    async def _converse(self) -> None:
        """One connection, from its beginning to its end, which is an exception."""
        self.counts["tries"] += 1
        async with asyncio.timeout(self.beat_s * (self.misses + 1)):
            reader, writer = await self._connect()
        self.counts["connected"] += 1
        self._connection = Connection(reader, writer, self.beat_s, self.misses, self.counts)
        try:
            for order in self._orders.values():
                if not order.answer.done():
                    self._say(order)
            while True:
                lines = await self._connection.hear()
                self.pauses.reset()  # it lives.  Not before: there are servers that accept, and hang up
                for line in lines:
                    self._orders.hear(line)
        finally:
            self._connection.close()
            self._connection = None
