"""Why each choice of the lesson's predictions is right or wrong."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "returned-last": {
        "bind()": "bind() writes down an address on its own host and waits for nothing.",
        "connect()": "connect() returns on the client when the server's answer is there; the server is sure later.",
        "accept()": "It needs all three segments; connect() returns after two.",
    },
    "crossings": {
        1: "Then the client would only know that it has spoken, not that anyone has heard.",
        2: "There and back: one round trip. The third segment crosses while the client goes on.",
        3: "Three segments cross, but connect() does not wait for the third: it has sent that one itself.",
    },
    "first-row": {
        "bind()": "An address is what a line is about: from bind() on, the port is taken.",
        "listen()": (
            "Nearly: /proc and `ss` show the socket from here on. But the port has been taken since bind(),"
            " and that is what a second server runs into."
        ),
        "accept()": "By then the socket has listened for a while, and the client has its connection.",
    },
    "rows-of-connect": {
        1: "Each host has a table of its own: the connection stands in both, seen from either end.",
        2: "One on each host, each the mirror of the other. The listener goes on listening, and gets no new line.",
        3: "The listener is not added, it was there; and accept() will not add one either.",
    },
    "who-waits": {
        "connect() only": "It waits for a round trip, but others wait, too: for a caller, and for bytes.",
        "accept() and recv()": "Both wait for the other side. So does connect(): for a round trip.",
        "accept(), connect() and recv()": (
            "These need something of the other side: a caller, an answer, bytes. If it is there already, they do"
            " not wait."
        ),
        "all that use the network, sendall() too": (
            "sendall() gives the bytes to the kernel and returns; they travel without it. (It waits only while the"
            " kernel has no room: lesson:flow.)"
        ),
    },
    "ports-used": {
        1: "The accepted sockets have the listener's port. What tells them apart is the other end.",
        4: "A port for each caller is a common belief. accept() makes a new socket, not a new port.",
        5: "accept() makes a new socket for each caller, but not a new port.",
    },
    "same-port": {
        "Bob gets an error": "The port is taken on Ann's host. Bob's host has 65,535 ports of its own.",
        "both are connected": (
            "A connection is known by four things: address and port of one end, address and port of the other."
            " One of the four differs here, and that is enough."
        ),
        "Bob takes over Ann's connection": (
            "It would if the server told callers apart by their port alone. It looks at the address, too."
        ),
    },
    "dynamic-ports": {
        "all": (
            "So RFC 6335 would have it. Linux begins lower, at 32768, so that there are more: its default is"
            " 32768 to 60999."
        ),
        "some": "Linux's default range, 32768 to 60999, reaches into IANA's, but begins far below it.",
        "none": "Linux's default range, 32768 to 60999, overlaps with IANA's.",
    },
    "bound-to-localhost": {
        "she gets through": (
            "127.0.0.1 is the host's own loopback; nobody else can reach it. Only a server bound there keeps"
            " strangers out."
        ),
        "she is refused, at once": (
            "The host is there, and its kernel looks for a listener at 10.0.0.2:8001. The one at 127.0.0.1:8001 is"
            " another address."
        ),
        "she waits until she gives up": (
            "Silence comes from firewalls and lost packets. A kernel without a listener answers."
        ),
    },
    "binds-that-work": {
        0: "A port is not taken as a whole: what is taken is protocol, address and port together.",
        1: "TCP and UDP have ports of their own; and another address of the same host is free, too.",
        2: (
            "127.0.0.1 is another address, UDP another protocol. The same address is taken; and 0.0.0.0 would"
            " include it."
        ),
        3: "0.0.0.0 means every address, and one of them is taken.",
        4: "The very same protocol, address and port cannot be had twice.",
    },
    "bobs-bytes": {
        "on Bob's host: they were not sent": (
            "Bob's kernel has a connection, and sends. It does not know that no program is at the other end."
        ),
        "on the server, in a socket that no program has": (
            "The kernel made the connection and takes the bytes, up to the size of its buffer. Nobody reads"
            " them, for nobody has called accept()."
        ),
        "nowhere: they are lost": "TCP's kernel has acknowledged them, so it keeps them for whoever reads.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "returned-last": "accept()",
    "crossings": "2",
    "first-row": "bind()",
    "rows-of-connect": "2",
    "who-waits": "accept(), connect() and recv()",
    "ports-used": "1",
    "same-port": "both are connected",
    "dynamic-ports": "some",
    "bound-to-localhost": "she is refused, at once",
    "binds-that-work": "2",
    "bobs-bytes": "on the server, in a socket that no program has",
}
