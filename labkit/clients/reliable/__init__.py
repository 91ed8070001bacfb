"""A client that survives failure: it books orders with a server that may refuse, reset, fall silent or be restarted.

    python -m labkit.servers.bookings orders.txt                  the server, which keeps its book in a file
    python -m labkit.clients.reliable < lines.txt                 books each line, and prints its number

**The protocol.**  A message is a line in UTF-8, of 1,000 bytes at most.

    the client says          the server says
    BOOK key text            BOOKED key number: it stands in the book, at this place
                             NO key reason: it does not, and asking again would not help
    PING                     PONG

**What is promised.**  `book()` gives a number: the order stands in the book, once, however often it was said.  Or it
raises Refused: it does not stand there.  Or it raises GaveUp, at its deadline or after so many failures in a row: what
was never said is not booked; of what was said nobody knows, and who asks again *with the same key* books it once.

How: an order that has no answer is said again on each new connection, under the same key; the server writes the key
down together with the order.  Between two tries is a pause, twice as long each time, and a random part of that.  Where
the server is silent for a beat it is asked for a sign of life; after a few such beats the connection counts as dead.

The files, from the inside: `pauses` (when to try again), `orders` (what has no answer yet, and how it ends),
`connection` (one connection, and its heartbeat), `client`.  The first two open no socket.
"""

from labkit.clients.reliable.client import Client
from labkit.clients.reliable.orders import GaveUp, Refused
from labkit.clients.reliable.pauses import Pauses

__all__ = ["Client", "GaveUp", "Pauses", "Refused"]
