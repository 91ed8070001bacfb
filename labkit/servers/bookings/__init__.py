"""A server that books orders, each once: the other half of `labkit.clients.reliable`, where the protocol stands.

    python -m labkit.servers.bookings orders.txt

An order gets its number only when it stands in the book, and the book is on the disk.  Its key stands there with it,
in the same line: there is no moment in which one is known and the other is not.  So this server needs no goodbye; it
can be killed at any moment, and who has no answer says the order again.

The files: `book` (orders and their keys, in a file), `server`.
"""

from labkit.servers.bookings.book import Book, Refused
from labkit.servers.bookings.server import Server

__all__ = ["Book", "Refused", "Server"]
