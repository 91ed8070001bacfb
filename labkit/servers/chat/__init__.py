"""A chat server: names, a room that hears all, private messages, and a rule for those who read too slowly.

    python -m labkit.servers.chat --port 4000        the server
    nc 127.0.0.1 4000                                a client: type NAME ada, then SAY good morning

**The protocol.**  A message is a line in UTF-8; its first word is its type.  Lines, and not a length in front, because
a person with `nc` can type them, and because nothing that is said in a chat has a newline in it.

    a client says            the server says
    NAME ada                 WELCOME ada; to the others JOINED ada
    SAY good morning         SAID ada good morning, to all who have a name, ada too
    TELL bob psst            TOLD ada bob psst, to ada and bob
    WHO                      HERE ada bob eve
    BYE, or end of stream    BYE, and closes; to the others LEFT ada
                             NO and the reason, where it did nothing
                             MISSED 12, where it has dropped so many lines for this client
                             BYE and the reason, before it closes by itself

**What is promised.**  SAID and TOLD are receipts: whoever hears their own message knows that the server has it, in
the order in which everybody hears it.  A message with a receipt reaches all that it is for, unless their connection
breaks, the rule for slow readers says otherwise, or they do not read it within `grace` seconds of the end.

The files, from the inside: `commands` (what a client may say), `outbox` (what waits for one client; the rule for slow
readers), `room` (who is there, and who hears what), `client` (one connection), `server`.  The first three open no
socket.
"""

from labkit.servers.chat.outbox import POLICIES, Outbox
from labkit.servers.chat.room import Room
from labkit.servers.chat.server import Server

__all__ = ["POLICIES", "Outbox", "Room", "Server"]
