"""Why each choice of the lesson's predictions is right or wrong."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "first-segment": {
        "bind()": "bind() writes a port into the host's own table; nobody else hears of it.",
        "listen()": "listen() makes the host ready to be called. It calls nobody.",
        "connect()": "The caller begins: connect() sends the SYN.",
        "accept()": "accept() only takes what the kernel has finished already; it sends nothing.",
    },
    "sockets-on-the-port": {
        1: "The listener does not turn into the connection: it goes on listening.",
        2: (
            "The listener, and one for each connection; what tells them apart is the other end's "
            "address and port."
        ),
        3: (
            "There is no third: the connection's own socket is there as soon as the handshake is done, "
            "accepted or not."
        ),
    },
    "without-accept": {
        "nothing, until accept() is called": (
            "That would make every caller wait for the slowest program. The kernel answers by itself; "
            "accept() takes the finished connection from a queue."
        ),
        "a connection, after one round trip": (
            "The kernels shake hands without the programs. So connect() tells you that the host is "
            "there and listens, not that its program is well."
        ),
        "an error: connection refused": "Only a caller that finds no listener is refused. accept() is not asked.",
    },
    "ack-of-syn": {
        "x": "An acknowledgement names the number that is expected next, not the last that came.",
        "x + 1": "The SYN has a number of its own, x, so the next one expected is x + 1.",
        "x + 40, the length of its header": "Headers are not numbered; only data, SYN and FIN are.",
    },
    "half-closed": {
        "nothing: the connection is closed": "A FIN ends one direction. The other is as open as before.",
        "reading, but not answering": (
            "The FIN says that its sender has no more to say. It says nothing of listening."
        ),
        "reading and answering": (
            "shutdown(SHUT_WR) closes the way there; the way back stays open until the server closes it."
        ),
    },
    "who-keeps-it": {
        "client": "What counts is not who called, but who said goodbye first.",
        "server": (
            "It closed first, so its ACK is the last segment: only it can repeat that ACK if it is lost."
        ),
        "both": (
            "One watch is enough: the other side has its FIN acknowledged and is done. (Both wait when "
            "both close at the same moment.)"
        ),
        "neither": "The last ACK may be lost. Somebody must be there to send it again.",
    },
    "restart": {
        "success": (
            "The option must be on the connection in TIME-WAIT, too, and that has it from the old listener."
        ),
        "address already in use": (
            "Linux lets bind() pass only if both have the option: the new socket, and the old connection."
        ),
    },
    "hang-up": {
        "'done', then the end": (
            "It would be so had the server read everything. A FIN would claim that all went well."
        ),
        "'done', then an error": (
            "The unread bytes are thrown away, and the RST says so; 'done' was there before it."
        ),
        "an error only": (
            "'done' had arrived before the reset, and Linux hands over what has arrived. (Other systems "
            "may not.)"
        ),
    },
    "fourth-syn": {
        "3 s": (
            "That would be one second each time. It is what Linux has done since 6.5, but not what RFC "
            "6298 says."
        ),
        "4 s": "4 s is the last wait. Add the two before it.",
        "7 s": (
            "Waits of 1, 2 and 4 s: each time twice as long, so that a network in trouble is not made worse."
        ),
        "15 s": "One doubling too many: 1 + 2 + 4 + 8 is when the fifth is sent.",
    },
    "backlog": {
        "0": "The queue is there for exactly this: connections that nobody has accepted yet.",
        "1": "So one would think. Linux turns callers away when more than one waits.",
        "2": (
            "Linux turns callers away when more than `backlog` wait, so there is room for one more than "
            "you said."
        ),
        "all": "The queue ends somewhere; then SYNs are dropped, in silence.",
    },
    "quiz-second": {
        1: "One SYN that is answered takes one round trip, 40 ms.",
        2: "The first got no answer; the second was sent after 1 s, and one round trip later all was well.",
        3: "Then it would have taken 1 + 2 s, or 1 + 1 s where the kernel is newer.",
    },
    "quiz-table": {
        "the web server": (
            "TIME-WAIT stands where the first FIN came from. The cure is to keep connections and use "
            "them again: a pool."
        ),
        "the database": "Then TIME-WAIT would be in the database's table.",
    },
    "quiz-numbers": {
        5: "That is the number of the last byte. An acknowledgement names the next number.",
        6: "The FIN has a number, too.",
        7: "SYN 0, bytes 1 to 5, FIN 6: expected next is 7.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "first-segment": "connect()",
    "sockets-on-the-port": "2",
    "without-accept": "a connection, after one round trip",
    "ack-of-syn": "x + 1",
    "half-closed": "reading and answering",
    "who-keeps-it": "server",
    "restart": "address already in use",
    "hang-up": "'done', then an error",
    "fourth-syn": "7 s",
    "backlog": "2",
    "quiz-second": "2",
    "quiz-table": "the web server",
    "quiz-numbers": "7",
}
