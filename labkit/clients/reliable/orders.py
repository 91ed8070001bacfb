"""What has no answer yet: orders, each under its key; and the ways in which one ends.  Opens no socket."""

from __future__ import annotations

import asyncio
import uuid

LONGEST = 1000  # bytes of a line: a longer one would end the connection, and with it all others', each time it is said


class Refused(Exception):
    """The server does not book this order, and would not if it were asked again; the text is its reason."""


class GaveUp(Exception):
    """There was no answer.

    key: of the order.  said: was it sent, now or perhaps with this key before?  If not, it is not booked.
    """

    def __init__(self, why: str, key: str, said: bool) -> None:
        then = f"nobody knows whether it is booked; key={key!r} books it once" if said else "it is not booked"
        super().__init__(f"{why}: {then}")
        self.key, self.said = key, said


class Order:
    """One order: the line that asks for it, and its answer to come."""

    def __init__(self, text: str, key: str = "") -> None:
        self.key = key or uuid.uuid4().hex
        self.line = f"BOOK {self.key} {text}"
        if not text.strip() or not self.line.isprintable():
            raise ValueError(f"an order is printable text, without a newline (got {text!r})")
        if " " in self.key:
            raise ValueError(f"a key has no space in it (got {key!r})")
        if (size := len(self.line.encode())) > LONGEST:
            raise ValueError(f"an order's line is {LONGEST} bytes at most (got {size})")
        self.said = bool(key)  # was it ever written to a connection?  With a key of before, perhaps it was
        self.answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def give_up(self, why: str) -> None:
        """End it without an answer."""
        if not self.answer.done():
            self.answer.set_exception(GaveUp(why, self.key, self.said))


class Orders(dict[str, Order]):
    """Those that wait for an answer, by key, in the order in which they came."""

    def hear(self, line: str) -> None:
        """What the server says.  An answer that comes twice, or too late, is nobody's any more, and does no harm.

        Raises ConnectionError for what is no answer: who has lost the thread begins a new connection.
        """
        verb, _, rest = line.partition(" ")
        key, _, told = rest.partition(" ")
        order = self.get(key)
        if verb == "BOOKED" and told.isascii() and told.isdigit():
            if order is not None and not order.answer.done():
                order.answer.set_result(int(told))
        elif verb == "NO":
            if order is not None and not order.answer.done():
                order.answer.set_exception(Refused(told))
        else:
            raise ConnectionError(f"the server said {line[:80]!r}, which is no answer")
