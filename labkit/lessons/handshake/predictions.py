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
    "ack-of-syn": {
        "x": "An acknowledgement names the number that is expected next, not the last that came.",
        "x + 1": "The SYN has a number of its own, x, so the next one expected is x + 1.",
        "x + 40, the length of its header": "Headers are not numbered; only data, SYN and FIN are.",
    },
    "old-syn": {
        "nothing: it is too old": (
            "Nothing in a SYN says how old it is. To a listening server it is a call like any other."
        ),
        "SYN-ACK, then RST": (
            "The server answers, as it must; the client's kernel knows nothing of that call any more, and says so."
        ),
        "SYN-ACK, then ACK": (
            "Then there would be a connection that no program wants. The client's kernel looks for the socket that"
            " sent this SYN, and has none."
        ),
    },
    "half-closed": {
        "nothing: the connection is over": "A FIN ends one direction. The other is as open as before.",
        "reading, but no more answering": (
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
    "next-lines": {
        "none: FIN and ACK have ended the connection": (
            "They have ended one direction. The client's own is open until its own FIN is acknowledged."
        ),
        "client: FIN seq 1, ack 2; server: ack 1": (
            "A FIN takes one number, as a SYN does: whoever acknowledges number 1 asks for number 2."
        ),
        "client: FIN seq 1, ack 2; server: ack 2": (
            "The client has sent nothing since its SYN, so its FIN is number 1, and the last ACK asks for 2."
        ),
        "client: FIN seq 2, ack 2; server: ack 3": (
            "Each side counts only what it has sent itself. The server's FIN is in the client's ack, not in its seq."
        ),
    },
    "restart": {
        "success": (
            "The option must be on the connection in TIME-WAIT, too, and that has it from the old listener."
        ),
        "an error": (
            "Linux lets bind() pass only if both have the option: the new socket, and the old connection."
        ),
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "first-segment": "connect()",
    "sockets-on-the-port": "2",
    "ack-of-syn": "x + 1",
    "old-syn": "SYN-ACK, then RST",
    "half-closed": "reading and answering",
    "who-keeps-it": "server",
    "next-lines": "client: FIN seq 1, ack 2; server: ack 2",
    "restart": "an error",
}
